"""Nothing moves by itself: panels from host to host, the page while figures come, what lies under a pointer."""

import os
import re
import signal

import pytest
from many_hosts import crowd, lively  # noqa: F401 (fixtures)
from host_page import until
from playwright.sync_api import expect

SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries()
        .filter(({ hadRecentInput }) => !hadRecentInput)
        .map(({ value, sources }) => ({ value, moved: sources.map(({ node }) => node?.className ?? node?.nodeName) }))))
        .observe({ type: "layout-shift", buffered: true });
"""
SIZES = [(1440, 900), (1024, 768), (768, 1024), (390, 844)]


def live(open_page, crowd, view="", **options):
    page = open_page(f"{crowd.url}/{view or '#last=-'}", **options)
    expect(page.locator(".connection")).to_have_text("Live")
    return page


def go(page, host):
    page.evaluate("host => { location.hash = `host=${host}` }", host)
    expect(page.locator(".who h2")).to_have_text(host)


def top_of(locator):
    box = locator.bounding_box()
    return box["x"], box["y"]


def test_the_layout_shifts_less_than_a_twentieth_in_15_s(browser, crowd):
    contexts = [browser.new_context(viewport={"width": width, "height": height}) for width, height in SIZES for _ in range(2)]
    try:
        pages = []
        for context, view in zip(contexts, ["", "#host=web-07.example"] * len(SIZES)):
            context.add_init_script(SHIFTS)
            pages.append(context.new_page())
            pages[-1].goto(f"{crowd.url}/{view}")
        # All at once: each has its own 15 s.
        pages[0].wait_for_timeout(15_000)
        for page in pages:
            expect(page.locator(".who h2:visible, [data-host]:visible").first).to_be_visible()
            shifts = page.evaluate("window.shifts")
            total = sum(one["value"] for one in shifts)
            assert total < 0.05, (page.url, page.viewport_size, sorted(shifts, key=lambda one: -one["value"])[:4])
    finally:
        for context in contexts:
            context.close()


@pytest.mark.parametrize("size", SIZES[::3], ids=lambda size: str(size[0]))
def test_panels_keep_their_height_from_host_to_host(open_page, crowd, size):
    # None, one and eight disks; one, eight and 126 CPUs; tables with rows and without.
    crowd.host("bare.example", lambda sample, probe, beat: {key: sample[key] for key in (
        "id", "host", "probe", "t", "v", "intervalMs", "flags")})
    # The server answers so much to one address and no more: the page asks again later, and the browser notes it.
    page = live(open_page, crowd, "#host=web-00.example", viewport={"width": size[0], "height": size[1]}, allow=["429"])
    seen = set()
    for host in ("web-00.example", "web-01.example", "web-08.example", "web-18.example", "web-35.example", "bare.example"):
        go(page, host)
        # With its legend and its rows, as far as it has any.
        page.wait_for_timeout(1500)
        seen.add(tuple(page.eval_on_selector_all(
            "header.host, .time-bar, .charts .panel, .table",
            "all => all.map((one) => `${one.dataset.panel ?? one.dataset.table ?? one.classList[0]} ${one.offsetHeight}`)")))
        assert page.eval_on_selector_all(
            ".charts .panel:not([hidden]) .figure", "all => all.every((one) => one.clientHeight >= 55)"), f"a plot of {host} has no room"
    assert len(seen) == 1, seen
    crowd.silence("bare.example")


def test_warnings_that_come_and_go_move_nothing(open_page, crowd):
    def flagged(flags):
        return lambda sample, probe, beat: {**sample, "flags": flags}

    many = ["partial", "no-privilege", "truncated", "clock-step"]
    crowd.host("flagged.example", flagged(many))
    page = live(open_page, crowd, "#host=flagged.example", viewport={"width": 1024, "height": 768})
    warnings, charts = page.locator("header.host .warnings"), page.locator(".time-bar")
    places = []
    # Those of both probes, in whichever order: only then they are as long as they get.
    both = re.compile("(?=.*Processes: limited)(?=.*Connections: )")
    for flags, shown in ((many, both), ([], ""), (many, both)):
        crowd.host("flagged.example", flagged(flags))
        expect(warnings).to_have_text(shown)
        # The place that they need is kept in the next frame.
        until(page, lambda: warnings.evaluate("one => one.closest('.seen').style.minHeight !== ''"), "the height is kept")
        places.append(top_of(charts))
    assert len(set(places)) == 1, places
    # Another host does not have it.
    go(page, "web-00.example")
    until(page, lambda: top_of(charts)[1] < places[0][1], "the height of one without warnings")
    crowd.silence("flagged.example")


def test_cards_keep_their_places_under_the_pointer_when_hosts_come_and_go(open_page, crowd):
    crowd.host("aa-2.example", lively(3))
    page = live(open_page, crowd)
    card = page.locator('[data-host="web-02.example"]')
    expect(page.locator('[data-host="aa-2.example"]')).to_be_visible()
    card.hover()
    before = top_of(card)
    crowd.host("aa-1.example", lively(2))
    expect(page.locator('[data-host="aa-1.example"]')).to_be_attached()
    assert top_of(card) == before
    crowd.silence("aa-2.example")
    crowd.demo.redis("DEL", "sa:{aa-2.example}:top", "sa:{aa-2.example}:netstat")
    gone = page.locator('[data-host="aa-2.example"]')
    expect(gone).to_have_attribute("data-state", "gone")
    assert top_of(card) == before
    page.mouse.move(5, 5)
    expect(gone).to_have_count(0)
    expect(page.locator("[data-host]").first).to_have_attribute("data-host", "aa-1.example")
    crowd.silence("aa-1.example")
    crowd.demo.redis("DEL", "sa:{aa-1.example}:top", "sa:{aa-1.example}:netstat")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
@pytest.mark.parametrize("view", ["", "#host=web-07.example"], ids=["fleet", "host"])
def test_a_link_that_is_lost_and_found_moves_nothing(open_page, crowd, view, size):
    page = live(open_page, crowd, view, viewport={"width": size[0], "height": size[1]})
    seen = page.locator(".time-bar" if view else '[data-host="web-02.example"]')
    before = top_of(seen)
    os.kill(crowd.demo.process.pid, signal.SIGSTOP)
    try:
        expect(page.locator(".banner")).to_have_attribute("data-kind", "doubtful")
        expect(page.locator(".banner")).to_be_in_viewport(ratio=1)
        assert top_of(seen) == before
    finally:
        os.kill(crowd.demo.process.pid, signal.SIGCONT)
    expect(page.locator(".banner")).to_be_hidden()
    assert top_of(seen) == before


def test_a_legend_keeps_its_entries_under_the_pointer(open_page, crowd):
    names = [f"eth{i}" for i in range(9)]

    def busiest(first):
        def change(sample, probe, beat):
            if probe == "netstat":
                sample["ifs"] = {"cols": ["name", "rxBps", "txBps", "up"], "rows": [
                    [name, 1e9 * (10 if names.index(name) >= first else 1), 1000, True] for name in names]}
            return sample
        return change

    crowd.host("switch.example", busiest(4))
    page = live(open_page, crowd, "#host=switch.example&span=60")
    legend = page.locator('[data-panel="network"] .legend')
    last = legend.locator('[data-series="if:eth8"]')
    expect(last).to_be_visible()
    last.hover()
    before = top_of(last)
    # Others become the busiest by far.
    crowd.host("switch.example", lambda sample, probe, beat: {**sample, "ifs": {"cols": ["name", "rxBps", "txBps", "up"], "rows": [
        [name, 1e12 if i < 5 else 1, 1000, True] for i, name in enumerate(names)]}} if probe == "netstat" else sample)
    expect(legend.locator('[data-series="if:eth0"]')).to_be_visible()
    assert top_of(last) == before
    page.mouse.move(5, 5)
    expect(last).to_have_count(0)
    crowd.silence("switch.example")


def test_alarms_keep_their_places_under_the_pointer(open_page, crowd):
    page = live(open_page, crowd)
    page.keyboard.press("a")
    page.locator('[name="cpu-on"]').set_checked(True)
    for field, value in (("above", 98), ("below", 1), ("for", 0)):
        page.locator(f'[name="cpu-{field}"]').fill(str(value))
    page.locator('[name="cpu-for"]').press("Tab")
    rows = page.locator('dialog.alarms tbody tr[data-lasting]')
    expect(rows.first).to_be_visible()
    row = rows.first
    row.get_by_role("button").hover()
    # Which row it is, is read now that the places are held: until then a new alarm may take the first one.
    name = row.get_by_role("button").text_content()
    page.evaluate("window.held = document.querySelector('dialog.alarms tbody tr[data-lasting] button')")
    known, before = rows.count(), top_of(row)
    until(page, lambda: rows.count() > known + 2, "more alarms")
    assert (row.get_by_role("button").text_content(), top_of(row)) == (name, before)
    assert page.evaluate("window.held.isConnected"), "the button was made anew under the pointer"


def test_the_switcher_keeps_its_hosts_in_place_while_it_is_open(open_page, crowd):
    page = live(open_page, crowd)
    page.keyboard.press("g")
    item = page.locator('[data-switch="web-02.example"]')
    item.hover()
    before = top_of(item)
    crowd.host("aa-3.example", lively(2))
    page.wait_for_function("() => document.querySelector('[data-switch=\"aa-3.example\"]')")
    assert top_of(item) == before
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".who h2")).to_have_text("web-02.example")
    crowd.silence("aa-3.example")
