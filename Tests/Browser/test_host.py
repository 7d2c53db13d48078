"""The charts and the time of a host's page, used as a reader does: pointing, dragging, keys, on live data."""

import re

import pytest
from host_page import (  # noqa: F401 (fixtures)
    COLOURED, FIGURE, PANELS, burn, burning, click_chart, drag, figure, minute, mode, place, point_at, rows,
    samples_pass, until, until_drawn, visit)
from playwright.sync_api import expect


@pytest.mark.parametrize("panel", PANELS)
def test_every_chart_is_drawn(dashboard, panel):
    plot = dashboard.locator(f'[data-panel="{panel}"] canvas.plot')
    plot.scroll_into_view_if_needed()
    expect(dashboard.locator(f'[data-readout="{panel}"]')).to_have_text(FIGURE)
    if panel != "network":  # A machine without traffic has nothing to colour there.
        until_drawn(dashboard, f'[data-panel="{panel}"] canvas.plot')


def test_each_cpu_has_its_strip(dashboard, demo):
    strip = dashboard.locator(".cores canvas")
    expect(strip).to_be_visible()
    until_drawn(dashboard, ".cores canvas")
    strip.hover(position={"x": 5, "y": 2})
    expect(dashboard.locator(".cores-value")).to_contain_text("%")
    expect(dashboard.locator(".cores-label")).to_have_text(re.compile(r"^CPU 0"))


def test_one_cursor_runs_over_all_charts_and_their_legends(minute):
    point_at(minute, "cpu", 0.98)
    for panel in PANELS:
        expect(minute.locator(f'[data-panel="{panel}"] g.cursor')).to_have_class(re.compile("shown"))
    times = {minute.locator(f'[data-panel="{panel}"] g.cursor text').text_content() for panel in PANELS}
    assert len(times) == 1
    point_at(minute, "cpu", 0.02)
    expect(minute.locator('[data-readout="memory"]')).not_to_have_text("")
    minute.mouse.move(5, 5)
    expect(minute.locator('[data-panel="load"] g.cursor')).not_to_have_class(re.compile("shown"))


def test_drag_zooms_and_a_double_click_leads_back(minute):
    ticks = minute.locator('[data-panel="memory"] .times text')
    drag(minute, "memory", 0.5, 0.8)
    expect(mode(minute)).to_have_attribute("data-mode", "zoom")
    expect(mode(minute)).to_contain_text("Zoomed")
    zoomed = ticks.all_text_contents()
    assert any(text.count(":") == 2 for text in zoomed), f"seconds on the axis: {zoomed}"
    minute.mouse.dblclick(*place(minute, "memory", 0.5))
    expect(mode(minute)).to_have_attribute("data-mode", "live")
    expect(minute.locator(".culprits")).to_be_hidden()


def test_keys_move_the_cursor_zoom_pause_and_lead_back(minute):
    figure(minute, "cpu").focus()
    minute.keyboard.press("ArrowLeft")
    label = minute.locator('[data-panel="cpu"] g.cursor text')
    expect(label).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    first = label.text_content()
    for _ in range(3):
        minute.keyboard.press("ArrowLeft")
    expect(label).not_to_have_text(first)
    minute.keyboard.press("+")
    expect(mode(minute)).to_have_attribute("data-mode", "zoom")
    minute.keyboard.press("Enter")
    expect(mode(minute)).to_have_attribute("data-mode", "rewind")
    minute.keyboard.press("Escape")
    expect(mode(minute)).to_have_attribute("data-mode", "live")
    minute.keyboard.press(" ")
    expect(mode(minute)).to_have_attribute("data-mode", "paused")
    minute.keyboard.press(" ")
    expect(mode(minute)).to_have_attribute("data-mode", "live")


def test_pause_freezes_the_page_while_samples_wait_then_it_catches_up(minute):
    expect(rows(minute, "processes").first).to_be_visible()
    mode(minute).get_by_role("button", name="Pause").click()
    readout = minute.locator('[data-panel="cpu"] .legend')
    shown = lambda: (readout.text_content(), rows(minute, "processes").all_text_contents())  # noqa: E731
    waiting = lambda: int((re.search(r"(\d+) samples? wait", mode(minute).text_content()) or [0, 0])[1])  # noqa: E731

    def stands_still():
        # A sample of the second before, or its details, may still be on their way.
        before, waited = shown(), waiting()
        until(minute, lambda: waiting() >= waited + 5, "five more samples that wait")
        return shown() == before

    until(minute, stands_still, "five samples that change nothing")
    frozen = readout.text_content()
    mode(minute).get_by_role("button", name="Resume").click()
    expect(mode(minute)).to_have_attribute("data-mode", "live")
    expect(readout).not_to_have_text(frozen)


def test_rewind_shows_the_tables_of_that_very_second(minute, demo, burn):
    process = burning(minute, burn())
    samples_pass(minute, demo, 4)
    newest = demo.newest("top")
    pid = process.locator(".col-pid").text_content()
    wanted = [row for row in newest["procs"]["rows"] if row[0] == int(pid)][0]
    shown_at = newest["t"]
    samples_pass(minute, demo, 3)
    click_chart(minute, "cpu", 0.97)
    label = minute.locator('[data-panel="cpu"] g.pin text')
    clock = minute.evaluate("t => new Date(t).toTimeString().slice(0, 8)", shown_at)
    for _ in range(60):
        if label.text_content() <= clock:
            break
        minute.keyboard.press("ArrowLeft")
    for _ in range(60):
        if label.text_content() >= clock:
            break
        minute.keyboard.press("ArrowRight")
    expect(mode(minute)).to_have_attribute("data-mode", "rewind")
    expect(mode(minute)).to_contain_text(re.compile(rf"At {label.text_content()}.*ago.*tables show that second"))
    cpu = wanted[newest["procs"]["cols"].index("cpuPct")]
    moments = {label.text_content(): process.locator(".col-cpuPct").text_content()}
    assert f"{cpu:.1f}" in moments.values() or clock not in moments, f"{moments}, wanted {cpu} at {clock}"
    before = process.locator(".col-timeMs").text_content()
    minute.keyboard.press("ArrowLeft")
    minute.keyboard.press("ArrowLeft")
    expect(process.locator(".col-timeMs")).not_to_have_text(before)
    mode(minute).get_by_role("button", name="Back to live").click()
    expect(mode(minute)).to_have_attribute("data-mode", "live")


def test_a_gap_is_drawn_as_a_gap(minute, demo):
    host = "gap.example"
    key = f"sa:{{{host}}}:top"
    real = demo.newest("top")
    now = real["t"]
    for i, ms in enumerate([40_000, 39_000, 38_000, 10_000, 9_000, 8_000]):
        demo.add(key, {**real, "host": host, "id": f"{host}:top:1:{i}", "seq": i, "t": now - ms})
    try:
        visit(minute, host)
        until_drawn(minute, '[data-panel="memory"] canvas.plot')
        # Asked until it is so: what is drawn first may still be of the host before.
        minute.wait_for_function("""() => {
            const canvas = document.querySelector('[data-panel="memory"] canvas.plot');
            const ratio = canvas.width / canvas.clientWidth;
            const y = Math.round((canvas.clientHeight - 24) * ratio);
            const {data} = canvas.getContext("2d").getImageData(66 * ratio, y, canvas.width - 78 * ratio, 1);
            const runs = [];
            for (let i = 0, was = false; i < data.length; i += 4) {
                // Any colour: the host falls silent meanwhile, and is drawn in grey then.
                const is = data[i + 3] > 100;
                if (is && !was) runs.push(1);
                was = is;
            }
            return runs.length === 2;
        }""")
    finally:
        demo.redis("DEL", key)


def test_a_chart_out_of_view_takes_a_probe_that_reports_later_than_the_host(open_page, demo):
    host = "late.example"
    top, net = (f"sa:{{{host}}}:{probe}" for probe in ("top", "netstat"))
    page = open_page(f"{demo.url}/#last={demo.host}", viewport={"width": 1024, "height": 768})
    try:
        demo.add(top, {**demo.newest("top"), "host": host, "id": f"{host}:top:1:1", "flags": [], "boot": None})
        visit(page, host)
        expect(page.locator('[data-readout="cpu"]')).to_have_text(FIGURE)
        chart = page.locator('[data-panel="tcp"]')
        expect(chart.locator("h3")).to_have_text("TCP")
        expect(chart).not_to_be_in_viewport()
        demo.add(net, {**demo.newest("netstat"), "host": host, "id": f"{host}:netstat:1:1", "flags": [], "boot": None})
        expect(chart.locator('[data-series="listen"] .value')).to_have_text(FIGURE)
        expect(chart).not_to_be_in_viewport()
    finally:
        demo.redis("DEL", top, net)


def test_a_click_on_a_spike_says_who_did_it(minute, demo, burn):
    pid = burn()
    process = burning(minute, pid)
    click_chart(minute, "cpu", 0.99)
    culprits = minute.locator(".culprits")
    expect(culprits).to_be_visible()
    expect(culprits).to_contain_text(re.compile(r"Who did it: CPU at \d\d:\d\d:\d\d"))
    named = culprits.locator(f'li[data-key^="{pid}:"]')
    # The click may be a sample or two before the process had its share of a busy machine: further right, until it has.
    for _ in range(15):
        if named.is_visible():
            break
        minute.keyboard.press("ArrowRight")
        samples_pass(minute, demo, 1)
    expect(named).to_be_visible()
    named.get_by_role("button").click()
    expect(process).to_have_class(re.compile("picked"))
    culprits.get_by_role("button", name="Close").click()
    expect(culprits).to_be_hidden()
    expect(mode(minute)).to_have_attribute("data-mode", "rewind")
