"""A client that keeps what it hears, over TLS too."""

import ssl
import threading

import aiohttp
import socketio
from facts import PATIENCE_S, await_fact
from loops import LoopThread


class Listener:
    """A python-socketio client on asyncio: what it hears, in the order of the wire.

    The plain client reads on one thread while it writes on another. Python lets both into one TLS connection at once,
    which OpenSSL forbids: a read beside a write may see an end that is none (python-engineio, issue 461). Then the
    client leaves, and says so after its time-out alone, as "Unexpected connection error".
    """

    def __init__(self, url, path, transports, certificate=None, **options):
        self.samples, self.metas, self.ends = [], [], []
        self.ended = threading.Event()
        self._loop = LoopThread()
        try:
            self._loop.run(self._connect(url, path, transports, certificate, options))
        except BaseException:
            self._loop.end()
            raise
        try:
            await_fact("the first snapshot", lambda: self.metas)
        except BaseException:
            self.end()
            raise

    async def _connect(self, url, path, transports, certificate, options):
        # Of the session's own settings none: they may name other authorities.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=certificate)), trust_env=False)
        self.client = socketio.AsyncClient(
            reconnection=False, http_session=self._session, request_timeout=PATIENCE_S)
        self.client.on("updates", lambda snapshot, meta: self.metas.append(meta))
        self.client.on("dUpdates", lambda samples, meta: self.samples.extend(samples))
        self.client.on("disconnect", self._note_end)
        try:
            await self.client.connect(
                url, socketio_path=path, transports=transports, wait_timeout=PATIENCE_S, **options)
        except BaseException:
            await self._session.close()
            raise

    def _note_end(self, *reason):
        self.ends.append(reason)
        self.ended.set()

    def of(self, host):
        return [sample["id"] for sample in list(self.samples) if sample.get("host") == host]

    def said(self):
        return f"heard {len(self.metas)} states and {len(self.samples)} samples; ended: {self.ends}"

    def end(self):
        try:
            self._loop.run(self._leave())
        finally:
            self._loop.end()

    async def _leave(self):
        await self.client.disconnect()
        await self._session.close()
