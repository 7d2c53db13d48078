"""What strangers do to the daemon with plain sockets for some seconds; each returns what it saw."""

import collections
import select
import time

import shapes
from network import stranger
from strangers import connect, read_head, reset
from support import frame, upgrade


def begun():
    print("begun", flush=True)


def dribble(port, seconds, opening, byte, count=400):
    """Many connections that say a byte now and then; how long the one that stayed longest was let."""
    held = {}
    for number in range(count):
        connection = connect(port, stranger(200 + number // 100))
        connection.sendall(opening)
        connection.setblocking(False)
        held[connection] = time.monotonic()
    begun()
    seen = collections.Counter(opened=count)
    longest = 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end and held:
        for connection, since in list(held.items()):
            try:
                connection.send(byte)
                ended = not connection.recv(4096)
            except BlockingIOError:
                ended = False
            except OSError:
                ended = True
            if ended:
                longest = max(longest, time.monotonic() - since)
                del held[connection]
        time.sleep(0.5)
    seen["left"] = len(held)
    return {**seen, "longest_s": round(longest, 1)}


def slow_head(port, seconds):
    """Slowloris: a header that never ends."""
    return dribble(port, seconds, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"x")


def slow_body(port, seconds):
    return dribble(port, seconds, b"POST /socket.io/?EIO=4&transport=polling&sid=none HTTP/1.1\r\nHost: x\r\n"
                   b"Content-Length: 900000\r\n\r\n", b"4")


def slow_chunks(port, seconds):
    return dribble(port, seconds, b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")


def pipeline(port, seconds):
    """Thousands of requests in one go, again and again; answers are counted, and no more than asked for."""
    seen = collections.Counter()
    request = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    begun()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        connection = connect(port, stranger(200))
        connection.settimeout(10)
        answered = b""
        try:
            connection.setblocking(False)
            left = request * 5000
            while time.monotonic() < end and answered.count(b"HTTP/1.1 200") < 5000:
                readable, writable, _ = select.select([connection], [connection] if left else [], [], 5)
                if not readable and not writable:
                    break
                if writable:
                    left = left[connection.send(left[:65536]):]
                if readable:
                    chunk = connection.recv(1 << 18)
                    if not chunk:
                        break
                    answered += chunk
        except ConnectionError:
            seen["cut"] += 1
        seen["asked"] += 5000
        seen["answered"] += answered.count(b"HTTP/1.1 200")
        connection.close()
    return seen


def odd_shapes(port, seconds):
    """Every request that no honest client sends, again and again."""
    seen = collections.Counter()
    begun()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for data, _ in shapes.ALL.values():
            with connect(port, stranger(200 + seen["sent"] % 5)) as connection:
                seen["sent"] += 1
                try:
                    connection.sendall(shapes.written(data, port))
                except ConnectionError:
                    pass
                reset(connection)
    return seen


def churn(port, seconds):
    """Connections that come, ask for a WebSocket, join, and are gone without a word."""
    seen = collections.Counter()
    begun()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        connection = connect(port, stranger(200 + seen["opened"] % 5))
        seen["opened"] += 1
        try:
            connection.sendall(upgrade(port))
            if seen["opened"] % 2:
                read_head(connection)
                connection.sendall(frame("40"))
        except ConnectionError:
            seen["cut"] += 1
        reset(connection)
    return seen


WAYS = {one.__name__: one for one in [slow_head, slow_body, slow_chunks, pipeline, odd_shapes, churn]}
