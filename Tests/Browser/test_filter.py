"""The filter language at its fields: on the fleet and on the tables of a host, as a reader types it."""

import re
import time

import pytest
from conftest import SCREENSHOTS
from host_page import minute, rows, table, until, visit  # noqa: F401 (fixtures)
from playwright.sync_api import expect

PROCESSES = {
    "cols": ["pid", "start", "ppid", "user", "state", "cpuPct", "rssKiB", "wrBps", "comm", "cmd"],
    "rows": [
        [11, 1, 1, "root", "S", 1.5, 4096, 0, "sshd", "sshd: root@pts/0"],
        [12, 1, 1, "redis", "R", 73.0, 3145728, 2097152, "redis-server", "/usr/bin/redis-server *:6379"],
        [13, 1, 1, "www", "D", 12.0, 65536, 1024, "nginx", "nginx: worker process"],
        [14, 1, 1, "www", "S", 0.5, 32768, 0, "nginx", "nginx: master process"],
    ],
}
CONNECTIONS = {
    "cols": ["proto", "state", "laddr", "lport", "raddr", "rport", "rttUs", "retrans", "rxBps", "txBps", "pid", "comm", "inode"],
    "rows": [
        ["tcp", "established", "10.0.0.1", 443, "10.0.0.9", 5001, 12000, 0, 10, 5e6, 13, "nginx", 1],
        ["tcp", "timeWait", "10.0.0.1", 80, "10.0.0.8", 5002, None, 0, 0, 0, None, None, 2],
        ["udp", "close", "10.0.0.1", 53, "10.0.0.7", 5003, None, 0, 0, 0, 12, "redis-server", 3],
    ],
}


@pytest.fixture
def host(minute, demo):
    """A host with four processes and three connections."""
    name = "filter.example"
    for probe, fields in (("top", {"procs": PROCESSES, "mem": {**demo.newest("top")["mem"], "total": 8388608}}),
                          ("netstat", {"conns": CONNECTIONS, "connsTotal": 3})):
        now = int(time.time() * 1000)
        demo.add(f"sa:{{{name}}}:{probe}", {
            **demo.newest(probe), "host": name, "id": f"{name}:{probe}:1:1", "seq": 1, "t": now, "flags": [], "boot": None, **fields})
    visit(minute, name)
    expect(rows(minute, "processes")).to_have_count(4)
    yield minute
    for probe in ("top", "netstat"):
        demo.redis("DEL", f"sa:{{{name}}}:{probe}")


def ask(page, what, typed):
    page.get_by_label(f"Filter {what}", exact=True).fill(typed)


@pytest.mark.parametrize(("typed", "expected"), [
    ("nginx worker", {"13"}), ("redis | sshd", {"11", "12"}), ("-nginx", {"11", "12"}), ("/^nginx: (worker|master)/", {"13", "14"}), ("ng*", {"13", "14"}),
    ("user:www", {"13", "14"}), ("pid:12", {"12"}), ("cpu>50", {"12"}), ("cpu >= 12 cpu<=73", {"12", "13"}), ("mem>1g", {"12"}), ("mem>10%", {"12"}),
    ("mem<33m mem>31.5m", {"14"}), ("state:D", {"13"}), ("written>1m", {"12"}), ('"worker process"', {"13"}),
])
def test_processes_are_filtered_by_words_fields_and_figures(host, typed, expected):
    ask(host, "processes", typed)
    pids = rows(host, "processes").locator(".col-pid")
    until(host, lambda: sorted(pids.all_text_contents()) == sorted(expected), f"{expected} for {typed}")
    expect(table(host, "processes").locator(".problem")).to_be_hidden()


def test_the_sum_follows_the_filter(host):
    ask(host, "processes", "user:www")
    foot = table(host, "processes").locator("tfoot tr")
    expect(foot).to_have_count(1)
    expect(foot.locator(".col-cpuPct")).to_have_text("12.5")
    expect(foot.locator(".col-rssKiB")).to_have_text(re.compile("^96.0.MiB$"))
    expect(foot.locator(".col-command")).to_contain_text("matching rows")
    expect(table(host, "processes").locator("header .note").first).to_have_text("2 of 4 listed")
    ask(host, "processes", "")
    expect(foot).to_have_count(4)


def test_sockets_are_filtered_in_the_same_language(host):
    for typed, remotes in (("port:443", ["10.0.0.9:5001"]), ("state:time-wait", ["10.0.0.8:5002"]), ("pid:12 | sent>1m", ["10.0.0.7:5003", "10.0.0.9:5001"]),
                           ("-proto:udp rtt>10ms", ["10.0.0.9:5001"])):
        ask(host, "connections", typed)
        shown = rows(host, "connections").locator(".col-remote")
        # As many rows as the filter before may have left.
        until(host, lambda: sorted(shown.all_text_contents()) == remotes, f"{remotes} for {typed}")


@pytest.mark.parametrize(("typed", "said"), [
    ("port:80", "port is not a field here"), ("cpu>x", '"x" is not a number'), ("mem>5q", 'the unit "q" is not known here'), ("/[/", 'a "[" is not closed'),
    ("user>3", "user is text"), ("mem>1000", "1000 has no unit"), ("x" * 5000, "too long"),
])
def test_a_mistake_is_told_in_words_under_the_field(host, typed, said):
    ask(host, "processes", typed)
    box = host.get_by_label("Filter processes")
    problem = table(host, "processes").locator(".problem")
    expect(problem).to_contain_text(said)
    expect(problem).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(re.compile(re.escape(said)))
    if typed == "port:80":
        host.screenshot(path=SCREENSHOTS / "filter-problem.png")
    ask(host, "processes", "nginx")
    expect(problem).to_be_hidden()
    expect(rows(host, "processes")).to_have_count(2)


def test_an_expression_that_hangs_others_does_not_hang_the_page(host, demo):
    name = "filter.example"
    line = "a" * 1000 + "!"
    procs = {"cols": ["pid", "start", "cpuPct", "cmd"], "rows": [[i, i, i / 10, f"{line}{i}"] for i in range(100)]}
    demo.add(f"sa:{{{name}}}:top", {**demo.newest("top"), "host": name, "id": f"{name}:top:1:2", "seq": 2, "t": int(time.time() * 1000), "procs": procs})
    expect(table(host, "processes")).to_contain_text("100 listed")
    for typed in (r"/(a+)+$/", r"/(a|a)*b/", r"/^(\w+\s?)*:$/"):
        ask(host, "processes", typed)
        expect(table(host, "processes")).to_contain_text("0 of 100 listed", timeout=5000)


def test_help_stands_at_every_field(host):
    for name, what in (("processes", "processes"), ("connections", "connections"), ("listeners", "listening"), ("peers", "peers")):
        help_ = table(host, name).locator(".hint")
        help_.locator("summary").click()
        expect(help_.locator("code").first).to_be_visible()
        # Each example is a filter that this table takes.
        for typed in help_.locator("code").all_text_contents():
            ask(host, what, typed)
            expect(table(host, name).locator(".problem")).to_be_hidden()
        ask(host, what, "")
        help_.locator("summary").click()
        expect(help_.locator(".menu-body")).to_be_visible()
        if name == "processes":
            host.screenshot(path=SCREENSHOTS / "filter-help.png")
        host.keyboard.press("Escape")
        expect(help_.locator(".menu-body")).to_be_hidden()


def test_a_filter_is_part_of_the_link(host, open_page):
    ask(host, "processes", "user:www | cpu>50")
    expect(rows(host, "processes")).to_have_count(3)
    page = open_page(host.url)
    expect(page.get_by_label("Filter processes")).to_have_value("user:www | cpu>50")
    expect(rows(page, "processes")).to_have_count(3)


def test_the_fleet_speaks_the_same_language(fleet, demo, cleanup):
    real = demo.newest("top")
    for number, (name, idle) in enumerate((("lang-a", 20), ("lang-b", 90), ("other-c", 10))):
        cleanup(f"sa:{{{name}}}:top")
        # An hour between samples: it is not silent while the test lasts.
        demo.add(f"sa:{{{name}}}:top", {
            **real, "host": name, "t": int(time.time() * 1000), "id": f"{name}:top:1:{number}", "intervalMs": 3_600_000, "flags": [], "boot": None,
            "cpu": {**real["cpu"], "idle": idle, "iowait": 0}, "mem": {**real["mem"], "total": 4194304, "available": 1048576}})
    expect(fleet.locator('[data-host="other-c"]')).to_be_visible()
    names = fleet.locator("[data-host]")
    for typed, expected in (("lang*", ["lang-a", "lang-b"]), ("lang* | other", ["lang-a", "lang-b", "other-c"]), ("lang cpu>50", ["lang-a"]),
                            ("/^(lang|other)-[bc]$/", ["lang-b", "other-c"]), ("/-[abc]$/ mem>2g mem<80%", ["lang-a", "lang-b", "other-c"]),
                            ("lang -lang-a", ["lang-b"]), ('"lang-b"', ["lang-b"])):
        ask(fleet, "hosts", typed)
        expect(names).to_have_count(len(expected))
        assert sorted(names.evaluate_all("items => items.map(item => item.dataset.host)")) == expected
    ask(fleet, "hosts", "lang | other")
    fleet.get_by_role("button", name="Silent").click()
    expect(fleet.get_by_label("Filter hosts")).to_have_value("lang is:silent | other is:silent")
    expect(names).to_have_count(0)
    ask(fleet, "hosts", "lang port:80")
    expect(fleet.locator(".fleet .problem")).to_contain_text("port is not a field here")
    expect(names).to_have_count(2)
    expect(fleet.locator(".fleet .summary")).to_contain_text(re.compile(r"^2 of \d+"))
    fleet.screenshot(path=SCREENSHOTS / "filter-fleet.png")
