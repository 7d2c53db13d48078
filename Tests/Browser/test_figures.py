"""No figure is cut, however large, wherever it stands; panels leave what they speak of in view; a phone has room for all."""

import re

import pytest
from many_hosts import Crowd
from host_page import until
from playwright.sync_api import expect

GIB = 1024 ** 3
# Words may be cut by an ellipsis: their whole text is in a title. All else that has a digit is a figure.
NAMES = (".name, .who, h1, h2, .crumb, .detail, .remarks, td:not(.numeric), th, .texts, .command, code, option, kbd, dt, caption,"
         " .connection, .unseen, noscript")
CUT = """(names) => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, element = node.parentElement;
        if (!/\\d/.test(node.data) || (element.closest(names) && !element.closest("tfoot"))) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const rects = [...range.getClientRects()];
        if (rects.length === 0 || getComputedStyle(element).visibility === "hidden") continue;
        const told = `${element.closest("[data-panel], [data-table], [data-host], [class]")?.className.baseVal ?? element.className} "${node.data}"`;
        if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).textOverflow === "ellipsis") found.push(`${told} ellipsis`);
        for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
            const style = getComputedStyle(box);
            const clips = (axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]) || /paint|strict|content/.test(style.contain) && style[`overflow${axis}`] === "visible";
            const edge = box.getBoundingClientRect();
            for (const one of rects) {
                if (clips("X") && (one.left < edge.left - 1 || one.right > edge.right + 1)) found.push(`${told} beyond ${box.className.baseVal ?? box.className} by ${Math.round(Math.max(edge.left - one.left, one.right - edge.right))}`);
                if (clips("Y") && (one.top < edge.top - 2 || one.bottom > edge.bottom + 2)) found.push(`${told} under ${box.className.baseVal ?? box.className}`);
            }
        }
    }
    return [...new Set(found)];
}"""
SIZES = [(1440, 900), (1024, 768), (768, 1024), (390, 844), (360, 640)]
each_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))


def large(sample, probe, beat):
    """The largest figures that a host could send, also below zero where that can be."""
    if probe == "top":
        sample["cpu"] = {**sample["cpu"], "idle": 0, "iowait": 0, "user": 100, "system": 0}
        sample["cpus"] = [sample["cpus"][0]] * 128
        sample["load"] = [1032450.25, 1032450.25, 99.99]
        sample["uptimeS"] = 9999 * 86400
        sample["tasks"] = {"total": 1032450, "running": 103245, "threads": 4194304, "zombie": 1032450}
        sample["mem"] = {**sample["mem"], "total": 1023.4 * GIB, "free": 0, "available": 0, "swapTotal": 999.4 * GIB, "swapFree": 0}
        sample["disks"] = {"cols": ["name", "rdBps", "wrBps", "utilPct"], "rows": [
            [f"a-disk-of-a-long-name{i}", 999.4 * GIB, 999.4 * GIB, 100] for i in range(8)]}
        cols = sample["procs"]["cols"]
        figures = {"pid": 4194300, "ppid": 4194304, "cpuPct": 12800, "rssKiB": 999.4 * 1024 ** 2, "virtKiB": 999.4 * 1024 ** 2, "shrKiB": 999.4 * 1024 ** 2,
                   "rdBps": 999.4 * GIB, "wrBps": 999.4 * GIB, "threads": 4194304, "nice": -20, "timeMs": 3.6e6 * 99999, "comm": "a-long-name-of-15"}
        for place, row in enumerate(sample["procs"]["rows"]):
            row[:] = [figures.get(col, value) for col, value in zip(cols, row)]
            row[cols.index("pid")] += place
        sample["others"] = {"count": 1032450, "cpuPct": 12800, "rssKiB": 999.4 * 1024 ** 2, "exitedCpuPct": 12800, "unattributedCpuPct": 12800}
    else:
        sample["ifs"] = {"cols": ["name", "rxBps", "txBps", "up"], "rows": [
            [f"an-interface-of-a-long-name{i}", 999.4 * GIB, 999.4 * GIB, True] for i in range(8)]}
        sample["tcp"] = {state: 1032450 for state in sample["tcp"]}
        sample["connsTotal"] = 1032450
        cols = sample["conns"]["cols"]
        figures = {"recvQ": 2147483647, "sendQ": 2147483647, "rttUs": 999.9e6, "retrans": 1032450, "rxBps": 999.4 * GIB, "txBps": 999.4 * GIB, "pid": 4194304}
        for row in sample["conns"]["rows"]:
            row[:] = [figures.get(col, value) for col, value in zip(cols, row)]
    return sample


@pytest.fixture(scope="module")
def giants():
    running = Crowd()
    for name in ("giant-of-a-rather-long-name.example.org", "giant-2"):
        running.host(name, large)
    running.add("giant-2", "odd", {"intervalMs": 60_000, "negative": -1032450.125, "large": 1032450000, "table": {
        "cols": ["name", "n"], "rows": [["a", -1032450.125], ["b", 1032450000]]}})
    yield running
    assert running.end() == 0


def cut(page, where):
    # What is drawn at last: the widths of columns follow the first figures.
    page.wait_for_timeout(300)
    found = page.evaluate(CUT, NAMES)
    assert found == [], f"{where}: {found[:12]}"


def open_at(open_page, giants, size, view):
    page = open_page(f"{giants.url}/{view}", viewport={"width": size[0], "height": size[1]})
    expect(page.locator(".connection")).to_have_text("Live")
    return page


def open_giant(open_page, giants, size):
    page = open_at(open_page, giants, size, "#host=giant-2&span=60")
    expect(page.locator('[data-panel="tcp"] [data-series="listen"] .value')).to_have_text(re.compile("032"))
    return page


def each_part(page):
    """What is out of view is not drawn: part by part."""
    for part in page.locator(".charts .panel:not([hidden]), .table, .probe").all():
        part.scroll_into_view_if_needed()
        page.wait_for_timeout(120)


@each_size
def test_no_figure_is_cut(open_page, giants, size):
    fleet = open_at(open_page, giants, size, "#last=-")
    expect(fleet.locator('[data-host="giant-2"] [data-figure="load"]')).to_have_text(re.compile("1032450"))
    cut(fleet, "fleet")
    page = open_giant(open_page, giants, size)
    each_part(page)
    cut(page, "host")
    box = page.locator('[data-panel="network"] .figure').bounding_box()
    page.locator('[data-panel="network"] .figure').scroll_into_view_if_needed()
    page.locator('[data-panel="network"] .figure svg').hover(position={"x": box["width"] - 20, "y": 30})
    cut(page, "cursor")
    page.locator('[data-panel="network"] .figure svg').click(position={"x": box["width"] - 20, "y": 30})
    expect(page.locator(".time-bar")).to_have_attribute("data-mode", "rewind")
    cut(page, "pinned")
    page.locator(".time-bar").get_by_role("button", name="Pause").click()
    cut(page, "pinned and paused")
    page.keyboard.press("a")
    cut(page, "alarms")


@each_size
def test_a_panel_never_covers_the_chart_it_speaks_of(open_page, giants, size):
    page = open_giant(open_page, giants, size)
    overlaps = """([name, chart]) => {
        const [a, b] = [document.querySelector(name), document.querySelector(chart)].map((one) => one.getBoundingClientRect());
        return a.width > 0 && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    }"""
    for panel in ("cpu", "network", "memory", "disks", "pressure", "tcp"):
        chart = page.locator(f'[data-panel="{panel}"] .figure svg')
        chart.scroll_into_view_if_needed()
        room = chart.bounding_box()
        chart.click(position={"x": room["width"] - 20, "y": room["height"] / 2})
        expect(page.locator(".time-bar")).to_have_attribute("data-mode", "rewind")
        page.wait_for_timeout(300)
        if page.locator(".culprits").is_visible():
            assert not page.evaluate(overlaps, [".culprits", f'[data-panel="{panel}"]']), f"the culprits cover {panel}"
            page.locator(".culprits").get_by_role("button", name="Close").click()
        page.locator(f'[data-panel="{panel}"] .menu summary').click()
        for part in (".figure", ".legend"):
            assert not page.evaluate(overlaps, [f'[data-panel="{panel}"] .menu-body', f'[data-panel="{panel}"] {part}']), f"the menu covers {part} of {panel}"
        page.keyboard.press("Escape")
        # A second click soon after would be a double click.
        page.wait_for_timeout(600)


@pytest.mark.parametrize("size", [SIZES[0], SIZES[4]], ids=lambda size: "x".join(map(str, size)))
def test_a_cards_remarks_are_counted_and_each_is_whole_or_out_of_sight(open_page, giants, size):
    flags = ["partial", "no-privilege", "truncated", "clock-step", "a-flag-of-a-long-name-that-is-not-known"]
    # Beside the longest name and figure of a process.
    giants.host("remarked", lambda sample, probe, beat: {**large(sample, probe, beat), "flags": flags})
    page = open_at(open_page, giants, size, "#last=-")
    card = page.locator('[data-host="remarked"]')
    expect(card.locator(".remarks")).to_have_attribute("data-count", "5")
    card.scroll_into_view_if_needed()
    expect(card.locator(".remarks span").first).to_be_in_viewport()
    cut_off = card.locator(".remarks").evaluate("""remarks => {
        const room = remarks.getBoundingClientRect();
        const inner = [...remarks.children].map((one) => one.getBoundingClientRect());
        return inner.filter(({ left, right, top }) => top < room.bottom - 2 && (left < room.left - 1 || right > room.right + 1)).length
            + (room.left < remarks.closest("li").getBoundingClientRect().left ? 100 : 0);
    }""")
    assert cut_off == 0
    # A mark without a remark would send people looking for what is not there.
    expect(page.locator('[data-host="giant-2"] .remarks')).to_be_hidden()
    giants.silence("remarked")


def test_both_halves_of_a_mirrored_chart_are_named_and_have_ticks(open_page, giants):
    giants.host("one-way", lambda sample, probe, beat: {**sample, "ifs": {
        "cols": ["name", "rxBps", "txBps", "up"], "rows": [["eth0", 999.4 * GIB, 10, True]]}} if probe == "netstat" else sample)
    page = open_at(open_page, giants, (1440, 900), "#host=one-way&span=60")
    for panel, words in (("network", ["received", "sent"]), ("disks", ["read", "written"])):
        halves = page.locator(f'[data-panel="{panel}"] .halves text')
        expect(halves).to_have_text([re.compile(word) for word in words])
        above, below = (halves.nth(i).bounding_box()["y"] for i in range(2))
        ticks = page.locator(f'[data-panel="{panel}"] .grid text')
        zero = next(tick.bounding_box()["y"] for tick in ticks.all() if tick.text_content() == "0")
        assert above < zero < below
        places = [tick.bounding_box()["y"] for tick in ticks.all()]
        assert min(places) < zero < max(places), f"{panel}: {places}"
    giants.silence("one-way")


@pytest.mark.parametrize("size", SIZES[3:], ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("view", ["#last=-", "#host=giant-2&span=60"], ids=["fleet", "host"])
def test_a_phone_has_room_for_all(open_page, giants, view, size):
    page = open_at(open_page, giants, size, view)
    expect(page.locator(".charts:visible, .cards:visible").first).to_be_visible()
    until(page, lambda: page.evaluate("document.documentElement.scrollWidth") <= size[0], "no sideways scroll")
    small = page.evaluate("""() => [...document.querySelectorAll("button, a, select, summary, label, input:not(label input)")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest(".unseen, .skip"))
        .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
        .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24)).map(([told, { width, height }]) => `${told} ${width}x${height}`)""")
    assert small == []
    if "host" not in view:
        return
    # What is brought into view by the keyboard is not under the head, nor under the bar that sticks below it.
    chart = page.locator('[data-panel="cpu"] .figure svg')
    chart.scroll_into_view_if_needed()
    chart.click(position={"x": chart.bounding_box()["width"] - 20, "y": 30})
    bar = page.locator(".time-bar")
    expect(bar).to_have_attribute("data-mode", "rewind")
    page.evaluate("scrollTo(0, 1200)")
    head, under = page.locator(".top").bounding_box(), bar.bounding_box()
    assert under["y"] >= head["y"] + head["height"]
    page.locator('[data-panel="cpu"] .menu summary').focus()
    focused = page.locator('[data-panel="cpu"] .menu summary').bounding_box()
    under = bar.bounding_box()
    assert focused["y"] >= under["y"] + under["height"] - 1, (focused, under)
