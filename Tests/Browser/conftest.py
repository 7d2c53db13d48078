"""One demo and one browser for all tests of a process; a fresh page for each test, whose console must stay clean.

Several processes may share the tests (`-n 3 --dist worksteal`): each has its own demo and browser.
"""

import os
import pathlib
import shutil
import sys

import pytest
from daemons import ROOT, Daemon, Demo
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(ROOT / "Tests/Shared"))
from turns import alone, turn  # noqa: E402, F401 (fixtures)

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
SCREENSHOTS = pathlib.Path(os.environ.get("SCREENSHOT_DIR", ROOT / ".build/screenshots"))

# A machine of two cores that compiles beside the test needs patience; a fact that comes early is seen early.
expect.set_options(timeout=15_000)

# Runs in every page before its own scripts: what the policy blocked is an error of ours.
WATCH_POLICY = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture(scope="session")
def demo():
    running = Demo()
    yield running
    status = running.end()
    assert status == 0, f"the demo ended with status {status}\n{running.tail()}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Shows with a test that failed what its demo said last."""
    report = yield
    if report.failed and (demo := getattr(item, "funcargs", {}).get("demo")):
        report.sections.append(("the demo said", demo.tail()))
    return report


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        # Root, as in a container, has no sandbox to offer Chromium.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


@pytest.fixture
def start():
    """Starts further daemons, ended after the test."""
    running = []

    def started(*arguments):
        running.append(Daemon(*arguments))
        return running[-1]

    yield started
    for daemon in running:
        daemon.end()


@pytest.fixture
def open_page(browser, start):
    """Opens pages, closed before the daemons that a test started end; afterwards none may have logged an error, thrown, or broken the content policy."""
    opened, errors = [], []

    def opener(url, allow=(), without=None, **options):
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        forgiven = lambda text: any(word in text for word in allow)  # noqa: E731
        page.on("console", lambda said: said.type == "error" and not forgiven(said.text) and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        if without:
            page.route(without, lambda route: route.abort())
        response = page.goto(url)
        policy = response.headers.get("content-security-policy", "")
        assert "default-src 'self'" in policy and "unsafe" not in policy, f"Content-Security-Policy: {policy!r}"
        opened.append(page)
        return page

    yield opener
    violations = [found for page in opened for found in page.evaluate("window.violations")]
    for page in opened:
        page.context.close()
    assert errors == []
    assert violations == []


@pytest.fixture
def fleet(open_page, demo):
    """All hosts of the demo as cards, live; a single host would open by itself."""
    page = open_page(f"{demo.url}/#last={demo.host}")
    expect(page.locator(".connection")).to_have_text("Live")
    expect(page.locator(f'[data-host="{demo.host}"]')).to_be_visible()
    return page


@pytest.fixture
def cleanup(demo):
    """Deletes the keys that a test adds."""
    keys = []
    yield keys.append
    for key in keys:
        demo.redis("DEL", key)


@pytest.fixture
def dashboard(open_page, demo):
    """This machine's page of the demo's dashboard, live."""
    page = open_page(f"{demo.url}/#host={demo.host}")
    expect(page.locator(".connection")).to_have_text("Live")
    page.host = demo.host
    expect(page.locator(".who h2")).to_have_text(page.host)
    return page
