"""What no ordinary proxy does but middleboxes do: WebSockets that open and are deaf, are cut, or never open."""

import pytest
from facts import await_fact
from playwright.sync_api import expect
from proxies import Relay


@pytest.mark.parametrize("fault", ["deaf", "cut", "silent", "closed"])
def test_the_page_goes_on_by_polling(serve, ended, open_page, demo, write, fault):
    relay = ended(Relay(serve().port, fault))
    page = open_page(f"http://127.0.0.1:{relay.port}/#last=x")
    expect(page.locator(".connection")).to_contain_text("by polling", timeout=40_000)
    assert relay.faults >= (2 if fault == "cut" else 1)
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    write(f"beyond-{fault}", 2)
    expect(page.locator(f'[data-host="beyond-{fault}"]')).to_be_visible()
    expect(page.locator(f'[data-host="{demo.host}"]')).to_have_attribute("data-state", "live")


def test_a_websocket_that_failed_once_takes_over_by_itself(serve, ended, open_page):
    # As when a server comes back between a page's try by WebSocket and the one by polling that follows.
    relay = ended(Relay(serve().port, "closed once"))
    page = open_page(f"http://127.0.0.1:{relay.port}/#last=x")
    expect(page.locator(".connection")).to_have_text("Live")
    assert relay.faults == 1


# Lets a test move the page's clock on; timers keep their own time.
AHEAD = """
    window.ahead = 0;
    const own = performance.now.bind(performance);
    performance.now = () => own() + window.ahead;
"""
# Every state of the link that the page shows from now on.
WATCH_STATES = """() => {
    const node = document.querySelector(".connection");
    window.states = [];
    new MutationObserver(() => window.states.push(node.dataset.state)).observe(node, { attributes: true, attributeFilter: ["data-state"] });
}"""


def test_a_page_by_polling_is_on_websocket_again_soon_after_the_way_is_free(serve, ended, open_page):
    relay = ended(Relay(serve().port, "closed"))
    page = open_page(f"http://127.0.0.1:{relay.port}/#last=x", init=AHEAD)
    expect(page.locator(".connection")).to_contain_text("by polling")
    # The probe too: a WebSocket is held to be blocked.
    await_fact("a second WebSocket", lambda: relay.faults >= 2)
    page.evaluate(WATCH_STATES)
    page.evaluate("window.ahead += 60_000")
    # Still blocked: the new connection too is by polling, and the page stays live.
    await_fact("one more WebSocket", lambda: page.evaluate("1") and relay.faults >= 3)
    expect(page.locator(".connection")).to_contain_text("by polling")
    relay.fault = None
    page.evaluate("window.ahead += 120_000")
    expect(page.locator(".connection")).to_have_text("Live")
    assert set(page.evaluate("window.states")) <= {"live"}
