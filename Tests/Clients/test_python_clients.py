"""python-socketio, plain and asyncio, over each transport."""

import pytest
import socketio
from conformance import TRANSPORTS
from drivers import AsyncDriver, PlainDriver

BYTES = bytes(range(256))
VALUES = [1, -2.5, "ünï ✓ \u2028", None, True, {"nested": [{}, [], ""]}]


@pytest.fixture(params=[PlainDriver, AsyncDriver], ids=["plain", "asyncio"])
def driver(request):
    return request.param


@pytest.fixture
def join(server, driver, transport):
    """Connects clients; each is on the transport it was meant for before the test goes on."""
    made = []

    def joined(url=server.url, namespaces=("/",), **options):
        client = driver(namespaces)
        made.append(client)
        client.connect(url, TRANSPORTS[transport], **options)
        assert client.transport == ("polling" if transport == "polling" else "websocket")
        return client

    yield joined
    for client in made:
        client.end()


def test_connects(join):
    client = join()
    assert client.heard.next("connect") == ("/",)
    assert len(client.sid()) >= 20


def test_event_comes_back_as_it_was_sent(join):
    client = join()
    client.emit("echo", *VALUES)
    assert list(client.heard.next("echo")) == VALUES


def test_server_acknowledges(join):
    client = join()
    assert client.call("ack", *VALUES) == tuple(VALUES)
    assert client.call("ack", "one") == "one"
    assert client.call("ack") is None


def test_client_acknowledges(join):
    client = join()
    client.emit("ask", "what", {"is": 1})
    assert client.heard.next("answered") == ("answer", "what", {"is": 1})


def test_binary_comes_back_as_it_was_sent(join):
    client = join()
    client.emit("echo", BYTES, {"deep": [b"", {"er": BYTES * 300}]}, "text")
    assert client.heard.next("echo") == (BYTES, {"deep": [b"", {"er": BYTES * 300}]}, "text")


def test_binary_in_acknowledgements(join):
    client = join()
    assert client.call("ack", BYTES, [BYTES]) == (BYTES, [BYTES])
    client.emit("ask", BYTES, {"more": b"\x00"})
    assert client.heard.next("answered") == ("answer", BYTES, {"more": b"\x00"})


def test_rooms(join):
    inside, outside = join(), join()
    inside.call("join", "red")
    outside.call("say", "red", "to all in red")
    assert inside.heard.next("said") == ("red", "to all in red")
    outside.call("join", "red")
    outside.call("whisper", "red", "to the others in red")
    assert inside.heard.next("said") == ("red", "to the others in red")
    inside.call("leave", "red")
    inside.call("say", "red", "not to me")
    # The first that the other one hears: what was said before it joined or by itself passed it by.
    assert outside.heard.next("said") == ("red", "not to me")
    # What had been sent to it would have come before this.
    inside.emit("echo", "end")
    assert inside.heard.next("echo") == ("end",)
    inside.heard.note("said", "nothing more")
    assert inside.heard.next("said") == ("nothing more",)


def test_unknown_namespace_is_refused(join):
    client = join(namespaces=("/", "/nowhere"), wait=False)
    assert client.heard.next("connect_error") == ("/nowhere", {"message": "Invalid namespace"})
    # The connection and the other namespace live on.
    assert client.heard.next("connect") == ("/",)
    assert client.call("ack", 1) == 1


def test_unknown_namespace_fails_a_client_that_waits(join):
    with pytest.raises(socketio.exceptions.ConnectionError, match="/nowhere"):
        join(namespaces=("/nowhere",))


def test_middleware_refuses_with_message_and_data(join):
    client = join(namespaces=("/", "/guarded"), wait=False, auth={"token": "guess"})
    assert client.heard.next("connect_error") == (
        "/guarded", {"message": "not authorised", "data": {"code": 401, "needs": ["token"]}})
    assert client.heard.next("connect") == ("/",)


def test_middleware_lets_in_who_knows_the_word(join):
    client = join(namespaces=("/guarded",), auth={"token": "swordfish"})
    client.emit("echo", "inside", namespace="/guarded")
    assert client.heard.next("echo") == ("inside",)


def test_server_lets_the_client_go(join):
    client = join()
    client.emit("leave-me")
    assert client.heard.next("disconnect")[0] == "/"


def test_reconnects_after_a_restart_of_the_server(join, own_server):
    client = join(own_server.url)
    client.heard.next("connect")
    first = client.sid()
    own_server.restart()
    assert client.heard.next("disconnect")[0] == "/"
    client.heard.next("connect")
    assert client.call("ack", "again") == "again"
    assert client.sid() != first


def test_forty_quick_broadcasts_come_in_order(join):
    """More than a client takes in one answer to a poll."""
    speaker, listener = join(), join()
    speaker.emit("burst", 40)
    for client in (speaker, listener):
        assert [client.heard.next("number") for _ in range(40)] == [(number,) for number in range(40)]
