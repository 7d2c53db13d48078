"""Honest clients in a process of their own: one by WebSocket, one by polling, with the real python-socketio.

For each line `SECONDS` on standard input it writes samples for so long, one after another, and prints as JSON how many
seconds each took to reach each client; beside them as many rounds through Redis alone (PUBLISH to a subscriber).

Time for which the daemon, Redis or this program could have run and had no CPU is the machine's affair and left out
(the kernel counts it, in schedstat), so that the figures hold on a loaded machine too.
"""

import asyncio
import json
import os
import pathlib
import sys
import time

import aiohttp
import socketio
from support import OURS, Redis, sample

SPACING_S = 0.01
LOST_S = 20.0


class Moment:
    """A point in time, and how long each thread of some processes has run, and waited for a CPU, until then."""

    pids = ()

    def __init__(self):
        self.time = time.perf_counter()
        self.threads = [{thread.parent.name: [int(word) for word in thread.read_text().split()[:2]]
                         for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")} for pid in self.pids]

    def since(self, earlier):
        """Seconds, without those for which the one thread of each process that waited longest had no CPU. What one
        thread has worked meanwhile counts in any case: several can have waited at the same time."""
        waited, worked = 0, 0
        for before, now in zip(earlier.threads, self.threads):
            changes = [[a - b for a, b in zip(now[thread], before[thread])] for thread in now if thread in before]
            worked = max([worked, *(run for run, _ in changes)])
            waited += max((wait for _, wait in changes), default=0)
        return max(worked / 1e9, self.time - earlier.time - waited / 1e9)


class Client:
    """One who watches one host and remembers who is awaited."""

    def __init__(self, host):
        self.host = host
        self.awaited = {}
        self.disconnects = 0

    async def connect(self, url, transport, address):
        connector = aiohttp.TCPConnector(local_addr=(address, 0))
        self.session = aiohttp.ClientSession(connector=connector)
        self.io = socketio.AsyncClient(http_session=self.session)
        self.io.on("dUpdates", self.came)
        self.io.on("disconnect", self.left)
        first = asyncio.get_running_loop().create_future()
        self.io.on("updates", lambda *_: first.done() or first.set_result(None))
        await self.io.connect(url, transports=[transport], auth={"subscribe": {"hosts": [self.host]}})
        await asyncio.wait_for(first, LOST_S)

    def came(self, samples, meta):
        for one in samples:
            if (future := self.awaited.pop(one["id"], None)) and not future.done():
                future.set_result(Moment())

    def left(self, *_):
        self.disconnects += 1

    async def end(self):
        await self.io.disconnect()
        await self.session.close()


async def main(url, path, host, address, *pids):
    Moment.pids = [*map(int, pids), os.getpid()]
    clients = {"websocket": Client(host), "polling": Client(host)}
    for transport, client in clients.items():
        await client.connect(url, transport, address)
    write_from, write_to = await asyncio.open_unix_connection(path)
    heard_from, heard_to = await asyncio.open_unix_connection(path)
    for writer, reader in ((write_to, write_from), (heard_to, heard_from)):
        writer.write(Redis.encode("CLIENT", "SETNAME", OURS))
        await reader.readline()
    heard_to.write(Redis.encode("SUBSCRIBE", host))
    await heard_from.readuntil(b":1\r\n")
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print("ready", flush=True)

    async def arrival(future, since):
        try:
            return (await asyncio.wait_for(future, LOST_S)).since(since)
        except asyncio.TimeoutError:
            return LOST_S

    while line := await commands.readline():
        delays = {name: [] for name in [*clients, "redis"]}
        end = time.perf_counter() + float(line)
        while time.perf_counter() < end:
            key, body = sample(host, time.time_ns())
            for client in clients.values():
                client.awaited[body["id"]] = asyncio.get_running_loop().create_future()
            futures = {name: client.awaited[body["id"]] for name, client in clients.items()}
            since = Moment()
            write_to.write(Redis.encode("ZADD", key, body["t"], json.dumps(body, separators=(",", ":"))))
            await write_from.readline()
            arrived = await asyncio.gather(*(arrival(future, since) for future in futures.values()))
            for name, delay in zip(futures, arrived):
                delays[name].append(delay)
            await asyncio.sleep(SPACING_S / 2)
            since = Moment()
            write_to.write(Redis.encode("PUBLISH", host, "x"))
            await write_from.readline()
            await heard_from.readuntil(b"\r\nx\r\n")
            delays["redis"].append(Moment().since(since))
            await asyncio.sleep(SPACING_S / 2)
        delays["disconnects"] = sum(client.disconnects for client in clients.values())
        print(json.dumps(delays), flush=True)
    for client in clients.values():
        await client.end()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
