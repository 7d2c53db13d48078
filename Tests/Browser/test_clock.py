"""The clock of a host, in words: whether a time service holds it, how wrong it may be, and a notice where nobody does."""

import json
import pathlib
import subprocess
import time

import pytest
from conftest import SCREENSHOTS
from daemons import BINARY, own_environment
from host_page import FIGURE, visit
from playwright.sync_api import expect
from test_alarms import set_rule

HOST = "timely.example"
COLLECTOR = pathlib.Path(BINARY).with_name("collector")
REMEDY = "Clock: not synchronised; start chrony or systemd-timesyncd on the host"


@pytest.fixture
def tell(demo, cleanup):
    """Writes samples of a host, of `top` and, where fields are given, of `clock`."""
    for probe in ("top", "clock"):
        cleanup(f"sa:{{{HOST}}}:{probe}")
    real = demo.newest("top")
    numbers = iter(range(1_000_000))

    def write(clock=None):
        now, number = int(time.time() * 1000), next(numbers)
        envelope = {"host": HOST, "t": now, "seq": number, "flags": [], "boot": None}
        demo.add(f"sa:{{{HOST}}}:top", {**real, **envelope, "id": f"{HOST}:top:1:{number}"})
        if clock is not None:
            demo.add(f"sa:{{{HOST}}}:clock", {
                "synchronised": True, "offsetUs": -1234.5, "estErrorUs": 17, "maxErrorUs": 25_000, "freqPpm": -12.5, "leap": "none",
                **clock, **envelope, "probe": "clock", "v": 1, "intervalMs": 60_000, "id": f"{HOST}:clock:1:{number}"})

    return write


def test_a_clock_that_nobody_holds_is_said_everywhere_until_somebody_does(fleet, tell):
    fleet.keyboard.press("a")
    set_rule(fleet, "clock", 1000, 500, 0)
    tell({"synchronised": False, "estErrorUs": 16_000_000, "maxErrorUs": 16_000_000})
    alarm = fleet.locator('dialog.alarms tbody tr[data-metric="clock"]', has_text=HOST)
    expect(alarm).to_have_attribute("data-lasting", "true")
    expect(alarm).to_contain_text("not synchronised")
    fleet.keyboard.press("Escape")
    expect(fleet.locator(f'[data-host="{HOST}"] .remarks')).to_contain_text("no NTP sync")
    visit(fleet, HOST)
    panel = fleet.locator('[data-panel="clock"]')
    expect(panel.locator(".headline")).to_have_text("not synchronised")
    expect(panel.locator(".note")).to_have_text("check NTP")
    expect(panel.locator('[data-series="maxError"] .value')).to_have_text("16.0\u202fs")
    expect(fleet.locator("header.host .warnings")).to_contain_text(REMEDY)
    panel.scroll_into_view_if_needed()
    fleet.screenshot(path=SCREENSHOTS / "clock.png")
    tell({})
    expect(panel.locator(".headline")).to_have_text("synchronised")
    expect(panel.locator('[data-series="offset"] .value')).to_have_text("−1.2\u202fms")
    expect(panel.locator('[data-series="estError"] .value')).to_have_text("17\u202fµs")
    expect(fleet.locator("header.host .warnings")).not_to_contain_text("Clock:")
    # It has a view of its own.
    expect(fleet.locator('[data-probe="clock"]')).to_have_count(0)
    fleet.keyboard.press("a")
    expect(alarm).to_have_attribute("data-lasting", "false")


def test_a_host_without_the_probe_has_no_panel_for_it(fleet, tell):
    tell()
    visit(fleet, HOST)
    expect(fleet.locator('[data-readout="cpu"]')).to_have_text(FIGURE)
    expect(fleet.locator('[data-panel="clock"]')).to_be_hidden()
    tell({})
    expect(fleet.locator('[data-panel="clock"]')).to_be_visible()


def test_what_the_real_collector_tells_is_shown(fleet, tell):
    said = subprocess.run([COLLECTOR, "once", "--probe", "clock"], capture_output=True, text=True, timeout=60, env=own_environment())
    sample = json.loads(said.stdout)
    tell({name: sample[name] for name in ("synchronised", "offsetUs", "estErrorUs", "maxErrorUs", "freqPpm", "leap")})
    visit(fleet, HOST)
    word = {True: "synchronised", False: "not synchronised", None: "not known"}[sample["synchronised"]]
    expect(fleet.locator('[data-panel="clock"] .headline')).to_have_text(word)
