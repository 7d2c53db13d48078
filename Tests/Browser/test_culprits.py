"""Who did it: the panel beside the charts, for hosts whose samples are known."""

import re
import time

import pytest
from conftest import SCREENSHOTS
from host_page import minute, mode  # noqa: F401 (fixtures)
from playwright.sync_api import expect

HOST = "blame.example"
COLS = ["pid", "start", "user", "comm", "state", "cpuPct", "rssKiB", "rdBps", "wrBps", "majfltPerS"]


@pytest.fixture
def told(minute, demo):
    """Adds the samples of a host and shows what is said of a panel at a moment, as `told(samples, panel, at)`."""
    real = {probe: demo.newest(probe) for probe in ("top", "netstat")}

    def show(samples, panel, at):
        """`samples`: `(probe, seconds ago, fields)`; `at`: seconds ago."""
        now = int(time.time() * 1000)
        for number, (probe, ago, fields) in enumerate(samples):
            demo.add(f"sa:{{{HOST}}}:{probe}", {
                **real[probe], "host": HOST, "id": f"{HOST}:{probe}:1:{number}", "seq": number, "t": now - int(ago * 1000), "flags": [], "boot": None, **fields})
        minute.evaluate("hash => { location.hash = new URLSearchParams(hash) }", {"host": HOST, "span": 60, "at": now - int(at * 1000), "who": panel, "tz": "utc"})
        expect(minute.locator(".who h2")).to_have_text(HOST)
        panel = minute.locator(".culprits")
        expect(panel).to_be_visible()
        expect(panel.locator("h3")).to_contain_text(time.strftime(" at %H:%M:", time.gmtime(now / 1000 - at)))
        return panel

    yield show
    for probe in ("top", "netstat"):
        demo.redis("DEL", f"sa:{{{HOST}}}:{probe}")


def top(ago, rows, **fields):
    table = {"cols": COLS, "rows": [[row.get(name, 0) for name in COLS] for row in rows]}
    return ("top", ago, {"procs": table, "others": {"count": 50}, "psi": {"cpu": {"some": [1, 0, 0]}, "io": {"some": [0, 0, 0]}}, **fields})


CALM = [{"pid": 1, "start": 1, "comm": "burner", "cpuPct": 80}, {"pid": 2, "start": 2, "comm": "writer", "wrBps": 0}]
WRITES = [{"pid": 1, "start": 1, "comm": "burner", "cpuPct": 99}, {"pid": 2, "start": 2, "comm": "writer", "wrBps": 80_000_000}]
IO = {"psi": {"cpu": {"some": [2, 0, 0]}, "io": {"some": [70, 0, 0]}}}


def test_a_spike_of_waiting_for_disks_names_who_writes(told, minute):
    panel = told([top(40 - i, CALM) for i in range(30)] + [top(10 - i, WRITES, **IO) for i in range(8)], "pressure", 3)
    expect(panel.locator("li .name")).to_have_text(["writer"])
    expect(panel.locator("h3")).to_contain_text("read and written")
    expect(panel).to_contain_text("Tasks waited for disks")
    minute.screenshot(path=SCREENSHOTS / "culprits.png")


def test_a_cpu_chart_names_who_waits_for_disks_only_where_waiting_rose(told):
    still = {"user": 5, "system": 5, "nice": 0, "irq": 0, "softirq": 0, "guest": 0, "steal": 0, "iowait": 0, "idle": 90}
    before = [top(40 - i, CALM, cpu=still) for i in range(30)]
    panel = told(before + [top(10 - i, WRITES, cpu={**still, "iowait": 40, "idle": 50}) for i in range(8)], "cpu", 3)
    expect(panel.locator("h3")).to_contain_text("Who did it: I/O wait (read and written) at")
    expect(panel).to_contain_text("The CPUs waited for disks")
    expect(panel.locator("li .name")).to_have_text(["writer"])


def test_a_flicker_of_waiting_leaves_a_cpu_chart_to_who_computes(told):
    still = {"user": 9, "system": 5, "nice": 0, "irq": 0, "softirq": 0, "guest": 0, "steal": 0, "iowait": 0, "idle": 86}
    before = [top(40 - i, CALM, cpu=still) for i in range(30)]
    panel = told(before + [top(10 - i, WRITES, cpu={**still, "user": 8, "iowait": 0.5}) for i in range(8)], "cpu", 3)
    expect(panel.locator("h3")).to_contain_text("Who did it: CPU at")
    expect(panel.locator("li .name")).to_have_text(["burner"])


def test_a_second_without_a_sample_has_no_culprits_and_its_own_time(told):
    panel = told([top(50 - i, CALM) for i in range(10)] + [top(10 - i, WRITES) for i in range(8)], "cpu", 25)
    expect(panel).to_contain_text("No sample came in that second.")
    expect(panel.locator("li")).to_have_count(0)
    expect(panel.locator("h3")).not_to_contain_text("00:00:00")


def test_a_second_before_all_samples_has_no_culprits_and_its_own_time(told):
    panel = told([top(20 - i, CALM) for i in range(18)], "cpu", 50)
    expect(panel.locator("li")).to_have_count(0)
    expect(panel.locator("h3")).to_have_text(re.compile(r"^Who did it: CPU at \d\d:\d\d:\d\d$"))


def test_exited_started_and_not_listed_are_told_apart(told):
    was = [*CALM, {"pid": 5, "start": 5, "comm": "ender", "cpuPct": 60}, {"pid": 6, "start": 6, "comm": "fader", "cpuPct": 55}]
    # Another process has the number of the one that ended; the one that began says when.
    now = [*CALM, {"pid": 5, "start": 99_000, "comm": "next", "cpuPct": 1}, {"pid": 7, "start": 990_000, "comm": "starter", "cpuPct": 70}]
    samples = [top(40 - i, was, uptimeS=960 + i) for i in range(30)] + [top(10 - i, now, uptimeS=990 + i) for i in range(5)]
    panel = told(samples, "cpu", 9.9)
    value = lambda name: panel.locator("li").filter(has_text=name).locator(".value")  # noqa: E731
    expect(value("ender")).to_have_text(re.compile("→ exited$"))
    expect(value("fader")).to_have_text(re.compile("→ not listed$"))
    expect(value("starter")).to_have_text(re.compile("^started →"))


def test_the_network_without_its_loopback_names_nobody_on_it(told, minute):
    cols = ["proto", "state", "laddr", "lport", "raddr", "rport", "rxBps", "txBps", "pid", "comm", "inode"]
    rows = [["tcp", "established", "127.0.0.1", 1, "127.0.0.1", 2, 9e8, 9e8, 8, "inner", 2], ["tcp", "established", "10.0.0.1", 80, "10.0.0.9", 4000, 5e6, 1e5, 7, "outer", 1]]
    net = lambda ago, rows: ("netstat", ago, {"conns": {"cols": cols, "rows": rows}, "peers": {"cols": ["raddr"], "rows": []}, "connsTotal": len(rows)})  # noqa: E731
    samples = [top(2, CALM)] + [net(40 - i, []) for i in range(30)] + [net(10 - i, rows) for i in range(9)]
    panel = told(samples, "network", 3)
    expect(panel.locator("li .name")).to_have_text(["10.0.0.9:4000"])
    expect(panel).to_contain_text("Without the loopback, as in the chart")
    # Shown in the chart, it is named.
    minute.locator('[data-panel="network"] .legend').get_by_text("lo", exact=True).click()
    expect(panel.locator("li .name")).to_have_text(["127.0.0.1:2", "10.0.0.9:4000"])
