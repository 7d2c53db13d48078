"""nginx as people set it up: the headers that it sends by default, no Upgrade, short time-outs, small bodies."""


import pytest
from playwright.sync_api import expect
from facts import await_fact
from proxies import ROOT, curl, free_port

WEB = ROOT / "web"
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
UPGRADE = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"


def server(daemon, inner, before=""):
    """A plain `server { }` that passes everything to a daemon."""
    return (f"{before}\nserver {{ listen 127.0.0.1:@PORT@; location / {{ proxy_pass http://127.0.0.1:{daemon.port}; {inner} }} }}")


def test_by_default_headers_the_page_is_told_which_setting_lets_it_in(serve, front, open_page):
    daemon = serve()
    proxy = front("nginx", text=server(daemon, UPGRADE))
    origin = f"http://127.0.0.1:{proxy.port}"
    page = open_page(origin)
    expect(page.locator(".connection")).to_contain_text("Refused: origin")
    expect(page.locator(".empty h2")).to_have_text("The server refuses this page")
    expect(page.locator(".empty .reason")).to_contain_text(f"--allowed-origin {origin}")
    said = [line for line in daemon.output if "forbidden-origin" in line]
    assert len(said) == 1, "throttled"
    assert origin in said[0] and f"127.0.0.1:{daemon.port}" in said[0] and "--allowed-origin" in said[0]


def test_by_default_headers_an_allowed_origin_is_let_in(serve, front, open_page):
    # The port has to be known before the daemon: it is the daemon's that is given.
    proxy_text = "server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://127.0.0.1:@DAEMON@; %s } }" % UPGRADE
    port = free_port()
    proxy = front("nginx", text=proxy_text.replace("@DAEMON@", str(port)))
    serve("--allowed-origin", f"http://127.0.0.1:{proxy.port}", port=port)
    page = open_page(f"http://127.0.0.1:{proxy.port}")
    expect(page.locator(".connection")).to_have_text("Live")


@pytest.mark.parametrize("header, status", [("$host", 403), ("$http_host", 200)])
def test_host_without_its_port_is_another_origin(serve, front, header, status):
    daemon = serve()
    proxy = front("nginx", text=server(daemon, f"proxy_set_header Host {header};"))
    origin = f"http://127.0.0.1:{proxy.port}"
    got, _, _ = curl(origin + HANDSHAKE, "-H", f"Origin: {origin}")
    assert got.endswith(f" {status}")
    # At the scheme's own port both are right.
    got, _, _ = curl(origin + HANDSHAKE, "-H", "Host: localhost", "-H", "Origin: https://localhost")
    assert got.endswith(" 200")


def test_a_proxy_that_is_not_trusted_is_named_with_the_setting(serve, front, open_page):
    daemon = serve()
    forwarded = "proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;"
    proxy = front("nginx", text=server(daemon, f"{UPGRADE} {forwarded}"))
    page = open_page(f"http://127.0.0.1:{proxy.port}")
    expect(page.locator(".empty .reason")).to_contain_text("set --trusted-proxy 127.0.0.1 if it is your proxy")


@pytest.mark.parametrize("blocked", [
    "", f"{UPGRADE} if ($http_upgrade) {{ return 400; }}", f"{UPGRADE} if ($http_upgrade) {{ return 403; }}",
    f"{UPGRADE} if ($http_upgrade) {{ return 502; }}",
], ids=["no Upgrade", "400", "403", "502"])
def test_where_websocket_is_blocked_the_page_goes_on_by_polling(serve, front, open_page, demo, write, blocked):
    daemon = serve()
    proxy = front("nginx", text=server(daemon, f"proxy_set_header Host $http_host; {blocked}"))
    page = open_page(f"http://127.0.0.1:{proxy.port}/#last=x")
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    expect(page.locator(".connection")).to_contain_text("by polling")
    expect(page.locator(f'[data-host="{demo.host}"]')).to_have_attribute("data-state", "live")
    write("by-polling", 3)
    expect(page.locator('[data-host="by-polling"]')).to_be_visible()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_pings_keep_a_quiet_connection_that_the_proxy_would_cut(serve, front, listen, transport):
    # A prefix of nobody's: nothing but pings passes.
    daemon = serve("--prefix", f"quiet-{transport}", "--ping-interval", "1s")
    proxy = front("nginx", text=server(daemon, f"{UPGRADE if transport == 'websocket' else ''} proxy_set_header Host $http_host; proxy_read_timeout 3s;"))
    client = listen(f"http://127.0.0.1:{proxy.port}", transports=[transport])
    # Longer than the proxy's time-out: the wait is for an event that may not come.
    assert not client.ended.wait(5)


def test_a_page_that_is_cut_again_and_again_comes_back(serve, front, open_page):
    daemon = serve("--prefix", "cut")
    # The server's heartbeat comes each second.
    cut = "proxy_read_timeout 600ms;"
    proxy = front("nginx", text=server(daemon, f"{UPGRADE} proxy_set_header Host $http_host; {cut}"))
    page = open_page(f"http://127.0.0.1:{proxy.port}/#last=x")
    for _ in range(2):
        expect(page.locator(".connection")).to_contain_text("Reconnecting")
        expect(page.locator(".connection")).to_contain_text("Live")


def test_bodies_that_the_proxy_refuses_are_said(serve, front, open_page):
    daemon = serve()
    proxy = front("nginx", text=server(daemon, "proxy_set_header Host $http_host; client_max_body_size 8;"))
    page = open_page(f"http://127.0.0.1:{proxy.port}")
    expect(page.locator(".connection")).to_contain_text("Proxy: too large", timeout=30_000)
    expect(page.locator(".empty .reason")).to_contain_text("client_max_body_size")


def test_a_path_that_leads_nowhere_is_said(serve, front, open_page):
    daemon = serve()
    proxy = front("nginx", text=server(daemon, "proxy_set_header Host $http_host;").replace(
        "location / {", "location /socket.io/ { return 404; } location / {"))
    page = open_page(f"http://127.0.0.1:{proxy.port}")
    expect(page.locator(".connection")).to_contain_text("Proxy: no such path")
    expect(page.locator(".empty h2")).to_have_text("The proxy does not forward to the server")


@pytest.mark.parametrize("inner, word", [
    ("return 401;", "Proxy: login needed"), ("return 403;", "Proxy: forbidden"), ("return 429;", "Proxy: too often"),
    ("return 200 '<html>log in</html>';", "Not the server"),
], ids=["401", "403", "429", "login page"])
def test_what_a_proxy_answers_in_place_of_the_server_is_said(serve, front, open_page, inner, word):
    daemon = serve()
    proxy = front("nginx", text=server(daemon, "proxy_set_header Host $http_host;").replace(
        "location / {", f"location /socket.io/ {{ {inner} }} location / {{"))
    page = open_page(f"http://127.0.0.1:{proxy.port}")
    expect(page.locator(".connection")).to_contain_text(word)


def test_a_server_that_is_down_is_said_and_found_again(serve, front, open_page):
    daemon = serve(port=free_port())
    proxy = front("nginx", text=server(daemon, f"{UPGRADE} proxy_set_header Host $http_host;"))
    page = open_page(f"http://127.0.0.1:{proxy.port}/#last=x")
    expect(page.locator(".connection")).to_have_text("Live")
    assert daemon.end() == 0
    expect(page.locator(".connection")).to_contain_text("Proxy: HTTP 502")
    expect(page.locator(".banner")).to_contain_text("The server behind the proxy does not answer")
    serve(port=daemon.port)
    expect(page.locator(".connection")).to_have_text("Live", timeout=30_000)


def test_a_full_server_says_so(serve, front, open_page, listen):
    daemon = serve("--max-clients", "1")
    proxy = front("nginx", text=server(daemon, f"{UPGRADE} proxy_set_header Host $http_host;").replace(
        "location / {", f"location /assets/ {{ root {WEB}; rewrite ^/assets/(.*) /$1 break; types {{ text/javascript js; text/css css; }} }} "
        f"location = / {{ root {WEB}; try_files /index.html =404; types {{ text/html html; }} }} location / {{"))
    listen(f"http://127.0.0.1:{daemon.port}")
    page = open_page(f"http://127.0.0.1:{proxy.port}")
    expect(page.locator(".connection")).to_contain_text("Refused: full")


def test_a_foreign_host_name_is_said(serve, front):
    daemon = serve("--trusted-proxy", "127.0.0.1")
    proxy = front("nginx", text=server(daemon, "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Host $http_host;"))
    for path in ["/", HANDSHAKE, "/api/v1/keys"]:
        got, _, body = curl(f"http://127.0.0.1:{proxy.port}{path}", "-H", "Host: m.example")
        assert got.endswith(" 403") and '"forbidden-host"' in body and "m.example" in body and "--token-file" in body, path
    await_fact("the refusal in the log", lambda: [line for line in daemon.output if "forbidden-host" in line])


def test_a_name_that_the_proxy_lets_through_cannot_be_invented(serve, front):
    # Under DNS rebinding the attacker's page may set what header it likes.
    daemon = serve("--trusted-proxy", "127.0.0.1")
    proxy = front("nginx", text=server(daemon, "proxy_set_header Host $http_host;"))
    got, _, _ = curl(f"http://127.0.0.1:{proxy.port}/api/v1/keys", "-H", "Host: evil.example", "-H", "X-Forwarded-Host: localhost")
    assert got.endswith(" 403")
