"""Clients that come back: each goes on, by the marks it has gathered, at whichever daemon its proxy leads it to."""

import asyncio
import ssl

import aiohttp
import socketio
from facts import PATIENCE_S
from loops import LoopThread

PAUSE_S = 0.2
# A session that its proxy leads to another daemon before it has joined is given up after so long, as by any client.
JOIN_S = 5


class Roamer:
    """One who watches one host, from an address of its own: `ids` is what it knows of that host, in order."""

    def __init__(self, host, url, path, transport, address, authority, token):
        self.host, self.url, self.path, self.transport, self.address = host, url, path, transport, address
        self.authority, self.token = authority, token
        self.ids, self.doubled, self.refusals = [], [], []
        self.epochs = []
        self.reasons = []
        self.is_connected = self.was_told = False
        self.since = None

    async def run(self):
        while True:
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(
                    ssl=ssl.create_default_context(cafile=self.authority), local_addr=(self.address, 0)),
                    trust_env=False) as session:
                await self._visit(session)
            await asyncio.sleep(PAUSE_S)

    async def _visit(self, session):
        """From one connection to its end."""
        ended = asyncio.Event()
        client = socketio.AsyncClient(reconnection=False, http_session=session, request_timeout=PATIENCE_S)
        client.on("updates", self._replaced)
        client.on("dUpdates", self._changed)
        client.on("gone", lambda _, meta: self._heard(meta))
        client.on("draining", self._told)
        client.on("disconnect", lambda *_: ended.set())
        client.on("connect_error", lambda error: self.refusals.append(error))
        auth = {"token": self.token, "subscribe": {"hosts": [self.host], "depth": 100_000}}
        if self.since:
            auth["since"] = self.since
        try:
            await client.connect(self.url, auth=auth, socketio_path=self.path, transports=[self.transport],
                                 wait_timeout=JOIN_S)
        except socketio.exceptions.ConnectionError:
            return
        try:
            self.is_connected = True
            await ended.wait()
        finally:
            self.is_connected = False
            await client.disconnect()

    def _told(self, _):
        self.was_told = True

    def _replaced(self, snapshot, meta):
        self.ids = [entry["data"]["id"] for entry in sorted(snapshot.values(), key=lambda entry: entry["t"])]
        self._heard(meta, marks={})

    def _changed(self, samples, meta):
        known = set(self.ids)
        self.doubled += [sample["id"] for sample in samples if sample["id"] in known]
        self.ids += [sample["id"] for sample in samples]
        self._heard(meta)

    def _heard(self, meta, marks=None):
        if not self.epochs or self.epochs[-1] != meta["epoch"]:
            self.epochs.append(meta["epoch"])
        if "reason" in meta:
            self.reasons.append(meta["reason"])
        marks = dict(self.since["t"]) if marks is None else marks
        for key, mark in meta.get("t", {}).items():
            if mark is None:
                marks.pop(key, None)
            else:
                marks[key] = mark
        self.since = {"epoch": meta["epoch"], "seq": meta["seq"], "t": marks}


class Roamers:
    """Half of them by WebSocket, half by polling."""

    def __init__(self, count, host, url, path, authority, token):
        self._loop = LoopThread()
        self.all = [Roamer(host, url, path, "websocket" if n % 2 else "polling", f"127.0.1.{n + 1}", authority, token)
                    for n in range(count)]
        self._loop.run(self._start())

    async def _start(self):
        self._tasks = [asyncio.create_task(one.run()) for one in self.all]

    def of(self, epoch):
        """Those who are connected to that run of a daemon."""
        return [one for one in self.all if one.is_connected and one.epochs and one.epochs[-1] == epoch]

    def said(self):
        failed = [str(task.exception()) for task in self._tasks if task.done() and not task.cancelled()]
        return "\n".join([*failed, *(
            f"{one.address} {one.transport}: {len(one.ids)} samples, {len(one.doubled)} doubled, reasons {one.reasons}, "
            f"refused {one.refusals}" for one in self.all)])

    def end(self):
        self._loop.end()
