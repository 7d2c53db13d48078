"""The page on a running demo: real samples of this machine, real Redis, real browser."""

import re
import time

import pytest
from conftest import SCREENSHOTS
from playwright.sync_api import expect

FIGURE = re.compile(r"\d")


def column(page, table, key):
    """The texts of one column, from one moment."""
    return page.eval_on_selector_all(
        f'[data-table="{table}"] tbody .col-{key}', "cells => cells.map(cell => cell.textContent)")


def whole_numbers(texts):
    return [int(text) for text in texts if text.isdigit()]


def test_goes_live_and_its_numbers_change(dashboard):
    for panel in ("cpu", "memory", "load", "network", "tcp"):
        expect(dashboard.locator(f'[data-readout="{panel}"]')).to_have_text(FIGURE)
    # The CPU by mode: the headline alone may stay at 100 % on a machine that compiles.
    for place in ('[data-panel="cpu"] .legend', '[data-readout="age"]'):
        shown = dashboard.locator(place)
        before = shown.text_content()
        expect(shown).not_to_have_text(before)


def test_last_seen_age_stays_within_the_interval_while_samples_come(dashboard):
    expect(dashboard.locator('[data-readout="age"]')).to_have_text(re.compile(r"^[01]\.\d"))
    expect(dashboard.locator("header.host")).to_have_attribute("data-state", "live")


@pytest.mark.parametrize("table", ["processes", "connections"])
def test_table_has_rows_and_sorts_both_ways(dashboard, table):
    # Tables out of view are not painted.
    dashboard.locator(f'[data-table="{table}"]').scroll_into_view_if_needed()
    numbers = dashboard.locator(f'[data-table="{table}"] tbody .col-pid')
    expect(numbers.filter(has_text=FIGURE).first).to_be_visible()
    head = dashboard.locator(f'[data-table="{table}"] th.col-pid')
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    descending = whole_numbers(column(dashboard, table, "pid"))
    assert descending and descending == sorted(descending, reverse=True)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    ascending = whole_numbers(column(dashboard, table, "pid"))
    assert ascending and ascending == sorted(ascending)


def test_tables_sort_by_keyboard(dashboard):
    button = dashboard.locator('[data-table="processes"] th.col-rssKiB button')
    button.focus()
    dashboard.keyboard.press("Enter")
    expect(dashboard.locator('[data-table="processes"] th.col-rssKiB')).to_have_attribute("aria-sort", "descending")


def test_processes_close_to_the_total(dashboard):
    foot = dashboard.locator('[data-table="processes"] tfoot')
    expect(foot).to_contain_text("other processes")
    expect(foot).to_contain_text("exited since last sample")
    expect(foot.locator("tr").last.locator(".col-cpuPct")).to_have_text(FIGURE)


def test_filter_keeps_matching_processes_only(dashboard, demo):
    dashboard.get_by_label("Filter processes").fill("redis-server")
    commands = dashboard.locator('[data-table="processes"] tbody .col-command')
    expect(commands.first).to_contain_text("redis-server")
    assert all("redis-server" in text for text in column(dashboard, "processes", "command"))


def test_host_turns_stale_when_the_collector_stops_and_recovers(dashboard, demo):
    missed_s = 3 * demo.newest("top")["intervalMs"] / 1000
    row = dashboard.locator("header.host")
    expect(row).to_have_attribute("data-state", "live")
    demo.pause_collector()
    stopped = time.monotonic()
    try:
        expect(row).to_have_attribute("data-state", "stale", timeout=(missed_s + 2) * 1000)
        print(f"stale {time.monotonic() - stopped:.2f} s after the collector stopped")
        expect(dashboard.locator(".host-state")).to_have_text(re.compile(r"No samples since \d\d:\d\d:\d\d"))
        expect(dashboard.locator('[data-panel="cpu"]')).to_have_class(re.compile("stale"))
        dashboard.screenshot(path=screenshot("stale"))
    finally:
        demo.resume_collector()
    expect(row).to_have_attribute("data-state", "live")
    expect(dashboard.locator('[data-panel="cpu"]')).not_to_have_class(re.compile("stale"))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_fits_a_phone_without_sideways_scrolling(open_page, demo, scheme):
    page = open_page(
        demo.url, viewport={"width": 390, "height": 844}, color_scheme=scheme, device_scale_factor=2, has_touch=True)
    expect(page.locator('[data-table="processes"] tbody tr').first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.screenshot(path=screenshot(f"phone-{scheme}"))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_leaves_a_screenshot(open_page, demo, scheme):
    page = open_page(demo.url, color_scheme=scheme)
    expect(page.locator('[data-table="processes"] tbody tr').first).to_be_visible()
    expect(page.locator('[data-readout="cpu"]')).to_have_text(FIGURE)
    page.screenshot(path=screenshot(f"dashboard-{scheme}"))
    assert (SCREENSHOTS / f"dashboard-{scheme}.png").stat().st_size > 20_000


def screenshot(name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return str(SCREENSHOTS / f"{name}.png")
