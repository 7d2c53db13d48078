"""The examples of deploy/, as they are but for ports and files: TLS, HTTP/2, a sub-path, kept connections."""

import os
import re
import shutil

import pytest
from playwright.sync_api import expect
from facts import await_fact
from proxies import clients_in, curl

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
FRONTS = ["nginx", "haproxy"]
OPEN = "/monitor/socket.io/?EIO=4&transport=polling"


@pytest.fixture(params=FRONTS)
def behind(request, serve, front):
    """A daemon behind an example: (daemon, proxy, url)."""
    daemon = serve("--trusted-proxy", "127.0.0.1", "--allowed-origin", "https://monitor.example", "--ping-interval", "2s")
    proxy = front(request.param, daemon.port)
    return daemon, proxy, f"https://127.0.0.1:{proxy.port}"


def test_the_page_and_its_parts_come_over_http2(behind):
    _, _, url = behind
    for path, kind in [("/monitor/", "text/html"), ("/monitor/assets/src/start.js", "text/javascript"),
                       ("/monitor/assets/vendor/d3.min.js", "text/javascript"), ("/monitor/readyz", "application/json"),
                       ("/monitor/api/v1/keys", "application/json"), (OPEN, "text/plain")]:
        status, headers, _ = curl(url + path, "--http2")
        assert status == "HTTP/2 200", path
        assert headers.get("content-type", "none").split(";")[0] == kind, path
    status, headers, _ = curl(url + "/monitor", "--http2")
    assert status == "HTTP/2 308"
    assert re.sub(r"^https://[^/]+", "", headers["location"]).rstrip("?") == "/monitor/"


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]], ids="+".join)
def test_a_client_hears_every_sample_once(behind, listen, write, transports):
    _, _, url = behind
    client = listen(url, "monitor/socket.io", transports)
    host = f"every-{'-'.join(transports)}"
    ids = write(host, 40)
    await_fact("every sample", lambda: len(client.of(host)) >= 40)
    assert client.of(host) == ids


def test_a_quiet_client_is_kept_longer_than_pings_take(behind, listen):
    _, _, url = behind
    client = listen(url, "monitor/socket.io", ["websocket"])
    heard = len(client.samples)
    await_fact("samples for three pings", lambda: len(client.samples) > heard + 12)
    assert client.ends == [] and client.client.connected


def test_a_client_cannot_choose_its_address(behind):
    daemon, _, url = behind
    forged = ["-H", "X-Forwarded-For: 198.51.100.7", "-H", "x-forwarded-for: 127.0.0.1", "-H", "Forwarded: for=198.51.100.8",
              "-H", "X-Forwarded-Host: evil.example", "-H", "X-Forwarded-Proto: http", "-H", "X-Real-IP: 198.51.100.9"]
    status, _, body = curl(url + OPEN, "--interface", "127.0.0.9", "-H", "Origin: https://evil.example", *forged)
    assert status.endswith(" 403")
    assert '"forbidden-origin"' in body and "https://evil.example" in body
    log = await_fact("the refusal in the log", lambda: [line for line in daemon.output if "forbidden-origin" in line])[0]
    assert clients_in(log) == ["127.0.0.9"]
    assert "198.51.100" not in log


def test_the_outer_origin_is_the_servers_own_and_no_other(behind):
    _, proxy, url = behind
    outer = f"127.0.0.1:{proxy.port}"
    for origin, status in [(f"https://{outer}", 200), (f"HTTPS://{outer}", 200), (f"http://{outer}", 403), ("https://127.0.0.1:1", 403),
                           (f"https://{outer}.evil.example", 403), ("null", 403)]:
        got, _, _ = curl(url + OPEN, "-H", f"Origin: {origin}")
        assert got.endswith(f" {status}"), origin
    # The scheme's own port may be left out.
    for host, origin, status in [("localhost", "https://localhost", 200), ("localhost:443", "https://localhost", 200),
                                 ("localhost", "https://localhost:443", 200), ("localhost", "http://localhost", 403),
                                 ("monitor.example", "https://monitor.example", 200), ("evil.example", "https://evil.example", 403)]:
        got, _, body = curl(url + OPEN, "--http1.1", "-H", f"Host: {host}", "-H", f"Origin: {origin}")
        assert got.endswith(f" {status}"), (host, origin, body)


def test_the_page_is_live_under_its_path(behind, demo, open_page):
    _, _, url = behind
    sockets = []
    page = open_page("about:blank")
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"{url}/monitor/#host={demo.host}")
    expect(page.locator(".connection")).to_have_text("Live")
    expect(page.locator(".who h2")).to_have_text(demo.host)
    expect(page.locator('[data-table="processes"] tbody tr').first).to_be_visible()
    assert page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol") == "h2"
    assert sockets and all("/monitor/socket.io/" in address for address in sockets)
    asked = lambda: page.evaluate(  # noqa: E731
        "performance.getEntriesByType('resource').map(({ name, responseStatus }) => [name, responseStatus])")
    await_fact("the page asks for the past", lambda: any("/monitor/api/v1/window" in name for name, _ in asked()))
    assert [name for name, status in asked() if not name.startswith(f"{url}/monitor/") or status >= 400] == []
    page.keyboard.press("f")
    assert page.url.startswith(f"{url}/monitor/")


def test_the_page_goes_on_where_it_stopped_when_the_proxy_restarts(behind, demo, open_page, write):
    daemon, proxy, url = behind
    page = open_page(f"{url}/monitor/#last=x")
    expect(page.locator(".connection")).to_have_text("Live")
    proxy.end()
    expect(page.locator(".connection")).to_contain_text("Reconnecting")
    write("meanwhile", 3)
    proxy.start()
    expect(page.locator(".connection")).to_have_text("Live", timeout=30_000)
    expect(page.locator('[data-host="meanwhile"]')).to_be_visible()


@pytest.mark.parametrize("kind", FRONTS)
def test_the_page_is_live_by_its_own_name_at_the_schemes_own_port(serve, front, playwright, kind):
    daemon = serve("--trusted-proxy", "127.0.0.1", "--allowed-origin", "https://monitor.example")
    proxy = front(kind, daemon.port)
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[
        *(["--no-sandbox"] if os.geteuid() == 0 else []), f"--host-resolver-rules=MAP monitor.example:443 127.0.0.1:{proxy.port}"])
    try:
        page = browser.new_page(ignore_https_errors=True)
        page.goto("https://monitor.example/monitor")
        assert page.url.startswith("https://monitor.example/monitor/")
        expect(page.locator(".connection")).to_have_text("Live")
    finally:
        browser.close()


def test_a_token_is_asked_for_and_kept_for_the_path_alone(serve, front, open_page, tmp_path):
    file = tmp_path / "token"
    file.write_text("a-token-for-the-proxy-test\n")
    daemon = serve("--trusted-proxy", "127.0.0.1", "--token-file", str(file))
    proxy = front("nginx", daemon.port)
    page = open_page(f"https://127.0.0.1:{proxy.port}/monitor/")
    expect(page.locator(".connection")).to_have_text("Refused: token needed")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("Token").fill("not-the-right-token")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("alert")).to_contain_text("did not accept this token")
    page.get_by_label("Token").fill("a-token-for-the-proxy-test")
    page.get_by_role("button", name="Connect").click()
    expect(page.locator(".connection")).to_have_text("Live")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('token'))") == ["streamassembler.token:/monitor/"]
    page.goto(f"https://127.0.0.1:{proxy.port}/monitor/#token=a-token-for-the-proxy-test")
    expect(page.locator(".connection")).to_have_text("Live")
    assert "token" not in page.url and "/monitor/" in page.url
