"""What a fleet costs a page, the wire and the daemon: the real daemon, the fleet simulator and a real browser, in one run.

Prints a row for each bar, and ends with status 1 where one is missed.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import re
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("Tests/Fleet", "Tests/Browser", "Tests/PageBenchmark", "Tests/Shared")]

from audience import Audience  # noqa: E402
from bench import WATCH  # noqa: E402
from conftest import CHROMIUM  # noqa: E402
from facts import await_fact  # noqa: E402
from feed import Feed, Pipe, command  # noqa: E402
from fleet import Daemon, Redis, names  # noqa: E402
from hosts import PROBES, Host  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from relay import Relay  # noqa: E402
from simulated import Frames  # noqa: E402
from test_capacity import PAINTED  # noqa: E402

PATIENCE_S = 120
CLIENTS = 100
# What one key holds, so that none of what it held before is among its newest.
BURST = 2500


class Table:
    """Rows of a figure and its bar, printed as they come."""

    def __init__(self):
        self.missed = 0
        print(f"{'':64}{'measured':>10}{'bar':>12}")

    def row(self, what, value, bar=None, at_least=False):
        told = f"{'≥' if at_least else '≤'} {bar:g}" if bar is not None else ""
        is_held = bar is None or (value >= bar if at_least else value <= bar)
        self.missed += not is_held
        print(f"{what:64}{value:10.1f}{told:>12}{'' if bar is None else '  held' if is_held else '  MISSED'}", flush=True)


class Measured:
    """A Redis with the past of a fleet, the daemon on it, and what can be asked of both."""

    def __init__(self, hosts, seconds):
        self.hosts, self.seconds, self.parts, self.feeds = names(hosts), seconds, [], []
        try:
            redis = self._keep(Redis())
            self.path = redis.path
            self.write_past(self.hosts)
            self.daemon = self._keep(Daemon(self.path, 0, ["--compression", "all"]))
            self.port = int(self.daemon.url.split(":")[2].split("/")[0])
            self.relay = self._keep(Relay(self.port))
            self.await_samples()
        except BaseException:
            self.end()
            raise

    def _keep(self, part):
        self.parts.append(part)
        return part

    def end(self):
        for part in self.feeds + self.parts[::-1]:
            part.end()

    def write_past(self, hosts):
        """A sample of each probe each second, up to now."""
        pipe, now = Pipe(self.path), int(time.time()) * 1000
        for name in hosts:
            host = Host(name, 1, now - 1000 * self.seconds)
            moments = range(now - 1000 * self.seconds, now, 1000)
            commands = [command("ZADD", f"sa:{{{name}}}:{probe}", *host.sample(probe, at)) for at in moments for probe in PROBES]
            pipe.send(commands, len(commands))
        pipe.close()

    def live(self, hosts):
        self.feeds.append(Feed(self.path, hosts, keep=self.seconds + 60).start())

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request("GET", path)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def metric(self, name):
        return float(re.search(rf"^streamassembler_{name} (\S+)", self.get("/metrics"), re.M)[1])

    def await_samples(self):
        wanted = len(self.hosts) * len(PROBES) * self.seconds * 0.9
        await_fact("the daemon holds the past", lambda: self.metric("window_samples") >= wanted, PATIENCE_S)

    def depth_s(self):
        window = json.loads(self.get("/readyz")).get("window")
        return window["heldMs"] / 1000 if window else self.metric("window_age_seconds")

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.daemon.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.daemon.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024 / 1e6


class Page:
    """A page in a browser, behind the relay."""

    def __init__(self, browser, measured):
        self.measured = measured
        self.context = browser.new_context(viewport={"width": 1440, "height": 900})
        self.context.add_init_script(WATCH)
        self.page = self.context.new_page()
        self.frames = Frames(self.page)
        self.page.goto(f"http://127.0.0.1:{measured.relay.port}/")
        self.await_whole_window()

    def await_whole_window(self):
        """All cards are there, and the first is drawn from the begin of the window to now."""
        until(self.page, "a card for each host", lambda: self.page.locator("[data-host]").count() == len(self.measured.hosts))
        canvas = self.page.locator("[data-host] canvas").first
        span = lambda: canvas.evaluate(PAINTED)  # noqa: E731
        past = max(0.0, 1 - self.measured.seconds / 600)
        until(self.page, "the whole window is drawn", lambda: (found := span())[1] > 0.97 and 0 <= found[0] < past + 0.06)

    def rates(self, seconds):
        """KB a second: on the wire, and of the frames as JSON."""
        began, wire, first = time.monotonic(), self.measured.relay.bytes, len(self.frames.frames)
        self.page.wait_for_timeout(1000 * seconds)
        passed = time.monotonic() - began
        texts = sum(len(text.encode()) for _, text in self.frames.frames[first:])
        return (self.measured.relay.bytes - wire) / 1000 / passed, texts / 1000 / passed

    def reload(self):
        """Milliseconds until the first figure, and kB on the wire until the whole window is drawn."""
        wire = self.measured.relay.bytes
        self.page.reload()
        self.page.wait_for_function("() => window.firstPaint")
        first = self.page.evaluate("window.firstPaint")
        self.await_whole_window()
        return first, (self.measured.relay.bytes - wire) / 1000

    def heap_mb(self):
        session = self.frames.session
        session.send("Performance.enable")
        for _ in range(2):
            session.send("HeapProfiler.collectGarbage")
        return next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "JSHeapUsedSize") / 1e6


def until(page, what, fact):
    """As `await_fact`, but lets the browser's events in."""
    deadline = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S} s: {what}"
        page.wait_for_timeout(50)


def moments_ms(measured, count):
    """How long whole samples of a random second of a random host take: milliseconds, sorted."""
    connection = http.client.HTTPConnection("127.0.0.1", measured.port, timeout=PATIENCE_S)
    times, now = [], time.time()
    while len(times) < count:
        at = 1000 * (now - random.uniform(5, measured.seconds - 15))
        began = time.monotonic()
        connection.request("GET", f"/api/v1/at?host={random.choice(measured.hosts)}&t={at:.0f}")
        response = connection.getresponse()
        body = response.read()
        if response.status == http.client.TOO_MANY_REQUESTS:
            time.sleep(float(response.headers["Retry-After"]))
            continue
        samples = json.loads(body)["samples"]
        # Between what was written as the past and what is live are some seconds without any.
        if len(samples) == len(PROBES):
            times.append(1000 * (time.monotonic() - began))
    connection.close()
    return sorted(times)


def longest_answer_ms(measured):
    """The longest that anybody waits for `/healthz` while every client of an audience is owed a snapshot after a gap."""
    sent = measured.metric("updates_sent_total")
    audience = Audience(measured.port, CLIENTS)
    await_fact("all have their first snapshot", lambda: measured.metric("updates_sent_total") >= sent + CLIENTS, PATIENCE_S)
    resyncs = measured.metric("resyncs_total")
    connection = http.client.HTTPConnection("127.0.0.1", measured.port, timeout=PATIENCE_S)
    longest, answers, deadline = 0.0, 0, time.monotonic() + PATIENCE_S
    outrun(measured)
    while answers % 50 or measured.metric("resyncs_total") < resyncs + CLIENTS:
        assert time.monotonic() < deadline, "no snapshots after a gap"
        began = time.monotonic()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        longest, answers = max(longest, 1000 * (time.monotonic() - began)), answers + 1
    connection.close()
    assert audience.end(), "the audience went away"
    return longest


def outrun(measured):
    """One key gets so many samples at once that nobody can say which are missing in between."""
    key = f"sa:{{{measured.hosts[0]}}}:top"
    now = time.time() * 1000
    members = [(f"{now + number / 1000:.3f}", json.dumps({"id": f"{measured.hosts[0]}:top:burst:{number}"})) for number in range(BURST)]
    pipe = Pipe(measured.path)
    words = [word for pair in members for word in pair]
    pipe.send([command("MULTI"), command("ZADD", key, *words), command("ZREMRANGEBYSCORE", key, "-inf", f"({now:.3f}"), command("EXEC")], 6)
    pipe.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=60, help="of the bytes on the wire (60)")
    parser.add_argument("--more", type=int, default=100, help="of the page's heap and the daemon's memory (100)")
    parser.add_argument("--seconds", type=int, default=600, help="of the past that the window holds (600)")
    parser.add_argument("--measure", type=int, default=20, help="seconds that each rate is measured (20)")
    asked = parser.parse_args()
    measured = Measured(asked.hosts, asked.seconds)
    table = Table()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            run(table, browser, measured, asked)
            browser.close()
    finally:
        measured.end()
    print("every bar is held" if table.missed == 0 else f"{table.missed} missed")
    sys.exit(1 if table.missed else 0)


def run(table, browser, measured, asked):
    fleet = f"{asked.hosts} hosts"
    measured.live(measured.hosts)
    cpu, received = measured.cpu_s(), measured.metric("samples_received_total")
    time.sleep(asked.measure)
    received = measured.metric("samples_received_total") - received
    table.row(f"{fleet}, nobody looks: daemon's CPU, µs a sample followed", 1e6 * (measured.cpu_s() - cpu) / received)
    page = Page(browser, measured)
    wire, texts = page.rates(asked.measure)
    table.row(f"{fleet}: to a fleet page, on the wire, KB/s", wire, 40)
    table.row(f"{fleet}: to a fleet page, as JSON, KB/s", texts, 160)
    first, wire = page.reload()
    table.row(f"{fleet}: fleet page after a reload, first figures, ms", first, 1200)
    table.row(f"{fleet}: until the whole window is drawn, on the wire, KB", wire, 600)
    page.page.locator("[data-host]").first.get_by_role("link").click()
    page.page.locator('[data-table="processes"] tbody tr').first.wait_for()
    table.row(f"{fleet}: to a host's page, on the wire, KB/s", page.rates(asked.measure)[0], 50)
    page.context.close()
    times = moments_ms(measured, 500)
    table.row(f"{fleet}: a random second of the window, p99, ms", times[494], 20)

    more = names(asked.more)[asked.hosts:]
    fleet = f"{asked.more} hosts"
    measured.write_past(more)
    measured.hosts += more
    measured.live(more)
    measured.await_samples()
    table.row(f"{fleet}: the window reaches back, s", measured.depth_s(), measured.seconds, at_least=True)
    table.row(f"{fleet}: the daemon's memory, MB", measured.resident_mb())
    page = Page(browser, measured)
    page.page.wait_for_timeout(1000 * asked.measure)
    table.row(f"{fleet}: the page's heap, MB", page.heap_mb(), 30)
    page.context.close()
    table.row(f"{fleet}, {CLIENTS} clients, a gap: longest /healthz, ms", longest_answer_ms(measured), 100)


if __name__ == "__main__":
    main()
