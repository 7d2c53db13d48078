"""Plain clients of one selection in a process of their own: they join, and read whatever comes."""

import multiprocessing
import selectors
import socket

# Frames as a client masks them, with a mask of zeros: to join, and the answer to a ping.
JOIN, PONG = b"\x81\x82\0\0\0\x0040", b"\x81\x81\0\0\0\x003"
PING = b"\x81\x012"


def _connect(port):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
    client.setblocking(False)
    return client


def _read(client, room, has_joined):
    """Reads once; whether it has joined since, or had before."""
    try:
        size = client.recv_into(room)
    except BlockingIOError:
        return has_joined
    if size == 0:
        raise RuntimeError("the daemon has closed a connection")
    heard = room[:size]
    if not has_joined and b"\r\n\r\n" in heard:
        if b" 101 " not in heard.split(b"\r\n")[0]:
            raise RuntimeError(heard.decode(errors="replace"))
        client.sendall(JOIN)
        return True
    # A ping comes alone, or behind or before what else there is.
    if heard.startswith(PING) or heard.endswith(PING):
        client.sendall(PONG)
    return has_joined


def _read_all(port, count, over):
    chosen, joined, room = selectors.DefaultSelector(), set(), bytearray(1 << 18)
    while not over.is_set():
        # One after another: who connects has some seconds to join.
        if len(joined) == len(chosen.get_map()) < count:
            chosen.register(_connect(port), selectors.EVENT_READ)
        for key, _ in chosen.select(0.1):
            if _read(key.fileobj, room, key.fd in joined):
                joined.add(key.fd)


class Audience:
    """`count` clients that want everything."""

    def __init__(self, port, count):
        # A process that was forked would have the browser's and the feed's threads.
        spawning = multiprocessing.get_context("spawn")
        self._over = spawning.Event()
        self._process = spawning.Process(target=_read_all, args=(port, count, self._over), daemon=True)
        self._process.start()

    def end(self):
        """False where they could not go on until now."""
        self._over.set()
        self._process.join(20)
        return self._process.exitcode == 0
