"""The bytes of a WebSocket's opening through a proxy: together, in pieces, behind other requests on one connection.

However they come, the client's first message is answered.
"""

import base64
import os
import socket
import ssl

import pytest
from facts import PATIENCE_S

ROUNDS = 10


def request(path, *fields):
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *fields, "", ""]).encode()


def upgrade(prefix):
    key = base64.b64encode(os.urandom(16)).decode()
    return request(
        f"{prefix}/socket.io/?EIO=4&transport=websocket", "Connection: Upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}")


def frame(text):
    """RFC 6455 section 5.2: one short text, masked."""
    mask = os.urandom(4)
    return bytes([0x81, 0x80 | len(text)]) + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(text.encode()))


def page(prefix):
    return request(f"{prefix}/healthz")


def poll(prefix):
    return request(f"{prefix}/socket.io/?EIO=4&transport=polling")


# What is sent; after the bytes comes what is awaited before the next bytes.
WAYS = {
    "by turns": lambda p: [(upgrade(p), b'0{"sid"'), (frame("40"), None)],
    "behind the header": lambda p: [(upgrade(p), b"101"), (frame("40"), None)],
    "together": lambda p: [(upgrade(p) + frame("40"), None)],
    "byte by byte": lambda p: [(bytes([byte]), None) for byte in upgrade(p) + frame("40")],
    "cut in the frame": lambda p: [(upgrade(p) + (whole := frame("40"))[:3], b'0{"sid"'), (whole[3:], None)],
    "behind a page": lambda p: [(page(p), b'{"ok":true}'), (upgrade(p) + frame("40"), None)],
    "behind a poll": lambda p: [(poll(p), b'0{"sid"'), (upgrade(p), b'0{"sid"'), (frame("40"), None)],
    "all at once": lambda p: [(page(p) + poll(p) + upgrade(p) + frame("40"), None)],
}


def hears(connection, expected):
    heard = b""
    while expected not in heard:
        part = connection.recv(65536)
        assert part, f"ended before {expected}: {heard}"
        heard += part


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("kind", ["none", "nginx", "haproxy"])
def test_the_first_message_is_answered(serve, front, certificate, kind, way):
    daemon = serve("--trusted-proxy", "127.0.0.1", "--allowed-origin", "https://monitor.example")
    port, prefix = (daemon.port, "") if kind == "none" else (front(kind, daemon.port).port, "/monitor")
    context = ssl.create_default_context(cafile=str(certificate))
    context.set_alpn_protocols(["http/1.1"])
    for _ in range(ROUNDS):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as plain:
            # Pieces are to be pieces on the wire.
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = plain if kind == "none" else context.wrap_socket(plain, server_hostname="127.0.0.1")
            for sent, awaited in way(prefix):
                connection.sendall(sent)
                if awaited:
                    hears(connection, awaited)
            hears(connection, b'40{"sid"')
            connection.close()
