"""What the collector does with a Redis that is full, that loads, or that holds samples of the future."""

import contextlib
import os
import subprocess
import time

from collected import PROGRAM
from facts import await_fact
from private_redis import PrivateRedis


@contextlib.contextmanager
def collecting(redis, *options):
    """A collector of the host `f`, and Redis, for as long as needed; gives a function of words: the log's lines with them."""
    running = subprocess.Popen(
        [PROGRAM, "run", "--redis", redis.url, "--host", "f", "--interval", "100ms", "--probe", "top", *options],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    os.set_blocking(running.stderr.fileno(), False)
    log = []

    def told(words):
        log.append((running.stderr.read() or b"").decode())
        return [line for line in "".join(log).splitlines() if words in line]

    try:
        yield told
    except BaseException:
        print("".join(log))
        raise
    finally:
        running.terminate()
        running.wait(20)
        redis.end()


def test_samples_of_the_future_do_not_push_out_true_ones():
    redis = PrivateRedis()
    with collecting(redis, "--keep", "20"):
        key, day = "sa:{f}:top", 86_400_000
        await_fact("a sample", lambda: redis.connection.command("ZCARD", key))
        now = int(time.time() * 1000)
        for number in range(20):
            redis.connection.command("ZADD", key, now + day + number, f'{{"id":"f:top:0:{number}"}}')
        await_fact("samples of the future are gone",
                   lambda: not redis.connection.command("ZCOUNT", key, now + day, "+inf"))
        assert redis.connection.command("ZCOUNT", key, now, "(%d" % (now + day)) >= 15


def test_a_full_redis_is_not_said_to_take_samples():
    redis = PrivateRedis()
    redis.connection.command("CONFIG", "SET", "maxmemory", "1")
    with collecting(redis) as told:
        def connections():
            lines = redis.connection.command("INFO", "stats").decode().splitlines()
            return int(dict(line.split(":") for line in lines if ":" in line)["total_connections_received"])

        # It has tried, and has come back to try again.
        await_fact("five connections", lambda: connections() >= 5)
        assert not told("Redis takes samples")
        redis.connection.command("CONFIG", "SET", "maxmemory", "0")
        await_fact("Redis takes samples", lambda: told("Redis takes samples"), 90)
        assert len(told("Redis takes samples")) == 1


def test_samples_wait_for_a_redis_that_loads_and_the_log_says_so_once():
    redis = PrivateRedis()
    for first in range(0, 10_000, 500):
        redis.command("MSET", *(word for number in range(first, first + 500) for word in (f"filler:{number}", "x" * 400)))
    key = "sa:{f}:top"
    # Each key takes so long that the loading lasts until the test ends it, and commands are answered meanwhile.
    redis.restart("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")
    with collecting(redis) as told:
        def tries():
            return redis.command("INFO", "stats").decode().split("total_error_replies:")[1].split()[0]

        await_fact("the collector is told that Redis loads", lambda: told("LOADING"), 90)
        before = int(tries())
        await_fact("it has tried again, twice", lambda: int(tries()) >= before + 2, 90)
        waited_until = int(time.time() * 1000)
        redis.command("CONFIG", "SET", "key-load-delay", "0")
        await_fact("Redis takes samples", lambda: told("Redis takes samples"), 90)
        await_fact("a sample of after the loading", lambda: redis.connection.newest_score(key) > waited_until, 90)
        await_fact("all that waited are sent", lambda: told("all samples that waited are sent"), 90)
        assert len(told("LOADING")) == 1
        assert len(told("Redis takes samples")) == 1
        late = [sample for sample in redis.samples(key) if sample["t"] < waited_until]
        assert late and all("backfill" in sample["flags"] for sample in late), late[:3]
        numbers = [sample["seq"] for sample in late]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "samples are lost"
