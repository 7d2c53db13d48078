"""The tables of a host's page, what they are joined with, and files, used as a reader does, on live data."""

import csv
import io
import json
import pathlib
import re

import pytest
from host_page import (  # noqa: F401 (fixtures)
    FIGURE, PANELS, burn, burning, chatter, minute, mode, rows, samples_pass, table, until,
    until_drawn, visit)
from playwright.sync_api import expect


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
    pids = rows(minute, "connections").locator(".col-pid")
    until(minute, lambda: set(pids.all_text_contents()) == {pid}, f"the connections of {pid} alone")
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
    # The filter knows no case.
    assert all("redis" in text.lower() for text in commands.all_text_contents())
    expect(table(minute, "processes").locator("th.col-pid")).to_have_attribute("aria-sort", "descending")


def test_a_pinned_row_stays_on_top_and_a_picked_one_stays_picked(minute, demo, burn):
    # Processes that each sample shows, however many others the machine has. New ids may be lower than old ones.
    both = [burn(), burn()]
    for pid in both:
        burning(minute, pid)
    minute.get_by_label("Filter processes").fill(" | ".join(f"pid:{pid}" for pid in both))
    minute.evaluate("document.activeElement.blur()")
    table(minute, "processes").locator("th.col-pid button").click()
    below = min(map(int, both))
    row = minute.locator(f'[data-table="processes"] tr[data-key^="{below}:"]')
    key = row.get_attribute("data-key")
    expect(rows(minute, "processes")).to_have_count(2)
    expect(rows(minute, "processes").last).to_have_attribute("data-key", key)
    row.hover()
    row.locator(".pin-button").click()
    expect(rows(minute, "processes").first).to_have_attribute("data-key", key)
    row.locator(".col-pid").click()
    expect(row).to_have_class(re.compile("picked"))
    samples_pass(minute, demo, 2)
    expect(rows(minute, "processes").first).to_have_attribute("data-key", key)
    expect(row).to_have_class(re.compile("picked"))


def test_rows_keep_their_places_while_the_pointer_or_a_selection_is_in_the_table(minute, demo, burn):
    keys = lambda: [row.get_attribute("data-key") for row in rows(minute, "processes").all()[:8]]  # noqa: E731
    mark = table(minute, "processes").locator(".holds")
    expect(mark).to_be_hidden()
    rows(minute, "processes").nth(3).hover()
    expect(mark).to_be_visible()
    before = keys()
    # What takes a whole CPU would go to the top.
    pid = burn()
    samples_pass(minute, demo, 3)
    assert keys() == before
    minute.mouse.move(5, 5)
    expect(mark).to_be_hidden()
    expect(minute.locator(f'[data-table="processes"] tr[data-key^="{pid}:"]')).to_be_visible()
    until(minute, lambda: keys() != before, "another order")
    minute.locator(f'tr[data-key^="{pid}:"] .col-timeMs').evaluate(
        "cell => getSelection().setBaseAndExtent(cell.firstChild, 0, cell.firstChild, cell.firstChild.length)")
    expect(mark).to_be_visible()
    before, selected = keys(), minute.evaluate("String(getSelection())")
    samples_pass(minute, demo, 3)
    assert keys() == before
    assert minute.evaluate("String(getSelection())") == selected
    minute.evaluate("getSelection().removeAllRanges()")
    expect(mark).to_be_hidden()
    # The focus counts as well; another order is asked for and shown at once.
    table(minute, "processes").locator(".scroller").focus()
    expect(mark).to_be_visible()
    table(minute, "processes").locator("th.col-pid button").press("Enter")

    def is_by_pid():
        pids = [int(text) for text in rows(minute, "processes").locator(".col-pid").all_text_contents()[:6]]
        return pids == sorted(pids, reverse=True)

    until(minute, is_by_pid, "the order that was asked for")


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


def test_a_press_on_a_name_in_any_menu_toggles_it(minute):
    menus = minute.locator("details.menu:has(label):visible")
    expect(menus.first).to_be_visible()
    for index in range(menus.count()):
        menu = menus.nth(index)
        menu.locator("summary").click()
        for label in menu.locator("label:has(input[type=checkbox])").all():
            box = label.locator("input")
            before = box.is_checked()
            # As a reader does: on the words, not on the box.
            words = label.bounding_box()
            minute.mouse.click(words["x"] + words["width"] - 6, words["y"] + words["height"] / 2)
            expect(box).to_be_checked(checked=not before)
            label.click()
            expect(box).to_be_checked(checked=before)
            expect(menu.locator(".menu-body")).to_be_visible()
        minute.mouse.click(5, 5)
        expect(menu.locator(".menu-body")).to_be_hidden()
        menu.locator("summary").click()
        expect(menu.locator(".menu-body")).to_be_visible()
        for _ in range(40):
            minute.keyboard.press("Tab")
            if not menu.evaluate("menu => menu.contains(document.activeElement)"):
                break
        expect(menu.locator(".menu-body")).to_be_hidden()


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
    minute.keyboard.press("s")
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
    # Paused: the file is of the moment that is shown, however busy the machine is. Details of the last second may still come.
    minute.keyboard.press("p")
    expect(mode(minute)).to_have_attribute("data-mode", "paused")

    def is_as_shown():
        shown = rows(minute, "processes").first.locator(".col-command").text_content()
        name, content = saved(minute, table(minute, "processes"), "JSON")
        return name.endswith(".json") and json.loads(content)[0]["command"] == shown

    until(minute, is_as_shown, "a file whose first row is the table's")


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
    moved = {name: (before[name], box) for name, box in page.evaluate(boxes).items() if before[name] != box}
    assert moved == {}
