"""python-socketio with what the server offers beyond events and rooms; see HallNamespaces.swift."""

import uuid

import pytest
from conformance import TRANSPORTS
from drivers import AsyncDriver, PlainDriver


@pytest.fixture
def hall():
    """A namespace that no client of an earlier test is about to leave."""
    return f"/hall-{uuid.uuid4().hex}"


@pytest.fixture(params=[PlainDriver, AsyncDriver], ids=["plain", "asyncio"])
def enter(request, server, transport, hall):
    """Connects clients to a hall each, as ways to emit and call in it."""
    made = []

    def entered(hall=hall, **options):
        client = request.param((hall,))
        made.append(client)
        client.connect(server.url, TRANSPORTS[transport], **options)
        emit, call = client.emit, client.call
        client.emit = lambda *arguments: emit(*arguments, namespace=hall)
        client.call = lambda *arguments: call(*arguments, namespace=hall)
        return client

    entered.driver, entered.made, entered.url = request.param, made, server.url
    yield entered
    for client in made:
        client.end()


def test_listens_once_and_tells_what_it_sent(enter):
    client = enter()
    client.emit("once", "first")
    # The catch-all for what is sent hears of it before it is written.
    assert client.heard.next("sent") == ("heard once",)
    assert client.heard.next("heard once") == ("first",)
    assert client.call("once", "second") == "nobody listens to once"


def test_catches_all(enter):
    client = enter()
    assert client.call("any thing", 1, {"two": [2]}) == "nobody listens to any thing"
    assert client.heard.next("heard any") == (1, {"two": [2]})


def test_lists_of_rooms(enter):
    one, two, three = enter(), enter(), enter()
    one.call("join", ["red", "blue"])
    two.call("join", ["blue", "muted"])
    three.call("join", ["green"])
    three.call("tell", ["red", "blue"], ["muted"], "to one alone, once")
    assert one.call("tell", ["red", "blue", "green"], [], "to all")
    assert one.heard.next("told") == ("to one alone, once",)
    for client in (one, two, three):
        assert client.heard.next("told") == ("to all",)
    one.call("leave", ["red", "blue"])
    two.call("tell", ["red", "blue", "green"], [], "not to who left")
    two.call("tell", [], [], "to nobody")
    one.call("join", ["red"])
    two.call("tell", ["red", "blue", "green"], [], "end")
    assert [client.heard.next("told") for client in (one, two, two, three, three)] == [
        ("end",), ("not to who left",), ("end",), ("not to who left",), ("end",)]


def test_parent_reaches_all_its_namespaces(enter):
    one, other = enter("/hall-1"), enter("/hall-2")
    one.call("join", ["front"])
    other.call("join", ["front"])
    assert set(one.call("tell halls", ["front"], "both")) >= {"/hall-1", "/hall-2"}
    for client in (one, other):
        assert client.heard.next("told") == ("/hall-1", "both")


def test_check_of_the_parent_refuses_with_data(enter, transport):
    client = enter.driver(("/", "/hall-closed"))
    enter.made.append(client)
    client.connect(enter.url, TRANSPORTS[transport], wait=False)
    assert client.heard.next("connect_error") == (
        "/hall-closed", {"message": "closed", "data": {"code": 423, "open": ["/hall-1"]}})


def test_handshake_tells_headers_cookie_query_and_auth(enter, transport):
    client = enter(headers={"X-Client": "python", "Cookie": "who=me"}, auth={"token": [1]})
    handshake = client.call("handshake")
    assert handshake["headers"]["x-client"] == "python"
    assert handshake["headers"]["cookie"] == "who=me"
    assert handshake["auth"] == {"token": [1]}
    assert handshake["query"]["transport"] == TRANSPORTS[transport][0]
    assert handshake["address"] == "127.0.0.1" and handshake["secure"] is False


def test_cookie_of_the_session_comes_back(server, transport, hall):
    if transport == "websocket":
        pytest.skip("the client keeps no cookies of a WebSocket's answer")
    client = PlainDriver((hall,))
    try:
        client.connect(f"{server.url}?who=python", TRANSPORTS[transport])
        cookies = client.client.eio.http.cookies
        assert cookies.get("io") == client.client.eio.sid
    finally:
        client.end()


def test_answers_of_several_values(enter):
    one, two = enter(), enter()
    one.emit("ask twice", 41)
    assert one.heard.next("answered") == ("answer", 42)
    two.emit("ask all")
    (answers,) = two.heard.next("all answered")
    assert answers == ["answer", "answer"]


def test_reserved_name_is_not_sent(enter):
    client = enter()
    assert client.call("reserved").startswith('event name: "disconnect" is reserved')
    assert client.call("handshake")["auth"] == {}
