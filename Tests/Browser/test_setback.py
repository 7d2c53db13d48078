"""A host whose clock was set back, and whose collector was started anew: what comes after is the present."""

import re
import time

import pytest
from host_page import until, visit
from playwright.sync_api import expect

HOST = "setback.example"
KEY = f"sa:{{{HOST}}}:top"
MINUTE_MS = 60_000


@pytest.fixture
def tell(demo, cleanup):
    """Writes a sample of a run of the host's collector: `tell(run, number, ago, idle)`, `ago` ms before now."""
    cleanup(KEY)
    real = demo.newest("top")

    def write(run, number, ago, idle):
        demo.add(KEY, {
            **real, "host": HOST, "boot": None, "id": f"{HOST}:top:{run:x}:{number}", "seq": number,
            "t": int(time.time() * 1000) - ago, "flags": [], "cpu": {"idle": idle, "user": 100 - idle}})

    return write


# A run that began earlier or later than the one before it, by its clock. Not trimmed: whoever writes may not remove samples.
@pytest.mark.parametrize(("back", "began", "trims"), [(60, -120, True), (60, 30, True), (2, -120, True), (2, 1, False)])
def test_a_collector_started_after_its_clock_was_set_back_shows_its_present(fleet, demo, tell, back, began, trims):
    run = int(time.time() * 1000)
    for number in range(200):
        tell(run, number, (200 - number) * 1000, idle=90)
    cpu = fleet.locator(f'[data-host="{HOST}"] [data-figure="cpu"]')
    expect(cpu).to_have_text(re.compile("^10"))
    back, next_run, number = back * MINUTE_MS, run + began * MINUTE_MS, 0
    if trims:
        # As the collector does with its first sample.
        demo.redis("ZREMRANGEBYSCORE", KEY, f"({int(time.time() * 1000) - back + 5000}", "+inf")

    def goes_on(shows):
        nonlocal number
        number += 1
        tell(next_run, number, back, idle=3)
        return shows()

    until(fleet, lambda: goes_on(lambda: cpu.text_content().startswith("97")), "the card shows what comes now")
    expect(fleet.locator(f'[data-host="{HOST}"]')).to_have_attribute("data-state", "live")
    visit(fleet, HOST)
    readout = fleet.locator('[data-readout="cpu"]')
    until(fleet, lambda: goes_on(lambda: readout.text_content().startswith("97")), "the page shows what comes now")
