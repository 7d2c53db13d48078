"""The official browser client in Chromium, over each transport, from a page of another origin."""

import os
import shutil

import pytest
from conformance import TRANSPORTS, Server
from page import PageServer
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")

# What the tests call in the page. `heard` waits for the next event of that name, from the time of `open` on.
HELPERS = """
    window.sockets = [];
    window.open_ = (url, options) => {
        const socket = window.io(url, {
            forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 300, randomizationFactor: 0, ...options });
        const [waiting, calls] = [{}, {}];
        socket.note = (name, args) => {
            const waits = (waiting[name] ??= []);
            if (waits.length) waits.shift()(args); else (calls[name] ??= []).push(args);
        };
        socket.heard = (name) => new Promise((resolve, reject) => {
            const made = (calls[name] ??= []);
            if (made.length) return resolve(made.shift());
            (waiting[name] ??= []).push(resolve);
            setTimeout(() => reject(new Error(`no ${name} within 20 s; heard: ${JSON.stringify(calls)}`)), 20000);
        });
        for (const name of ["connect", "connect_error", "disconnect"])
            socket.on(name, (...args) => socket.note(name, args));
        socket.on("question", (...args) => args.pop()("answer", ...args));
        socket.io.engine.once("upgrade", () => socket.note("upgrade", []));
        socket.onAny((name, ...args) => socket.note(name, args));
        window.sockets.push(socket);
        return socket;
    };
    window.transport = (socket) => socket.io.engine.transport.name;
    window.bytes = (length) => Uint8Array.from({ length }, (_, index) => index);
    window.list = (buffer) => Array.from(new Uint8Array(buffer));
"""


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        # Root, as in a container, has no sandbox to offer Chromium.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="module")
def pages():
    running = PageServer()
    yield running
    running.end()


@pytest.fixture(scope="module")
def strict_server(pages):
    """Lets pages of that one origin in."""
    running = Server("--origin", pages.origin)
    yield running
    assert running.process.poll() is None, f"the server ended with status {running.process.returncode}"
    running.end()


@pytest.fixture
def run(chromium, pages, strict_server, transport):
    """Runs the body of an async function in a fresh page; `socket` is connected there over the transport."""
    page = chromium.new_page()
    page.goto(pages.origin)
    page.evaluate(HELPERS)

    def ran(body, url=strict_server.url, namespace="/", connected=True, **options):
        options["transports"] = TRANSPORTS[transport]
        ready = "await socket.heard('connect');" if connected else ""
        if connected and transport == "upgrade":
            ready += "await socket.heard('upgrade');"
        return page.evaluate(
            f"""async ([url, options]) => {{
                const socket = window.socket = window.open_(url, options);
                {ready}
                {body}
            }}""", [url + namespace, options])

    ran.page = page
    yield ran
    page.evaluate("window.sockets.forEach((socket) => socket.close())")
    page.close()


def test_connects(run, transport):
    assert run("return [socket.connected, socket.id.length >= 20]") == [True, True]
    used = run("return window.transport(socket)")
    assert used == ("polling" if transport == "polling" else "websocket")


def test_agrees_on_compression(run, transport):
    answers = []
    session = run.page.context.new_cdp_session(run.page)
    session.on("Network.webSocketHandshakeResponseReceived", lambda event: answers.append(event["response"]["headers"]))
    session.send("Network.enable")
    text = "compressed ✓ " * 5_000
    assert run(f"socket.emit('echo', '{text}'); return await socket.heard('echo')") == [text]
    agreed = [value for headers in answers for name, value in headers.items() if name.lower() == "sec-websocket-extensions"]
    expected = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    assert agreed == ([] if transport == "polling" else [expected])


def test_begins_with_polling_where_it_will_upgrade(run, transport):
    used = run("""
        socket.io.on("open", () => socket.note("began", [window.transport(socket)]));
        return (await socket.heard("began"))[0]""", connected=False)
    assert used == TRANSPORTS[transport][0]


def test_event_comes_back_as_it_was_sent(run):
    values = [1, -2.5, "ünï ✓ \u2028", None, True, {"nested": [{}, [], ""]}]
    assert run(f"socket.emit('echo', ...{values!r}); return await socket.heard('echo')".replace(
        "None", "null").replace("True", "true")) == values


def test_server_acknowledges(run):
    assert run("return await socket.timeout(10000).emitWithAck('ack', { one: [1] })") == {"one": [1]}
    assert run("return await new Promise((done) => socket.emit('ack', 1, 'two', (...args) => done(args)))") == [1, "two"]


def test_client_acknowledges(run):
    assert run("socket.emit('ask', 'what', { is: 1 }); return await socket.heard('answered')") == [
        "answer", "what", {"is": 1}]


def test_binary_comes_back_as_it_was_sent(run):
    first, deep, text = run("""
        socket.emit("echo", window.bytes(256), { deep: [window.bytes(0), window.bytes(70000)] }, "text");
        const [first, { deep }, text] = await socket.heard("echo");
        return [window.list(first), deep.map(window.list), text]""")
    assert first == list(range(256))
    assert deep == [[], [number % 256 for number in range(70_000)]]
    assert text == "text"


def test_binary_in_acknowledgements(run):
    assert run("return window.list(await socket.timeout(10000).emitWithAck('ack', window.bytes(9)))") == list(range(9))
    assert run("""
        socket.emit("ask", window.bytes(3));
        const [answer, buffer] = await socket.heard("answered");
        return [answer, window.list(buffer)]""") == ["answer", [0, 1, 2]]


def test_unknown_namespace_is_refused(run):
    """The connection and the other namespace live on."""
    assert run("""
        const nowhere = socket.io.socket("/nowhere");
        const [error] = await new Promise((done) => nowhere.on("connect_error", (...args) => done(args)));
        return [error.message, error.data ?? null, await socket.timeout(10000).emitWithAck("ack", 1)];
        """) == ["Invalid namespace", None, 1]


def test_middleware_refuses_with_message_and_data(run):
    assert run("""
        const [error] = await socket.heard("connect_error");
        return [error.message, error.data]
        """, namespace="/guarded", connected=False, auth={"token": "guess"}) == [
            "not authorised", {"code": 401, "needs": ["token"]}]


def test_middleware_lets_in_who_knows_the_word(run):
    assert run(
        "socket.emit('echo', 'inside'); return await socket.heard('echo')",
        namespace="/guarded", auth={"token": "swordfish"}) == ["inside"]


def test_listens_once_catches_all_and_answers_with_several_values(run):
    assert run("""
        socket.emit("once", "first");
        const heard = await socket.heard("heard once");
        const again = await socket.timeout(10000).emitWithAck("once", "second");
        socket.emit("any thing", 1, { two: [2] });
        const any = await socket.heard("heard any");
        socket.emit("ask twice", 41);
        return [heard, again, any, await socket.heard("answered")]""", namespace="/hall-browser") == [
            ["first"], "nobody listens to once", [1, {"two": [2]}], ["answer", 42]]


def test_lists_of_rooms_and_namespaces_by_a_pattern(run, transport):
    assert run("""
        const other = socket.io.socket(`/hall-other-${socket.id}`);
        await new Promise((done) => other.on("connect", done));
        const told = new Promise((done) => other.on("told", (...args) => done(args)));
        const call = (...args) => socket.timeout(10000).emitWithAck(...args);
        await call("join", ["red", "blue", socket.id + "front"]);
        await other.timeout(10000).emitWithAck("join", [socket.id + "front"]);
        await call("tell", ["red", "blue"], ["nobody"], "once");
        await call("tell", ["red"], ["blue"], "never");
        await call("tell halls", [socket.id + "front"], "both");
        return [await socket.heard("told"), await socket.heard("told"), await told]""",
        namespace=f"/hall-rooms-{transport}") == [
            ["once"], [f"/hall-rooms-{transport}", "both"], [f"/hall-rooms-{transport}", "both"]]


def test_check_of_a_pattern_refuses_with_data(run):
    assert run("""
        const [error] = await socket.heard("connect_error");
        return [error.message, error.data]
        """, namespace="/hall-closed", connected=False) == ["closed", {"code": 423, "open": ["/hall-1"]}]


def test_cookie_and_headers_of_the_handshake(run, pages, strict_server, transport):
    """The page's origin is listed, so that its cookies travel; what the first answer set comes with the next handshake."""
    options = {"withCredentials": True, "query": {"who": "page"}, "auth": {"token": 1}}
    first = run("return await socket.timeout(10000).emitWithAck('handshake')", namespace="/hall-cookie", **options)
    assert first["headers"]["origin"] == pages.origin and first["xdomain"] is True
    assert first["query"]["who"] == "page" and first["auth"] == {"token": 1}
    second = run("return await socket.timeout(10000).emitWithAck('handshake')", namespace="/hall-cookie", **options)
    assert second["headers"]["cookie"].startswith("io=")
    if transport != "websocket":
        assert run.page.evaluate("""async (url) => {
            const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling&who=me`, { credentials: "include" });
            return [answer.headers.get("x-first"), answer.headers.get("x-each")];
        }""", strict_server.url) == ["me", "yes"]


def test_server_lets_the_client_go(run):
    assert run("socket.emit('leave-me'); return (await socket.heard('disconnect'))[0]") == "io server disconnect"


def test_forty_quick_broadcasts_come_in_order(run):
    assert run("""
        socket.emit("burst", 40);
        const numbers = [];
        while (numbers.length < 40) numbers.push((await socket.heard("number"))[0]);
        return numbers""") == list(range(40))


def test_broadcasts_during_the_upgrade_come_in_order(run):
    """Sent as soon as the namespace is joined: where the client upgrades, the switch falls among them."""
    assert run("""
        await socket.heard("connect");
        const numbers = [];
        for (let burst = 0; burst < 10; burst++) {
            socket.emit("burst", 40);
            while (numbers.length < (burst + 1) * 40) numbers.push((await socket.heard("number"))[0]);
        }
        return numbers""", connected=False) == list(range(40)) * 10


def test_reconnects_after_a_restart_of_the_server(run, pages):
    server = Server("--origin", pages.origin)
    try:
        first = run("return socket.id", url=server.url)
        server.restart()
        reason, second, answer = run.page.evaluate("""async () => {
            const [reason] = await window.socket.heard("disconnect");
            await window.socket.heard("connect");
            return [reason, window.socket.id, await window.socket.timeout(10000).emitWithAck("ack", "again")];
        }""")
    finally:
        server.end()
    assert reason in ("transport close", "transport error")
    assert second != first
    assert answer == "again"


def test_page_of_a_foreign_origin_is_refused(run, transport):
    server = Server("--origin", "http://page.invalid")
    try:
        assert run(
            "return (await socket.heard('connect_error'))[0].message", url=server.url, connected=False,
        ) == f"{'websocket' if transport == 'websocket' else 'xhr poll'} error"
    finally:
        server.end()
