"""Plain sockets of strangers, each from an address of its own choice; they read only when told."""

import select
import socket
import struct
import time

from network import stranger
from support import PATIENCE_S, pause, upgrade


def connect(port, address=None, window=None):
    """A connection to the daemon; `window` is the room for answers, where it is to be small."""
    connection = socket.socket()
    if window:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    connection.settimeout(PATIENCE_S)
    connection.bind((address or stranger(0), 0))
    connection.connect(("127.0.0.1", port))
    return connection


def reset(connection):
    """Ends it at once, without a goodbye (RST)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_head(connection):
    """Status and the bytes that came; 0 where the connection ended without an answer."""
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(1 << 14)
            if not chunk:
                break
            data += chunk
    except ConnectionError:
        pass
    return (int(data.split()[1]) if data.startswith(b"HTTP/1.1 ") else 0), data


def websocket(port, address=None):
    """A WebSocket that has sent nothing yet, or the status with which it was refused, and the socket."""
    connection = connect(port, address)
    try:
        connection.sendall(upgrade(port))
    except ConnectionError:
        return 0, connection
    status, _ = read_head(connection)
    return status, connection


def request(port, lines, body=b"", address=None):
    """The bytes of the whole answer to one request, which asks for the end of the connection."""
    with connect(port, address) as connection:
        try:
            connection.sendall("\r\n".join([*lines, f"Host: 127.0.0.1:{port}", "Connection: close", "", ""]).encode())
            connection.sendall(body)
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))
        except ConnectionError:
            return b""


def until_cut(sockets, within_s):
    """Reads what comes until all have ended; how many had, after how many seconds the last."""
    began = time.monotonic()
    poll = select.poll()
    left = {}
    for one in sockets:
        one.setblocking(False)
        left[one.fileno()] = one
        poll.register(one, select.POLLIN)
    last = 0.0
    while left and time.monotonic() - began < within_s:
        for number, _ in poll.poll(200):
            try:
                ended = not left[number].recv(1 << 16)
            except BlockingIOError:
                continue
            except ConnectionError:
                ended = True
            if ended:
                poll.unregister(number)
                del left[number]
                last = time.monotonic() - began
    return len(sockets) - len(left), last


def until(fact, what, within_s=PATIENCE_S):
    """Awaits that a fact becomes true."""
    deadline = time.monotonic() + within_s
    while not fact():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        pause(0.05)
