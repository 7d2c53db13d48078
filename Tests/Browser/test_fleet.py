"""All hosts at a glance: cards, order, filter, keys, and the way to a host and back."""

import re
import time

import pytest
from playwright.sync_api import expect

NAMES = ["fleet-a", "fleet-b", "fleet-c"]


@pytest.fixture
def hosts(demo, cleanup):
    """Three more hosts, varied from this machine's real samples, as `hosts(name, cpu=…, load=…)`."""
    top, netstat = demo.newest("top"), demo.newest("netstat")
    numbers = iter(range(1_000_000))

    def add(name, cpu=10.0, load=0.1, **fields):
        cleanup(f"sa:{{{name}}}:top")
        cleanup(f"sa:{{{name}}}:netstat")
        for probe, sample in (("top", top), ("netstat", netstat)):
            now = int(time.time() * 1000)
            made = {**sample, "host": name, "t": now, "id": f"{name}:{probe}:{now:x}:{next(numbers)}", "flags": [], "boot": None}
            if probe == "top":
                made["cpu"] = {**sample["cpu"], "idle": 100 - cpu, "iowait": 0, "user": cpu, "system": 0}
                made["load"] = [load, load, load]
            demo.add(f"sa:{{{name}}}:{probe}", {**made, **fields})

    return add


def order(page):
    return [name for name in page.eval_on_selector_all(
        "[data-host]", "items => items.map(item => item.dataset.host)") if name in NAMES]


def test_a_single_host_opens_by_itself(open_page, demo):
    page = open_page(demo.url)
    expect(page.locator(".who h2")).to_have_text(demo.host)
    page.keyboard.press("f")
    expect(page.locator(f'[data-host="{demo.host}"]')).to_be_visible()


def test_a_card_shows_figures_charts_the_worst_process_and_the_age(fleet, demo):
    card = fleet.locator(f'[data-host="{demo.host}"]')
    for figure in ("cpu", "memory", "network", "load"):
        expect(card.locator(f'[data-figure="{figure}"]')).to_have_text(re.compile(r"\d"))
    expect(card.locator(".worst")).to_have_text(re.compile(r"\d.%$"))
    expect(card.locator(".age")).to_have_text(re.compile(r"^(now|\d+.s ago)$"))
    painted = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0)"
    assert card.locator("canvas").evaluate(painted)


def test_several_hosts_are_the_start_page_sorted_by_name_and_load(open_page, demo, hosts):
    # Above any load that the machine of the test may have.
    # An hour between their samples: a silent host would not rank by its load.
    hosts("fleet-b", cpu=90.0, load=950.0, intervalMs=3_600_000)
    hosts("fleet-a", cpu=20.0, load=0.2, intervalMs=3_600_000)
    hosts("fleet-c", cpu=50.0, load=350.0, intervalMs=3_600_000)
    page = open_page(demo.url)
    expect(page.locator('[data-host="fleet-c"]')).to_be_visible()
    assert order(page) == ["fleet-a", "fleet-b", "fleet-c"]
    page.get_by_label("Sort hosts by").select_option("load")
    page.wait_for_function("() => document.querySelector('[data-host]').dataset.host === 'fleet-b'")
    assert order(page) == ["fleet-b", "fleet-c", "fleet-a"]
    assert "fleet.sort=-load" in page.url
    page.reload()
    page.wait_for_function("() => document.querySelector('[data-host]')?.dataset.host === 'fleet-b'")


def test_the_order_by_what_hurts_leaves_silent_hosts_behind(fleet, demo, cleanup):
    top, netstat = demo.newest("top"), demo.newest("netstat")
    # An hour between samples: alive while the test lasts; the last one was written long ago and is silent.
    for number, (name, much, interval, ago) in enumerate((("fleet-a", 1, 3_600_000, 0), ("fleet-b", 60, 3_600_000, 0), ("fleet-c", 90, 1000, 60_000))):
        now = int(time.time() * 1000) - ago
        fields = {
            "top": {
                "cpu": {**top["cpu"], "idle": 100 - much, "iowait": much / 2, "user": much / 2, "system": 0}, "load": [much] * 3,
                "mem": {**top["mem"], "swapTotal": 1000, "swapFree": 1000 - 10 * much},
                "psi": {"cpu": {"some": [much, 0, 0]}}, "disks": {"cols": ["name", "utilPct"], "rows": [["vda", much]]},
                "procs": {"cols": ["pid", "start", "comm", "cpuPct"], "rows": [[1, 1, "one", much]]},
                "busiest": {"pid": 1, "comm": "one", "cpuPct": much},
            },
            "netstat": {"protoErrors": {"TcpRetransSegs": much}, "ifs": {"cols": ["name", "rxBps", "txBps"], "rows": [["eth0", much * 1000, 0]]}},
        }
        for probe, real in (("top", top), ("netstat", netstat)):
            cleanup(f"sa:{{{name}}}:{probe}")
            demo.add(f"sa:{{{name}}}:{probe}", {
                **real, **fields[probe], "host": name, "t": now, "id": f"{name}:{probe}:{number + 1}:1", "intervalMs": interval, "flags": [], "boot": None})
    fleet.get_by_label("Filter hosts").fill("fleet-")
    expect(fleet.locator('[data-host="fleet-c"][data-state="stale"]')).to_be_visible()
    for key in ("cpu", "iowait", "swap", "pressure", "network", "retrans", "disk", "load", "top"):
        fleet.get_by_label("Sort hosts by").select_option(key)
        fleet.wait_for_function("() => document.querySelector('[data-host]').dataset.host === 'fleet-b'")
        assert order(fleet) == ["fleet-b", "fleet-a", "fleet-c"], key
    # Hosts of which nothing is known stay in the order before.
    fleet.get_by_label("Sort hosts by").select_option("retrans")
    expect(fleet.locator('[data-host="fleet-b"] .sorted')).to_have_text(re.compile(r"^Retransmits 60.?/s$"))
    fleet.get_by_label("Sort hosts by").select_option("swap")
    expect(fleet.locator('[data-host="fleet-b"] .sorted')).to_have_text(re.compile(r"^Swap used 60.0.%$"))
    expect(fleet.locator('[data-host="fleet-c"] .sorted')).to_have_text("Swap used –")
    fleet.get_by_label("Reverse order").click()
    fleet.wait_for_function("() => document.querySelector('[data-host]').dataset.host === 'fleet-a'")
    assert order(fleet) == ["fleet-a", "fleet-b", "fleet-c"]
    fleet.get_by_label("Sort hosts by").select_option("silence")
    fleet.wait_for_function("() => document.querySelector('[data-host]').dataset.host === 'fleet-c'")


def test_filters_by_name_figure_and_silence(fleet, demo, hosts):
    for name, load in zip(NAMES, (0.1, 9.5, 3.5)):
        hosts(name, load=load)
    expect(fleet.locator('[data-host="fleet-c"]')).to_be_visible()
    box = fleet.get_by_label("Filter hosts")
    box.fill("fleet load>3")
    expect(fleet.locator("[data-host]")).to_have_count(2)
    box.fill("no-such-host")
    expect(fleet.get_by_text("No host matches the filter.")).to_be_visible()
    box.fill("fleet")
    # They were written once and miss their intervals.
    fleet.get_by_role("button", name="Silent").click()
    expect(fleet.locator('[data-host][data-state="stale"]')).to_have_count(3)
    expect(fleet.locator('[data-host="fleet-a"] .age')).to_have_text(re.compile(r"^silent since \d\d:\d\d:\d\d$"))


def test_arrow_keys_and_enter_lead_to_a_host_and_back(fleet, demo, hosts):
    for name in NAMES:
        hosts(name)
        expect(fleet.locator(f'[data-host="{name}"]')).to_be_visible()
    fleet.get_by_label("Filter hosts").fill("fleet-")
    expect(fleet.locator("[data-host]")).to_have_count(3)
    fleet.locator('[data-host="fleet-a"] a').focus()
    fleet.keyboard.press("ArrowRight")
    fleet.keyboard.press("ArrowRight")
    fleet.keyboard.press("ArrowLeft")
    expect(fleet.locator('[data-host="fleet-b"] a')).to_be_focused()
    fleet.keyboard.press("Enter")
    expect(fleet.locator(".who h2")).to_have_text("fleet-b")
    fleet.keyboard.press("]")
    expect(fleet.locator(".who h2")).to_have_text("fleet-c")
    fleet.keyboard.press("[")
    expect(fleet.locator(".who h2")).to_have_text("fleet-b")
    fleet.go_back()
    expect(fleet.locator(".who h2")).to_have_text("fleet-c")
    fleet.keyboard.press("f")
    expect(fleet.locator('[data-host="fleet-c"] a')).to_be_focused()


def test_a_click_shows_the_host_soon(fleet, demo):
    taken = fleet.evaluate("""
        (host) => new Promise((done) => {
            const began = performance.now();
            document.querySelector(`[data-host="${host}"] a`).click();
            const look = () => {
                const shown = document.querySelector(".who h2")?.textContent === host && document.querySelector('[data-table="processes"] tbody tr');
                if (shown?.offsetParent) done(performance.now() - began);
                else requestAnimationFrame(look);
            };
            look();
        })""", demo.host)
    print(f"host shown {taken:.0f} ms after the click")


def test_the_switcher_goes_to_a_host_by_a_part_of_its_name(dashboard, hosts):
    for name in NAMES:
        hosts(name)
    dashboard.keyboard.press("g")
    box = dashboard.get_by_role("combobox", name="Go to host")
    expect(box).to_be_focused()
    box.press_sequentially("eet-c")
    expect(dashboard.locator("#switcher-list li")).to_have_count(1)
    dashboard.keyboard.press("Enter")
    expect(dashboard.locator(".who h2")).to_have_text("fleet-c")


def test_a_link_restores_the_view(dashboard, open_page):
    dashboard.keyboard.press("1")
    dashboard.keyboard.press("u")
    dashboard.keyboard.press("t")
    expect(dashboard.locator("html")).to_have_attribute("data-theme", "dark")
    page = open_page(dashboard.url)
    expect(page.locator(".who h2")).to_have_text(dashboard.host)
    expect(page.get_by_label("1 minute")).to_be_checked()
    expect(page.locator(".zone")).to_have_text("UTC")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_unknown_probe_is_shown_as_lines_and_tables(dashboard, demo, cleanup):
    cleanup("sa:{gpu-host}:gpu")
    for number in range(3):
        now = int(time.time() * 1000)
        demo.add("sa:{gpu-host}:gpu", {
            "id": f"gpu-host:gpu:1:{number}", "host": "gpu-host", "probe": "gpu", "t": now, "v": 1, "intervalMs": 60_000,
            "temperature": 40 + number, "fan": {"rpm": 900}, "driver": "<b>550</b>",
            "clients": {"cols": ["pid", "name"], "rows": [[7, "<i>game</i>"]]}})
    dashboard.keyboard.press("g")
    dashboard.get_by_role("combobox", name="Go to host").fill("gpu-host")
    expect(dashboard.locator("#switcher-list li")).to_have_count(1)
    dashboard.keyboard.press("Enter")
    probe = dashboard.locator('[data-probe="gpu"]')
    expect(probe.locator('[data-number="temperature"] .value')).to_have_text("42")
    expect(probe.locator('[data-number="temperature"] path')).to_have_attribute("d", re.compile("^M.*L.*L"))
    expect(probe.locator('[data-number="fan.rpm"] .value')).to_have_text("900")
    expect(probe.locator("table")).to_contain_text("<i>game</i>")
    expect(probe.locator(".texts")).to_contain_text("<b>550</b>")
