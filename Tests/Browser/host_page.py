"""What the tests of a host's page share: a load that they make, and the ways of a pointer on charts and tables."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading

import pytest
from daemons import ROOT
from playwright.sync_api import expect

# The page's own list, of those that every host has.
PANELS = tuple(re.findall(r'^    \{ id: "(\w+)"[^}]* describe: \w+ \}', (ROOT / "web/src/model/panels/index.js").read_text(), re.M))
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
def burn(alone):
    """Starts a process that keeps one CPU busy until the test ends; returns its id."""
    started = []

    def start():
        started.append(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
        # Beside other load it would be one of many: who may, puts it first.
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, started[-1].pid, -10)
        return started[-1].pid

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture
def chatter():
    """A connection of this process to itself that moves some 10 MB a second, enough to be listed; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ahead = socket.create_connection(listener.getsockname())
    behind, _ = listener.accept()
    over = threading.Event()

    def send():
        while not over.wait(0.005):
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
