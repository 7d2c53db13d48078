"""The two clients of python-socketio behind one face, so that each scenario is written once."""

import queue

import engineio
import socketio
from loops import LoopThread

PATIENCE_S = 20
# Fast and without chance: a test waits for a reconnection.
OPTIONS = {"reconnection_delay": 0.1, "reconnection_delay_max": 0.3, "randomization_factor": 0}


class Heard:
    """What a client's handlers were called with, in that order."""

    def __init__(self):
        self._calls = queue.Queue()
        self._passed = []

    def note(self, name, *arguments):
        self._calls.put((name, arguments))

    def next(self, name):
        """The arguments of the next call of that name; calls of other names keep their place."""
        for index, (passed, arguments) in enumerate(self._passed):
            if passed == name:
                del self._passed[index]
                return arguments
        while True:
            try:
                heard, arguments = self._calls.get(timeout=PATIENCE_S)
            except queue.Empty:
                raise AssertionError(f"no {name!r} within {PATIENCE_S} s; heard: {self._passed}") from None
            if heard == name:
                return arguments
            self._passed.append((heard, arguments))


class EngineInOrder(engineio.Client):
    """The plain client starts a thread for each message, so that even two messages may be handled in either order.
    Here they are handled where they are read: the order heard is the order on the wire."""

    def _trigger_event(self, event, *arguments, run_async=False, **options):
        return super()._trigger_event(event, *arguments, run_async=False, **options)


class ClientInOrder(socketio.Client):
    def _engineio_client_class(self):
        return EngineInOrder


class PlainDriver:
    """`socketio.Client`: threads, requests and websocket-client."""

    def __init__(self, namespaces=("/",)):
        self.heard = Heard()
        self.client = ClientInOrder(**OPTIONS)
        for namespace in namespaces:
            for name in ("connect", "disconnect", "connect_error"):
                self._note(name, namespace)
            self.client.on("*", self.heard.note, namespace=namespace)
            self.client.on("question", lambda *arguments: ("answer", *arguments), namespace=namespace)

    def _note(self, name, namespace):
        self.client.on(name, lambda *arguments: self.heard.note(name, namespace, *arguments), namespace=namespace)

    def connect(self, url, transports, **options):
        self.client.connect(url, transports=transports, wait_timeout=PATIENCE_S, **options)

    def emit(self, event, *arguments, namespace="/"):
        self.client.emit(event, arguments, namespace=namespace)

    def call(self, event, *arguments, namespace="/"):
        return self.client.call(event, arguments, namespace=namespace, timeout=PATIENCE_S)

    def sid(self, namespace="/"):
        return self.client.get_sid(namespace)

    @property
    def transport(self):
        return self.client.transport()

    def end(self):
        self.client.shutdown()


class AsyncDriver:
    """`socketio.AsyncClient`: asyncio on a thread of its own, and aiohttp."""

    def __init__(self, namespaces=("/",)):
        self.heard = Heard()
        self._loop = LoopThread()
        self.client = self._loop.run(self._make(namespaces))

    async def _make(self, namespaces):
        client = socketio.AsyncClient(**OPTIONS)

        async def question(*arguments):
            return ("answer", *arguments)

        for namespace in namespaces:
            for name in ("connect", "disconnect", "connect_error"):
                client.on(name, self._noting(name, namespace), namespace=namespace)
            client.on("*", self._noting(), namespace=namespace)
            client.on("question", question, namespace=namespace)
        return client

    def _noting(self, *first):
        async def note(*arguments):
            self.heard.note(*first, *arguments)

        return note

    def connect(self, url, transports, **options):
        self._loop.run(self.client.connect(url, transports=transports, wait_timeout=PATIENCE_S, **options))

    def emit(self, event, *arguments, namespace="/"):
        self._loop.run(self.client.emit(event, arguments, namespace=namespace))

    def call(self, event, *arguments, namespace="/"):
        return self._loop.run(self.client.call(event, arguments, namespace=namespace, timeout=PATIENCE_S))

    def sid(self, namespace="/"):
        return self.client.get_sid(namespace)

    @property
    def transport(self):
        return self.client.transport()

    def end(self):
        self._loop.run(self.client.shutdown())
        self._loop.end()
