"""What the page costs and how soon it paints: one host, then a fleet, in headless Chromium on a real daemon.

Prints a table and ends with status 1 where a bar is broken. `--seconds 20` and `--hosts 50` for a shorter look.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests/Browser"), str(pathlib.Path(__file__).parent)]

from conftest import CHROMIUM  # noqa: E402
from daemons import Demo  # noqa: E402
from feeder import Feeder  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

HEAP_SLACK_MB = 4
# A busy machine raises an alarm: it asks once for the tables of its second, and again where the answer is to wait.
ALARM_REQUESTS = 0.1
# Notes the long frames and when the first figure stood on the page.
WATCH = """
    window.frames = { dropped: 0, count: 0 };
    let last = null;
    const step = (at) => {
        if (last !== null) {
            window.frames.count += 1;
            window.frames.dropped += Math.max(0, Math.round((at - last) / (1000 / 60)) - 1);
        }
        last = at;
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    const look = new MutationObserver(() => {
        const figure = document.querySelector('[data-figure="cpu"], [data-readout="cpu"]');
        if (!/\\d/.test(figure?.textContent ?? "")) return;
        look.disconnect();
        requestAnimationFrame(() => { window.firstPaint = performance.now(); });
    });
    look.observe(document, { childList: true, subtree: true, characterData: true });
"""
# Epoch ms of the last sample's reading, and of the frame after which it was on the page.
PAINTED = """
    () => { const text = (key) => document.querySelector(`[data-readout="pipeline-${key}"]`)?.textContent ?? "";
            return ["daemon", "page", "paint"].map((key) => parseFloat(text(key)) * (/\\ds$|\\d\\u202fs$/.test(text(key)) ? 1000 : 1)); }
"""


def measure(browser, url, seconds, settle, selector):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    requests = []
    page.goto(url)
    page.wait_for_selector(selector)
    page.wait_for_function("() => window.firstPaint")
    first = page.evaluate("window.firstPaint")
    client = context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    metrics = lambda: {m["name"]: m["value"] for m in client.send("Performance.getMetrics")["metrics"]}  # noqa: E731

    def heap():
        client.send("HeapProfiler.collectGarbage")
        client.send("HeapProfiler.collectGarbage")
        return metrics()["JSHeapUsedSize"] / 1e6

    page.wait_for_timeout(1000 * settle)
    page.on("request", lambda request: requests.append(request.url))
    heap_start = heap()
    before, began = metrics(), time.monotonic()
    page.evaluate("window.frames.dropped = window.frames.count = 0")
    delays = []
    while time.monotonic() - began < seconds:
        page.wait_for_timeout(1000)
        delays.append(sum(value for value in page.evaluate(PAINTED) if value is not None and value == value))
    after, passed = metrics(), time.monotonic() - began
    frames = page.evaluate("window.frames")
    per_second = lambda name: 1000 * (after[name] - before[name]) / passed  # noqa: E731
    heap_end = heap()
    context.close()
    return {
        "main thread ms/s": per_second("TaskDuration"), "script ms/s": per_second("ScriptDuration"),
        "layout ms/s": per_second("LayoutDuration"), "style ms/s": per_second("RecalcStyleDuration"),
        "heap MB start": heap_start, "heap MB end": heap_end, "DOM nodes": after["Nodes"],
        "frames/s": frames["count"] / passed, "dropped/s": frames["dropped"] / passed,
        "sample to painted ms p50": statistics.median(delays), "first paint ms": first, "requests/s": len(requests) / passed,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--settle", type=int, default=75, help="seconds until the bounded stores of the page are full")
    parser.add_argument("--hosts", type=int, default=100)
    asked = parser.parse_args()
    demo = Demo()
    rows = {}
    try:
        host = demo.host
        path = demo.redis_url.removeprefix("unix://").split("?")[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            # Warm, as for anyone but the first reader after an installation.
            warm = browser.new_page()
            warm.goto(demo.url)
            warm.close()
            rows["1 host"] = measure(browser, f"{demo.url}/#host={host}", asked.seconds, 5, '[data-readout="cpu"]')
            feeder = Feeder(path, demo.newest("top"), demo.newest("netstat"), asked.hosts)
            feeder.past(20)
            feeder.start()
            # The page is measured, not how the daemon takes the past in.
            time.sleep(3)
            rows[f"{asked.hosts} hosts"] = measure(browser, f"{demo.url}/#last={host}", asked.seconds, asked.settle, "[data-host] canvas")
            feeder.end()
            browser.close()
    finally:
        demo.end()
    report(rows)
    broken = [words for name, row in rows.items() for words in bars(name, row)]
    print("\n".join(broken) or "every bar holds")
    sys.exit(1 if broken else 0)


def report(rows):
    names = list(next(iter(rows.values())))
    print(f"{'':26}" + "".join(f"{row:>12}" for row in rows))
    for name in names:
        print(f"{name:26}" + "".join(f"{row[name]:12.1f}" for row in rows.values()))


def bars(name, row):
    """The bars that a row breaks, in words."""
    fleet = name != "1 host"
    limits = [("main thread ms/s", 250 if fleet else 100), ("first paint ms", 1500), ("requests/s", ALARM_REQUESTS)]
    for measure_name, most in limits:
        if row[measure_name] > most:
            yield f"{name}: {measure_name} is {row[measure_name]:.1f}; the bar: at most {most}"
    grown = row["heap MB end"] - row["heap MB start"]
    if grown > HEAP_SLACK_MB:
        yield f"{name}: the heap grew by {grown:.1f} MB; the bar: at most {HEAP_SLACK_MB}"


if __name__ == "__main__":
    main()
