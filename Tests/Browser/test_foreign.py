"""Pages of other origins, in Chromium: one that is allowed reads polls and opens a WebSocket although every answer says
same-origin (Cross-Origin-Resource-Policy, -Opener-Policy); one that is not allowed gets nothing."""

import http.server
import threading

import pytest

# What such a page gets: of each way the first letters of what it read, or that it could not.
TRY = """async (url) => {
    const first = (text) => text.slice(0, text.indexOf(":"));
    const read = (answer) => answer.text().then(first);
    const ask = (path, options) => fetch(url + path, options);
    const refused = () => "refused";
    const polling = "/socket.io/?EIO=4&transport=polling";
    const told = { isolated: crossOriginIsolated };
    told.poll = await ask(polling).then(read).catch(refused);
    told.credentials = await ask(polling, { credentials: "include" }).then(read).catch(refused);
    told.joined = await ask(polling).then(async (opened) => {
        const session = `${polling}&sid=${JSON.parse((await opened.text()).slice(1)).sid}`;
        await ask(session, { method: "POST", body: "40", headers: { "content-type": "text/plain;charset=UTF-8" } });
        return await ask(session).then(read);
    }).catch(refused);
    told.webSocket = await new Promise((done) => {
        const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
        socket.onmessage = (event) => { done(first(event.data)); socket.close(); };
        socket.onerror = () => done("refused");
    });
    told.script = await new Promise((done) => {
        const script = document.createElement("script");
        script.onload = () => done("loaded");
        script.onerror = () => done("refused");
        script.src = `${url}/vendor/d3.min.js`;
        document.head.append(script);
    });
    return told;
}"""
GOT = {"poll": '0{"sid"', "credentials": '0{"sid"', "joined": '40{"sid"', "webSocket": '0{"sid"'}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"<!doctype html><title>elsewhere</title>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        if self.path == "/isolated":
            self.send_header("cross-origin-opener-policy", "same-origin")
            self.send_header("cross-origin-embedder-policy", "require-corp")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def port():
    """Of a server of pages that are not ours."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def told(browser):
    """What a page at that address gets of the daemon."""
    contexts = []

    def told(address, url):
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.goto(address)
        return page.evaluate(TRY, url)

    yield told
    for context in contexts:
        context.close()


# To the daemon at 127.0.0.1 the one host is the same site, the other is not.
@pytest.mark.parametrize("path", ["/", "/isolated"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_allowed_page_of_a_foreign_origin_connects_and_another_does_not(start, demo, told, port, host, path):
    origin = f"http://{host}:{port}"
    common = {"isolated": path == "/isolated", "script": "refused"}
    daemon = start("serve", "--port", "0", "--redis", demo.redis_url, "--allowed-origin", origin)
    assert told(origin + path, daemon.url) == {**GOT, **common}
    strict = start("serve", "--port", "0", "--redis", demo.redis_url, "--allowed-origin", f"http://{host}:1")
    assert told(origin + path, strict.url) == {**dict.fromkeys(GOT, "refused"), **common}
