"""What no ordinary proxy does but middleboxes do: WebSockets that open and are deaf, are cut, or never open."""

import pytest
from playwright.sync_api import expect
from proxies import Relay


@pytest.mark.parametrize("fault", ["deaf", "cut", "silent"])
def test_the_page_goes_on_by_polling(serve, ended, open_page, demo, write, fault):
    relay = ended(Relay(serve().port, fault))
    page = open_page(f"http://127.0.0.1:{relay.port}/#last=x")
    expect(page.locator(".connection")).to_contain_text("by polling", timeout=40_000)
    assert relay.faults >= (2 if fault == "cut" else 1)
    expect(page.locator(".connection")).to_have_attribute("data-state", "live")
    write(f"beyond-{fault}", 2)
    expect(page.locator(f'[data-host="beyond-{fault}"]')).to_be_visible()
    expect(page.locator(f'[data-host="{demo.host}"]')).to_have_attribute("data-state", "live")
