"""The page of a host, used as a reader does: pointing, dragging, typing, on live data and a load that the test makes."""

import csv
import io
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading

import pytest
from playwright.sync_api import expect

PANELS = ("cpu", "network", "memory", "pressure", "load", "disks", "tcp", "trouble")
TABLES = ("processes", "connections", "listeners", "peers")
FIGURE = re.compile(r"\d")
COLOURED = """canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, a] = data.slice(i, i + 4);
        if (a > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 60) found += 1;
    }
    return found;
}"""


@pytest.fixture
def burn():
    """Starts a process that keeps one CPU busy until the test ends; returns its id."""
    started = []

    def start():
        started.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
        return started[-1].pid

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture
def chatter():
    """A connection of this process to itself that moves a few MB a second; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ahead = socket.create_connection(listener.getsockname())
    behind, _ = listener.accept()
    over = threading.Event()

    def send():
        while not over.wait(0.02):
            ahead.sendall(b"x" * 65536)

    def receive():
        while behind.recv(1 << 20):
            pass

    threads = [threading.Thread(target=run, daemon=True) for run in (send, receive)]
    for thread in threads:
        thread.start()
    yield listener.getsockname()[1]
    over.set()
    threads[0].join()
    for one in (ahead, behind, listener):
        one.close()


def until(page, holds, what):
    """Awaits a fact that no locator tells; the page's policy forbids asking for it inside the page."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within 20 s: {what}")


def until_drawn(page, selector):
    canvas = page.locator(selector)
    until(page, lambda: canvas.evaluate(COLOURED) > 5, f"something drawn on {selector}")


def visit(page, host):
    """Follows a link to a host's page."""
    page.evaluate("host => { location.hash = new URLSearchParams({ host, span: 60 }) }", host)
    expect(page.locator(".who h2")).to_have_text(host)


def samples_pass(page, demo, count):
    since = demo.newest("top")["t"]
    until(page, lambda: demo.newest("top")["t"] >= since + 1000 * count, f"{count} more samples")


def burning(page, pid):
    """The row of a busy process, alone in the table. By its id: its name may still be that of who started it."""
    page.get_by_label("Filter processes").fill(str(pid))
    row = page.locator(f'[data-table="processes"] tr[data-key^="{pid}:"]')
    expect(row.locator(".col-cpuPct")).to_have_text(re.compile(r"^[1-9]"))
    page.evaluate("document.activeElement.blur()")
    return row


def figure(page, panel):
    chart = page.locator(f'[data-panel="{panel}"] .figure svg')
    chart.scroll_into_view_if_needed()
    return chart


def place(page, panel, share):
    """A point on a chart, `share` of its plot from the left."""
    box = figure(page, panel).bounding_box()
    return box["x"] + 66 + share * (box["width"] - 78), box["y"] + box["height"] / 2


def point_at(page, panel, share):
    page.mouse.move(*place(page, panel, share))


def drag(page, panel, start, end):
    page.mouse.move(*place(page, panel, start))
    page.mouse.down()
    page.mouse.move(*place(page, panel, (start + end) / 2), steps=4)
    page.mouse.move(*place(page, panel, end), steps=4)
    page.mouse.up()


def click_chart(page, panel, share):
    page.mouse.click(*place(page, panel, share))


def mode(page):
    return page.locator(".time-bar")


def table(page, name):
    return page.locator(f'[data-table="{name}"]')


def rows(page, name):
    return table(page, name).locator("tbody tr[data-key]")


@pytest.fixture
def minute(dashboard):
    """The dashboard with its shortest span, so that what happens lies wide on the charts."""
    dashboard.get_by_label("1 minute").check(force=True)
    return dashboard


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
    expect(mode(minute)).to_contain_text(re.compile(r"([3-9]|\d\d) samples wait"))
    readout = minute.locator('[data-panel="cpu"] .legend')
    frozen = readout.text_content(), rows(minute, "processes").all_text_contents()
    expect(mode(minute)).to_contain_text(re.compile(r"([8-9]|\d\d) samples wait"))
    assert frozen == (readout.text_content(), rows(minute, "processes").all_text_contents())
    mode(minute).get_by_role("button", name="Resume").click()
    expect(mode(minute)).to_have_attribute("data-mode", "live")
    expect(readout).not_to_have_text(frozen[0])


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
        filled = minute.evaluate("""() => {
            const canvas = document.querySelector('[data-panel="memory"] canvas.plot');
            const ratio = canvas.width / canvas.clientWidth;
            const y = Math.round((canvas.clientHeight - 24) * ratio);
            const {data} = canvas.getContext("2d").getImageData(66 * ratio, y, canvas.width - 78 * ratio, 1);
            const runs = [];
            for (let i = 0, was = false; i < data.length; i += 4) {
                const is = data[i + 3] > 200 && Math.max(...data.slice(i, i + 3)) - Math.min(...data.slice(i, i + 3)) > 40;
                if (is && !was) runs.push(1);
                was = is;
            }
            return runs.length;
        }""")
        assert filled == 2
    finally:
        demo.redis("DEL", key)


def test_a_click_on_a_spike_says_who_did_it(minute, burn):
    pid = burn()
    process = burning(minute, pid)
    click_chart(minute, "cpu", 0.99)
    culprits = minute.locator(".culprits")
    expect(culprits).to_be_visible()
    expect(culprits).to_contain_text(re.compile(r"Who did it: CPU at \d\d:\d\d:\d\d"))
    minute.keyboard.press("ArrowRight")
    named = culprits.locator(f'li[data-key^="{pid}:"]')
    expect(named).to_be_visible()
    named.get_by_role("button").click()
    expect(process).to_have_class(re.compile("picked"))
    culprits.get_by_role("button", name="Close").click()
    expect(culprits).to_be_hidden()
    expect(mode(minute)).to_have_attribute("data-mode", "rewind")


def owned(page, port):
    """The row of the test's own connection from `port`, once the kernel told whose it is."""
    page.get_by_label("Filter connections").fill(f"127.0.0.1:{port}")
    row = rows(page, "connections").filter(has_text=f":{port}").first
    expect(row).to_be_visible()
    expect(row.locator(".col-pid")).to_have_text(FIGURE)
    return row


def test_a_process_leads_to_its_sockets_and_a_socket_to_its_process(minute, chatter):
    row = owned(minute, chatter)
    pid = row.locator(".col-pid").text_content()
    row.locator(".col-remote").click()
    process = minute.locator(f'[data-table="processes"] tr[data-key^="{pid}:"]')
    expect(process).to_have_class(re.compile("picked"))
    chip = table(minute, "connections").locator(".chip")
    expect(chip).to_contain_text(f"({pid})")
    minute.get_by_label("Filter connections").fill("")
    expect(rows(minute, "connections").first).to_be_visible()
    assert set(rows(minute, "connections").locator(".col-pid").all_text_contents()) == {pid}
    chip.click()
    expect(chip).to_be_hidden()


def test_a_filter_typed_and_a_sort_survive_the_next_samples(minute):
    minute.get_by_label("Filter processes").press_sequentially("redis")
    commands = rows(minute, "processes").locator(".col-command")
    expect(commands.first).to_contain_text("redis")
    table(minute, "processes").locator("th.col-pid button").click()
    age = minute.locator('[data-panel="cpu"] .legend')
    before = age.text_content()
    expect(age).not_to_have_text(before)
    assert all("redis" in text for text in commands.all_text_contents())
    expect(table(minute, "processes").locator("th.col-pid")).to_have_attribute("aria-sort", "descending")


def test_a_pinned_row_stays_on_top_and_a_picked_one_stays_picked(minute, demo):
    expect(rows(minute, "processes").nth(5)).to_be_visible()
    table(minute, "processes").locator("th.col-pid button").click()
    last = rows(minute, "processes").nth(5)
    key = last.get_attribute("data-key")
    row = minute.locator(f'tr[data-key="{key}"]')
    row.hover()
    row.locator(".pin-button").click()
    expect(rows(minute, "processes").first).to_have_attribute("data-key", key)
    row.locator(".col-pid").click()
    expect(row).to_have_class(re.compile("picked"))
    samples_pass(minute, demo, 2)
    expect(rows(minute, "processes").first).to_have_attribute("data-key", key)
    expect(row).to_have_class(re.compile("picked"))


def test_columns_are_chosen_in_the_menu(minute):
    menu = table(minute, "processes").locator(".menu")
    menu.locator("summary").click()
    menu.get_by_label("Parent").check()
    expect(table(minute, "processes").locator("th.col-ppid")).to_be_visible()
    menu.get_by_label("User").uncheck()
    expect(table(minute, "processes").locator("th.col-user")).to_have_count(0)
    minute.keyboard.press("Escape")
    expect(menu.locator(".menu-body")).to_be_hidden()
    expect(rows(minute, "processes").first.locator(".col-ppid")).to_have_text(FIGURE)


def test_each_process_has_its_line_over_time(minute, burn):
    pid = burn()
    burning(minute, pid)
    until_drawn(minute, f'[data-table="processes"] tr[data-key^="{pid}:"] canvas')


def test_rows_are_walked_by_keys(minute):
    expect(rows(minute, "processes").nth(5)).to_be_visible()
    scroller = table(minute, "processes").locator(".scroller")
    scroller.focus()
    minute.keyboard.press("Home")
    minute.keyboard.press("ArrowDown")
    active = table(minute, "processes").locator("tr.active")
    expect(active).to_have_count(1)
    key = active.get_attribute("data-key")
    expect(scroller).to_have_attribute("aria-activedescendant", active.get_attribute("id"))
    minute.keyboard.press("Enter")
    expect(minute.locator(f'tr[data-key="{key}"]')).to_have_class(re.compile("picked"))
    minute.keyboard.press("p")
    expect(rows(minute, "processes").first).to_have_attribute("data-key", key)


def many(demo, host, count):
    real = demo.newest("top")
    cols = ["pid", "start", "cpuPct", "cmd"]
    lines = [[i, i, i / 10, f"worker-{i} <script>"] for i in range(1, count + 1)]
    demo.add(f"sa:{{{host}}}:top", {**real, "host": host, "id": f"{host}:top:1:1", "seq": 1, "procs": {"cols": cols, "rows": lines}})


def test_two_thousand_rows_scroll_with_few_of_them_made(minute, demo):
    many(demo, "many.example", 2000)
    try:
        visit(minute, "many.example")
        expect(table(minute, "processes")).to_contain_text("2000 listed")
        assert rows(minute, "processes").count() < 60
        scroller = table(minute, "processes").locator(".scroller")
        scroller.hover()
        minute.mouse.wheel(0, 24_000)
        expect(rows(minute, "processes").filter(has_text="worker-1000 ").first).to_be_visible()
        scroller.focus()
        minute.keyboard.press("End")
        expect(minute.locator('tr[data-key="1:1"]')).to_be_visible()
        assert rows(minute, "processes").count() < 60
        minute.get_by_label("Filter processes").fill("worker-1234")
        expect(rows(minute, "processes")).to_have_count(1)
    finally:
        demo.redis("DEL", "sa:{many.example}:top")


def saved(page, part, what):
    part.locator(".menu summary").click()
    with page.expect_download() as download:
        part.get_by_role("button", name=f"Save {what}").click()
    return download.value.suggested_filename, pathlib.Path(download.value.path()).read_bytes()


def test_charts_and_tables_are_saved_as_files(minute):
    part = minute.locator('[data-panel="cpu"]')
    expect(minute.locator('[data-readout="cpu"]')).to_have_text(FIGURE)
    name, content = saved(minute, part, "CSV")
    assert re.fullmatch(rf"{re.escape(minute.host)}-cpu-\d{{8}}-\d{{6}}\.csv", name)
    lines = list(csv.DictReader(io.StringIO(content.decode())))
    assert lines and float(lines[-1]["user"]) >= 0 and lines[-1]["time"].endswith("Z")
    name, content = saved(minute, part, "PNG")
    assert name.endswith(".png") and content.startswith(b"\x89PNG") and len(content) > 5_000
    expect(rows(minute, "processes").first).to_be_visible()
    name, content = saved(minute, table(minute, "processes"), "JSON")
    assert name.endswith(".json") and any("redis-server" in row["command"] for row in json.loads(content))


def test_samples_of_nonsense_leave_the_page_up(minute, demo):
    host = "odd.example"
    key, base = f"sa:{{{host}}}:top", demo.newest("top")
    odd = [
        {"cpu": None, "cpus": None, "mem": None, "load": None, "procs": None},
        {"cpu": "x", "cpus": [[1], None, 5], "mem": [], "load": {"a": 1}, "procs": {"cols": 5, "rows": "y"}, "flags": 7},
        {"cpu": {"user": -5, "idle": 1e300}, "mem": {"total": -1, "free": 1e308}, "load": [-1, 1e308, "z"],
         "procs": {"cols": ["pid", "cpuPct", "cmd"], "rows": [[{}, [], None], 7, ["x", "y", 3]]}},
    ]
    for i, fields in enumerate(odd):
        demo.add(key, {**base, **fields, "host": host, "id": f"{host}:top:1:{i}", "seq": i, "t": base["t"] - 3000 + 1000 * i})
    try:
        visit(minute, host)
        demo.add(key, {**base, "host": host, "id": f"{host}:top:1:9", "seq": 9, "t": base["t"] - 1})
        expect(minute.locator('[data-readout="load"]')).to_have_text(FIGURE)
        expect(rows(minute, "processes").first).to_be_visible()
    finally:
        demo.redis("DEL", key)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_nothing_moves_as_values_change(open_page, demo, scheme):
    page = open_page(demo.url, color_scheme=scheme)
    expect(page.locator('[data-table="processes"] tbody tr[data-key]').first).to_be_visible()
    for panel in PANELS:
        expect(page.locator(f'[data-readout="{panel}"]')).to_have_text(FIGURE)
    boxes = """() => Object.fromEntries([...document.querySelectorAll('.page [data-panel], .page [data-table], .page .figure')].map(n =>
        [n.dataset.panel ?? n.dataset.table ?? `${n.parentNode.dataset.panel} figure`, [n.offsetTop, n.offsetLeft, n.offsetWidth, n.offsetHeight].join()]))"""
    before = page.evaluate(boxes)
    legend = page.locator('[data-panel="cpu"] .legend')
    for _ in range(3):
        expect(legend).not_to_have_text(legend.text_content())
    assert page.evaluate(boxes) == before
