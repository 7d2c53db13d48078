"""Two daemons of one Redis behind one proxy: sessions that stay with one of them, and sessions that do not."""

import pytest
from playwright.sync_api import expect
from facts import await_fact

TURNS = """
upstream daemons { server 127.0.0.1:%d; server 127.0.0.1:%d; }
server { listen 127.0.0.1:@PORT@; location / {
    proxy_pass http://daemons; proxy_set_header Host $http_host; %s } }
"""
UPGRADE = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"


@pytest.mark.parametrize("kind", ["nginx", "haproxy"])
@pytest.mark.parametrize("transports", [["websocket"], ["polling"]], ids="+".join)
def test_sticky_sessions_hear_everything(serve, front, listen, write, kind, transports):
    options = ("--trusted-proxy", "127.0.0.1")
    proxy = front(kind, serve(*options).port, serve(*options).port)
    client = listen(f"https://127.0.0.1:{proxy.port}", "monitor/socket.io", transports)
    ids = write(f"sticky-{kind}-{transports[0]}", 20)
    await_fact("every sample", lambda: len(client.of(f"sticky-{kind}-{transports[0]}")) >= 20)
    assert client.of(f"sticky-{kind}-{transports[0]}") == ids


def test_websockets_need_not_be_sticky(serve, front, listen, write, open_page):
    proxy = front("nginx", text=TURNS % (serve().port, serve().port, UPGRADE))
    url = f"http://127.0.0.1:{proxy.port}"
    clients = [listen(url), listen(url)]
    ids = write("by-turns", 20)
    for client in clients:
        await_fact("every sample", lambda: len(client.of("by-turns")) >= 20)  # noqa: B023
        assert client.of("by-turns") == ids
    assert len({client.metas[0]["epoch"] for client in clients}) == 2
    expect(open_page(url).locator(".connection")).to_have_text("Live")


def test_polling_by_turns_says_what_is_wrong(serve, front, open_page):
    proxy = front("nginx", text=TURNS % (serve().port, serve().port, ""))
    page = open_page(f"http://127.0.0.1:{proxy.port}")
    expect(page.locator(".connection")).to_contain_text("Sessions are split")
    expect(page.locator(".empty .reason")).to_contain_text("sticky sessions")
