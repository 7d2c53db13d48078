"""What hostile clients do; each prints `begun` when it is about to begin and at its end what it saw, as JSON."""

import asyncio
import collections
import json
import socket
import sys
import time

import aiohttp
import hostile
import sockets
from support import Redis, join, now_ms


async def events(url, auth, emits, seconds):
    """Emits `(event, argument)` as fast as they are taken, as often as they are given, and counts the answers."""
    seen = collections.Counter()
    async with aiohttp.ClientSession() as session:
        ws = await join(session, url, auth)
        while not (await ws.receive_str()).startswith('42["updates"'):
            pass
        print("begun", flush=True)
        end = time.monotonic() + seconds

        async def read():
            async for message in ws:
                text = message.data
                if not isinstance(text, str):
                    continue
                if text == "2":
                    await ws.send_str("3")
                elif text.startswith("43"):
                    seen["busy" if '"code":"busy"' in text[:200] else "answered"] += 1
                elif text.startswith('42["updates"'):
                    seen["updates"] += 1
            seen["cut"] = 1

        reader = asyncio.create_task(read())
        try:
            for number in range(emits):
                if time.monotonic() > end or ws.closed:
                    break
                event, argument = auth_event(number)
                await ws.send_str(f"42{number}" + json.dumps([event, *argument]))
                seen["sent"] += 1
                # As many as 900 a second: the server's own limit on packets is another attack's affair.
                await asyncio.sleep(1 / 900)
        except (ConnectionError, aiohttp.ClientError):
            pass
        await asyncio.wait([reader], timeout=max(0.1, end - time.monotonic()))
        reader.cancel()
    return seen


def globs(number, count):
    return [f"*{number}*{index}*x" for index in range(count)]


def auth_event(number):
    if sys.argv[1] == "subscribes":
        return "subscribe", [{"hosts": ["host-*"], "depth": number % 100 + 1}]
    if sys.argv[1] == "selections":
        return "subscribe", [{"hosts": globs(number, 64)}]
    if sys.argv[1] == "unknown":
        return f"event-{number}", []
    if sys.argv[1] == "pauses":
        return ("pause", "resume")[number % 2], []
    return "keys", []


def collector(path, password, name, seconds):
    """Writes as somebody who may write `sa:{evil}:*` only, one pass after another."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    answers = connection.makefile("rb")
    seen = collections.Counter()

    def write(commands):
        connection.sendall(b"".join(Redis.encode(*command) for command in commands))
        for _ in commands:
            answer = answers.readline()
            if answer.startswith(b"$"):
                answers.readline()
            # The answers of a transaction that was run.
            for _ in range(int(answer[1:]) if answer.startswith(b"*") else 0):
                answers.readline()
            seen["refused" if answer.startswith(b"-") else "written"] += 1

    write([("AUTH", "evil", password)])
    print("begun", flush=True)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        commands, _ = hostile.PASSES[name](now_ms())
        for first in range(0, len(commands), 400):
            write(commands[first:first + 400])
        seen["passes"] += 1
    return seen


def main():
    if sys.argv[1] == "collector":
        return print(json.dumps(collector(*sys.argv[2:5], float(sys.argv[5]))))
    if sys.argv[1] == "sockets":
        return print(json.dumps(sockets.WAYS[sys.argv[2]](int(sys.argv[3]), float(sys.argv[4]))))
    name, url, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    auth = {"subscribe": {"hosts": [*globs(7, 63), "*"]}} if name == "keys" else None
    print(json.dumps(asyncio.run(events(url, auth, 10_000, seconds))))


if __name__ == "__main__":
    main()
