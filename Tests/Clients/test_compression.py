"""Compressed messages (permessage-deflate) with WebSockets that others wrote."""

import asyncio
import json
import socket

import aiohttp
import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Ping, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

TARGET = "/socket.io/?EIO=4&transport=websocket"
TEXT = " ".join(f"ünï-{number % 97} ✓ {number * 7919 % 10_007}" for number in range(40_000))
SIZES = [0, 1, 100, 1_000, 1_100, 20_000, 200_000]
PATIENCE_S = 30


def events():
    """Packets to send, and what comes back for each."""
    for size in SIZES:
        for _ in range(2):
            packet = json.dumps(["echo", TEXT[:size]], ensure_ascii=False)
            yield "42" + packet, json.loads(packet)


@pytest.mark.parametrize("bits", [9, 12, 15])
def test_aiohttp(server, bits):
    async def talk():
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(server.url + TARGET, compress=bits, max_msg_size=0) as connection,
        ):
            # What it calls its own window, once both have agreed.
            assert connection.compress == 15
            await connection.receive_str()
            await connection.send_str("40")
            await connection.receive_str()
            for packet, event in events():
                await connection.send_str(packet)
                while (answer := await connection.receive_str()) == "2":
                    await connection.send_str("3")
                assert json.loads(answer[2:]) == event

    asyncio.run(asyncio.wait_for(talk(), PATIENCE_S))


class WsprotoClient:
    """A blocking client over wsproto."""

    def __init__(self, port, extension):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self._connection = WSConnection(ConnectionType.CLIENT)
        self._messages = []
        self._send(Request(host="127.0.0.1", target=TARGET, extensions=[extension]))
        while not isinstance(event := self._event(), AcceptConnection):
            pass
        self.extensions = event.extensions

    def send(self, text):
        self._send(TextMessage(data=text))

    def receive(self):
        """The next text that is no ping of Engine.IO."""
        text = ""
        while True:
            event = self._event()
            if isinstance(event, Ping):
                self._send(event.response())
            elif isinstance(event, TextMessage):
                text += event.data
                if event.message_finished:
                    if text != "2":
                        return text
                    self.send("3")
                    text = ""

    def close(self):
        self._socket.close()

    def _send(self, event):
        self._socket.sendall(self._connection.send(event))

    def _event(self):
        while True:
            for event in self._connection.events():
                return event
            received = self._socket.recv(65_536)
            assert received, "the server has closed the connection"
            self._connection.receive_data(received)


@pytest.mark.parametrize("bits", range(9, 16))
@pytest.mark.parametrize("keeps_window", [True, False], ids=["keeps-window", "no-window"])
def test_wsproto(server, bits, keeps_window):
    extension = PerMessageDeflate(
        client_no_context_takeover=not keeps_window, server_no_context_takeover=not keeps_window,
        client_max_window_bits=bits, server_max_window_bits=bits)
    client = WsprotoClient(server.port, extension)
    try:
        assert client.extensions == [extension] and extension.enabled()
        # Whatever the client offered, neither side keeps its window.
        assert extension.client_no_context_takeover and extension.server_no_context_takeover
        assert extension.server_max_window_bits == bits
        client.receive()
        client.send("40")
        client.receive()
        for packet, event in events():
            client.send(packet)
            assert json.loads(client.receive()[2:]) == event
    finally:
        client.close()
