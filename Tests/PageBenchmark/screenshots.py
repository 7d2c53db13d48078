"""Pictures of the page on live data, for the README and for the eye: web/screenshots/*.png, or in the folder given."""

import pathlib
import signal
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests/Browser"), str(pathlib.Path(__file__).parent)]

from conftest import CHROMIUM  # noqa: E402
from daemons import Demo  # noqa: E402
from feeder import Feeder  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "web/screenshots"
NAMES = [f"{kind}-{i}" for kind, count in (("web", 10), ("db", 3), ("cache", 3), ("worker", 8)) for i in range(1, count + 1)]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}


def main():
    FOLDER.mkdir(exist_ok=True)
    demo = Demo()
    try:
        host = demo.host
        path = demo.redis_url.removeprefix("unix://").split("?")[0]
        feeder = Feeder(path, demo.newest("top"), demo.newest("netstat"), 0, NAMES, kept=500)
        # As far back as the cards reach.
        feeder.past(590, every=5)
        feeder.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

            def shoot(name, hash, act=lambda page: None, scheme="dark", screen=DESKTOP, seconds=3):
                page = browser.new_context(color_scheme=scheme, **screen).new_page()
                page.goto(f"{demo.url}/#{hash}")
                page.wait_for_selector('.connection[data-state="live"]')
                page.wait_for_timeout(1000 * seconds)
                act(page)
                page.screenshot(path=FOLDER / f"{name}.png")
                page.context.close()
                print(FOLDER / f"{name}.png")

            burn = Burner()
            # The charts of this machine want some history of its own.
            shoot("fleet", "last=x", seconds=50)
            shoot("light", f"host={host}&span=60", scheme="light")
            shoot("host", f"host={host}&span=60")
            shoot("rewind", f"host={host}&span=60", rewind)
            shoot("zoomed", f"host={host}&span=60", zoom)
            shoot("phone", f"host={host}&span=60", screen=PHONE)
            shoot("phone-fleet", "last=x", screen=PHONE, scheme="light")
            shoot("alarms", "last=x", lambda page: (page.keyboard.press("a"), page.wait_for_timeout(500)))
            burn.end()
            feeder.silent.update({"db-2", "cache-1"})
            shoot("stale", "last=x", seconds=35)
            shoot("lost", "last=x", lambda page: (demo.process.send_signal(signal.SIGSTOP), page.wait_for_timeout(4000)))
            demo.process.send_signal(signal.SIGCONT)
            browser.close()
        feeder.end()
    finally:
        demo.process.send_signal(signal.SIGCONT)
        demo.end()


def zoom(page):
    """Drags over a part of the CPU chart: every chart and table is of that range."""
    chart = page.locator('[data-panel="cpu"] .figure').bounding_box()
    start, end = (chart["x"] + chart["width"] * share for share in (0.45, 0.75))
    y = chart["y"] + chart["height"] / 2
    page.mouse.move(start, y)
    page.mouse.down()
    page.mouse.move(end, y, steps=5)
    page.mouse.up()
    page.wait_for_timeout(1500)


def rewind(page):
    """Clicks into the past of the CPU chart: the tables show that second, and who did it."""
    chart = page.locator('[data-panel="cpu"] .figure').bounding_box()
    page.mouse.click(chart["x"] + chart["width"] * 0.6, chart["y"] + chart["height"] / 2)
    page.wait_for_timeout(1500)


class Burner:
    """Bursts of work in this process, so that the pictures have something to show."""

    def __init__(self):
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._end.wait(6):
            for _ in range(60):
                sum(i * i for i in range(100_000))

    def end(self):
        self._end.set()
        self._thread.join()


if __name__ == "__main__":
    main()
