"""Alarms: thresholds set by the user, on samples that cross them."""

import json
import re
import time

import pytest
from playwright.sync_api import expect


@pytest.fixture
def load(demo, cleanup):
    """Writes a sample of `alarm-host` with its CPU so busy, by a process named `burner`."""
    cleanup("sa:{alarm-host}:top")
    numbers = iter(range(1_000_000))

    def write(busy):
        now = int(time.time() * 1000)
        demo.add("sa:{alarm-host}:top", {
            "id": f"alarm-host:top:{now:x}:{next(numbers)}", "host": "alarm-host", "probe": "top", "t": now, "v": 1, "intervalMs": 60_000,
            "flags": [], "cpu": {"idle": 100 - busy, "user": busy},
            "procs": {"cols": ["pid", "start", "cpuPct", "comm"], "rows": [[42, 1, busy, "burner"], [43, 1, 0.1, "idler"]]}})

    return write


def rows(page, metric="cpu"):
    return page.locator(f'dialog.alarms tbody tr[data-metric="{metric}"]', has_text="alarm-host")


def set_rule(page, metric, above, below, seconds):
    page.locator(f'[name="{metric}-above"]').fill(str(above))
    page.locator(f'[name="{metric}-for"]').fill(str(seconds))
    page.locator(f'[name="{metric}-below"]').fill(str(below))
    page.locator(f'[name="{metric}-below"]').press("Tab")
    expect(page.locator("dialog.alarms .problem")).to_be_hidden()


def test_an_alarm_begins_names_the_culprit_and_ends_below_the_lower_bound(fleet, load):
    fleet.keyboard.press("a")
    set_rule(fleet, "cpu", 80, 40, 0)
    load(95)
    expect(rows(fleet)).to_have_count(1)
    expect(rows(fleet)).to_have_attribute("data-lasting", "true")
    expect(rows(fleet)).to_contain_text("burner (42) 95 %")
    expect(rows(fleet).locator("td").first).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    load(60)
    fleet.wait_for_timeout(300)
    expect(rows(fleet)).to_have_attribute("data-lasting", "true")
    load(10)
    expect(rows(fleet)).to_have_attribute("data-lasting", "false")
    load(99)
    expect(rows(fleet)).to_have_count(2)
    fleet.keyboard.press("Escape")
    expect(fleet.locator('[data-host="alarm-host"] .bell')).to_have_text(re.compile(r"▲ \d"))
    expect(fleet.locator("header .alarms")).to_have_text(re.compile(r"Alarms \d"))
    fleet.get_by_label("Filter hosts").fill("is:alarm")
    expect(fleet.locator('[data-host="alarm-host"]')).to_be_visible()


def test_a_silent_host_is_an_alarm(fleet, demo):
    fleet.keyboard.press("a")
    set_rule(fleet, "stale", 4, 3, 0)
    demo.pause_collector()
    try:
        row = fleet.locator('dialog.alarms tbody tr[data-metric="stale"]', has_text=demo.host).first
        expect(row).to_have_attribute("data-lasting", "true")
    finally:
        demo.resume_collector()
    expect(row).to_have_attribute("data-lasting", "false")


@pytest.mark.parametrize("collector", ["this", "older"])
def test_what_was_sent_again_and_dropped_is_told_though_its_counters_are_details(fleet, demo, cleanup, collector):
    cleanup("sa:{alarm-host}:netstat")
    real = demo.newest("netstat")
    counters = {"TcpRetransSegs": 61.5, "TcpExtListenDrops": 8.5}
    if collector == "this":
        assert "proto" in real["details"]
        assert set(real["protoErrors"]) == {*counters, "UdpInErrors"}
        told = {"protoErrors": {**counters, "UdpInErrors": 0}}
    else:
        # One that knows no figures of loss apart: they stand among all counters, which are no detail.
        told = {"proto": counters, "details": ["conns", "peers", "listen"]}
        del real["protoErrors"]
    fleet.keyboard.press("a")
    set_rule(fleet, "retransmits", 50, 20, 0)
    now = int(time.time() * 1000)
    demo.add("sa:{alarm-host}:netstat", {
        **real, **told, "host": "alarm-host", "t": now, "id": f"alarm-host:netstat:{now:x}:1", "intervalMs": 60_000, "boot": None})
    expect(rows(fleet, "retransmits")).to_contain_text("61.5")
    fleet.keyboard.press("Escape")
    fleet.locator('[data-host="alarm-host"]').get_by_role("link").click()
    trouble = fleet.locator('[data-panel="trouble"]')
    for name, figure in (("retrans", "61.5"), ("listenDrops", "8.5"), ("udpErrors", "0")):
        expect(trouble.locator(f'[data-series="{name}"] .value')).to_have_text(re.compile(rf"^{re.escape(figure)}\b"))


def test_an_alarm_leads_to_its_host_at_that_moment(fleet, load):
    fleet.keyboard.press("a")
    set_rule(fleet, "cpu", 80, 40, 0)
    load(95)
    rows(fleet).get_by_role("button").click()
    expect(fleet.locator(".who h2")).to_have_text("alarm-host")
    assert "at=" in fleet.url


def test_thresholds_stay_in_the_browser_and_travel_as_a_file(fleet, tmp_path):
    fleet.keyboard.press("a")
    set_rule(fleet, "memory", 77, 66, 5)
    with fleet.expect_download() as download:
        fleet.get_by_role("button", name="Export JSON").click()
    told = json.loads(download.value.path().read_text())
    assert {"metric": "memory", "above": 77, "below": 66, "forS": 5, "on": True} in told["rules"]
    fleet.reload()
    expect(fleet.locator(".connection")).to_have_text("Live")
    fleet.keyboard.press("a")
    above = fleet.locator('[name="memory-above"]')
    expect(above).to_have_value("77")
    fleet.get_by_role("button", name="Reset to defaults").click()
    expect(above).to_have_value("92")
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(told))
    fleet.get_by_label("Import thresholds").set_input_files(file)
    expect(above).to_have_value("77")
    file.write_text('{"rules": [{"metric": "cpu", "above": 500}]}')
    fleet.get_by_label("Import thresholds").set_input_files(file)
    expect(fleet.locator("dialog.alarms .problem")).to_have_text("Not imported. CPU busy: \"starts above\" is 500; allowed: 0 to 100")


def test_a_senseless_threshold_is_refused_with_what_is_allowed(fleet):
    fleet.keyboard.press("a")
    fleet.locator('[name="cpu-below"]').fill("99")
    fleet.locator('[name="cpu-below"]').press("Tab")
    expect(fleet.locator("dialog.alarms .problem")).to_have_text("Not saved. CPU busy: \"ends below\" is 99; allowed: 0 to 95")
