"""Back and Forward, as a reader presses them."""

import re

import pytest
from crowd import crowd, lone  # noqa: F401
from host_page import drag, figure, minute, mode, place, point_at  # noqa: F401
from playwright.sync_api import expect


@pytest.fixture
def entries(browser):
    """How many entries the history of a page has."""
    return lambda page: page.evaluate("history.length")


def click(page, share):
    page.mouse.click(*place(page, "cpu", share))
    # A second click soon after would make a double click of both.
    page.wait_for_timeout(600)


def test_back_and_forward_lead_through_host_zoom_and_moment(open_page, crowd, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", crowd.url)
    page = open_page(daemon.url)
    page.locator('[data-host="host-2"]').get_by_role("link").click()
    expect(page.locator(".who h2")).to_have_text("host-2")
    page.get_by_label("1 minute").check(force=True)
    drag(page, "cpu", 0.4, 0.9)
    expect(mode(page)).to_have_attribute("data-mode", "zoom")
    page.wait_for_timeout(600)
    click(page, 0.5)
    expect(mode(page)).to_have_attribute("data-mode", "rewind")
    first = mode(page).locator(".mode").text_content()
    click(page, 0.8)
    expect(mode(page).locator(".mode")).not_to_have_text(first)
    second = mode(page).locator(".mode").text_content()
    page.go_back()
    expect(mode(page).locator(".mode")).to_have_text(first)
    page.go_back()
    expect(mode(page)).to_have_attribute("data-mode", "zoom")
    page.go_back()
    expect(mode(page)).to_have_attribute("data-mode", "live")
    expect(page.locator(".who h2")).to_have_text("host-2")
    page.go_back()
    expect(page.locator('[data-host="host-2"]')).to_be_visible()
    expect(page.locator('[data-host="host-2"] a')).to_be_focused()
    for state in ("live", "zoom", "rewind", "rewind"):
        page.go_forward()
        expect(mode(page)).to_have_attribute("data-mode", state)
    expect(mode(page).locator(".mode")).to_have_text(second)


def test_pointing_dragging_and_stepping_make_no_flood_of_entries(minute, entries):  # noqa: F811
    before = entries(minute)
    for share in range(10, 95, 3):
        point_at(minute, "cpu", share / 100)
    assert entries(minute) == before
    click(minute, 0.7)
    for _ in range(12):
        minute.keyboard.press("ArrowLeft")
    expect(mode(minute)).to_have_attribute("data-mode", "rewind")
    assert entries(minute) == before + 1
    drag(minute, "cpu", 0.3, 0.8)
    assert entries(minute) == before + 2
    minute.wait_for_timeout(600)
    minute.mouse.dblclick(*place(minute, "cpu", 0.5))
    expect(mode(minute)).not_to_contain_text("Zoomed")
    assert entries(minute) == before + 3
    minute.go_back()
    expect(minute).to_have_url(re.compile("zoom="))


def test_with_one_host_back_leaves_the_page(open_page, lone, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", lone.url)
    page = open_page(f"{daemon.url}/#host=nobody")
    page.goto("about:blank")
    page.goto(daemon.url)
    expect(page.locator(".connection")).to_have_text("Live")
    expect(page.locator(".who h2")).to_have_text("host-0")
    figure(page, "cpu")
    click(page, 0.5)
    page.go_back()
    expect(page.locator(".who h2")).to_have_text("host-0")
    expect(page.locator(".cards")).to_be_hidden()
    page.go_back()
    expect(page).to_have_url("about:blank")
