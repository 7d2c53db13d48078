"""What the collector does to a Redis that is full, or that holds samples of the future."""

import os
import subprocess
import time

from collected import PROGRAM
from facts import await_fact
from private_redis import PrivateRedis


def test_samples_of_the_future_do_not_push_out_true_ones():
    redis = PrivateRedis()
    running = subprocess.Popen(
        [PROGRAM, "run", "--redis", redis.url, "--host", "f", "--interval", "100ms", "--keep", "20", "--probe", "top"],
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        key, day = "sa:{f}:top", 86_400_000
        await_fact("a sample", lambda: redis.connection.command("ZCARD", key))
        now = int(time.time() * 1000)
        for number in range(20):
            redis.connection.command("ZADD", key, now + day + number, f'{{"id":"f:top:0:{number}"}}')
        await_fact("samples of the future are gone",
                   lambda: not redis.connection.command("ZCOUNT", key, now + day, "+inf"))
        assert redis.connection.command("ZCOUNT", key, now, "(%d" % (now + day)) >= 15
    finally:
        running.terminate()
        running.wait(20)
        redis.end()


def test_a_full_redis_is_not_said_to_take_samples():
    redis = PrivateRedis()
    redis.connection.command("CONFIG", "SET", "maxmemory", "1")
    running = subprocess.Popen(
        [PROGRAM, "run", "--redis", redis.url, "--host", "f", "--interval", "100ms", "--probe", "top"],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        os.set_blocking(running.stderr.fileno(), False)
        log = []

        def told():
            log.append((running.stderr.read() or b"").decode())
            return "".join(log).count("Redis takes samples")

        def connections():
            lines = redis.connection.command("INFO", "stats").decode().splitlines()
            return int(dict(line.split(":") for line in lines if ":" in line)["total_connections_received"])

        # It has tried, and has come back to try again.
        await_fact("five connections", lambda: connections() >= 5)
        assert told() == 0, log
        redis.connection.command("CONFIG", "SET", "maxmemory", "0")
        await_fact("Redis takes samples", told, 90)
        assert told() == 1, log
    finally:
        running.terminate()
        running.wait(20)
        redis.end()
