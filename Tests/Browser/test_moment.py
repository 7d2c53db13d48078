"""One time at a time: what a host's page shows of the past is of the past in all its parts, and says of when."""

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from crowd import cpu_of, lone, sent_of  # noqa: F401
from host_page import click_chart, drag, figure, mode, place, rows, until
from playwright.sync_api import expect


@pytest.fixture
def page(open_page, lone, start):  # noqa: F811
    """The page of a host whose samples are known, with its shortest span, a dozen samples in."""
    daemon = start("serve", "--port", "0", "--redis", lone.url)
    opened = open_page(f"{daemon.url}/#host=host-0&span=60")
    expect(fact(opened, "tasks")).to_have_text(re.compile(r"^(1[2-9]|[2-9]\d)$"))
    return opened


def fact(page, name):
    return page.locator(f'[data-readout="{name}"]')


def clock(page, ms):
    return page.evaluate("t => new Date(t).toTimeString().slice(0, 8)", ms)


def notes(page):
    return {name: page.locator(f'[data-table="{name}"] header .note').first.text_content() for name in ("processes", "connections", "listeners", "peers")}


def waits_for_samples(page, crowd, count):
    last = max(crowd.times)
    until(page, lambda: max(crowd.times) >= last + count, f"{count} more samples")


def test_while_pinned_the_heads_facts_and_every_table_are_of_that_second(page, lone):  # noqa: F811
    click_chart(page, "cpu", 0.93)
    expect(mode(page)).to_have_attribute("data-mode", "rewind")
    expect(fact(page, "as-of")).to_have_text(re.compile(r"^at \d\d:\d\d:\d\d$"))
    number = int(fact(page, "tasks").text_content())
    assert fact(page, "as-of").text_content() == f"at {clock(page, lone.times[number])}"
    assert fact(page, "uptime").text_content().replace("\u202f", "") == f"{(1000 + number) // 60}m {(1000 + number) % 60:02}s"
    expect(page.locator(".host-state")).to_have_text(re.compile(r"^Showing \d\d:\d\d:\d\d"))
    expect(fact(page, "age")).to_have_text(re.compile(r"^sample age \d\.\d.s$"))
    age, state = [page.locator(name).bounding_box() for name in (".ticking", ".host-state")]
    assert age["x"] + age["width"] <= state["x"], "the age stands clear of the state"
    assert page.locator(".ticking").evaluate("one => one.scrollWidth <= one.clientWidth + 1"), "and is whole"
    expect(rows(page, "processes").locator(".col-cpuPct")).to_have_text(f"{cpu_of(number)}.0")
    for name, note in notes(page).items():
        if name == "processes":
            assert note.endswith(f"at {clock(page, lone.times[number])}"), note
    waits_for_samples(page, lone, 3)
    assert int(fact(page, "tasks").text_content()) == number
    page.keyboard.press("Escape")
    expect(fact(page, "as-of")).to_be_hidden()
    expect(fact(page, "tasks")).not_to_have_text(str(number))


def test_while_paused_the_head_stands_still_too(page, lone):  # noqa: F811
    mode(page).get_by_role("button", name="Pause").click()
    expect(fact(page, "as-of")).to_be_visible()

    def stands_still():
        # A sample of the second before may still be on its way.
        number = fact(page, "tasks").text_content()
        waits_for_samples(page, lone, 3)
        return fact(page, "tasks").text_content() == number

    until(page, stands_still, "three samples that change nothing")
    mode(page).get_by_role("button", name="Resume").click()
    expect(fact(page, "as-of")).to_be_hidden()


def mean(numbers):
    """As the page shows it: what lies in the middle is rounded up."""
    return str((Decimal(sum(numbers)) / len(numbers)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_a_zoomed_range_shows_mean_and_peak_of_each_process(page, lone):  # noqa: F811
    drag(page, "cpu", 0.85, 0.98)
    expect(mode(page)).to_contain_text("tables: mean and peak of this range")
    expect(page.locator('[data-table="processes"] thead')).to_contain_text("CPU % mean")
    begin, end = map(int, re.search(r"zoom=(\d+)-(\d+)", page.url).groups())
    until(page, lambda: max(lone.times.values()) > end, "the present beyond the range")
    inside = [number for number, at in lone.times.items() if begin <= at <= end]
    assert len(inside) >= 3
    values = [cpu_of(number) for number in inside]
    row = rows(page, "processes")
    expect(row.locator(".col-cpuPct")).to_have_text(mean(values))
    expect(row.locator(".col-cpuPeak")).to_have_text(f"{max(values)}.0")
    sent = [sent_of(number) for number in inside]
    connection = rows(page, "connections")
    connection.first.scroll_into_view_if_needed()
    expect(connection.locator(".col-txBps")).to_have_text(f"{mean(sent)}\u202fKiB/s")
    expect(connection.locator(".col-txPeak")).to_have_text(f"{max(sent)}.0\u202fKiB/s")
    for name in ("processes", "connections"):
        assert f"{len(inside)} samples, {clock(page, begin)} – {clock(page, end)}" in notes(page)[name]
    expect(fact(page, "tasks")).to_have_text(str(max(inside)))
    expect(fact(page, "as-of")).to_have_text(f"at {clock(page, lone.times[max(inside)])}")
    waits_for_samples(page, lone, 3)
    expect(fact(page, "tasks")).to_have_text(str(max(inside)))
    page.keyboard.press("Escape")
    for name in ("processes", "connections"):
        expect(page.locator(f'[data-table="{name}"] thead')).not_to_contain_text("peak")


def test_the_rows_that_close_the_process_table_name_cpu_time_of_no_process_and_stand_clear(page):
    closing = page.locator('[data-table="processes"] tfoot tr')
    expect(closing).to_have_text([re.compile(word) for word in ("other processes", "exited", "no known process", "total")])
    expect(closing.nth(2).locator(".col-cpuPct")).to_have_text("3.0")
    edges = [(box["y"], box["y"] + box["height"]) for box in (row.bounding_box() for row in closing.all())]
    assert all(end <= begin + 0.5 for (_, end), (begin, _) in zip(edges, edges[1:])), edges


# The times at pin and cursor of a chart with the boxes they take, of one moment.
TIMES = """panel => ["pin", "cursor"].map((name) => {
    const text = document.querySelector(`[data-panel="${panel}"] g.${name} text`);
    const { x, y, width, height } = text.getBoundingClientRect();
    return { text: text.textContent, x, y, width, height };
})"""


def test_the_cursors_time_never_covers_the_pinned_one(page):
    for share in (0.5, 0.97):
        click_chart(page, "cpu", share)
        x, y = place(page, "cpu", share)
        for offset in (-110, -70, -40, -12, -3, 3, 12, 40, 70, 110):
            page.mouse.move(x + offset, y)
            if not page.locator('[data-panel="cpu"] g.cursor.shown').count():
                continue
            if abs(offset) >= 40:
                expect(page.locator('[data-panel="cpu"] g.cursor text')).to_have_text(re.compile(r"^\d\d:\d\d:\d\d"))
            pin, cursor = page.evaluate(TIMES, "cpu")
            assert pin["text"] != cursor["text"], "a time is said twice"
            overlaps = (cursor["text"] != "" and pin["x"] < cursor["x"] + cursor["width"] and cursor["x"] < pin["x"] + pin["width"]
                        and pin["y"] < cursor["y"] + cursor["height"] and cursor["y"] < pin["y"] + pin["height"])
            assert not overlaps, f"{offset} px beside the pin: {pin} {cursor}"
        figure(page, "cpu")


def test_a_cursor_at_the_very_time_of_the_pin_does_not_say_it_again(page):
    click_chart(page, "cpu", 0.5)
    pin, cursor = [page.locator(f'[data-panel="cpu"] g.{name} text') for name in ("pin", "cursor")]
    expect(pin).to_have_text(re.compile(r"^\d\d:\d\d:\d\d"))
    expect(page.locator('[data-panel="cpu"] g.cursor')).to_have_class(re.compile("shown"))
    expect(cursor).to_have_text("")


def test_a_finger_is_told_what_a_finger_can_do(open_page, lone, start):  # noqa: F811
    daemon = start("serve", "--port", "0", "--redis", lone.url)
    for words, options in (("Drag to zoom in. Click a spike to see who did it.", {}),
                           ("Tap a spike to see who did it.", {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True})):
        page = open_page(f"{daemon.url}/#host=host-0", **options)
        # Behind it stands from when there is data, as soon as that is known.
        expect(page.locator(".time-bar .when")).to_have_text(re.compile(f"^{re.escape(words)}"))
