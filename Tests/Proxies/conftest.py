"""One demo, one browser and one certificate for all tests; daemons and proxies of a test end with it."""

import json
import os
import pathlib
import shutil
import sys
import time

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / name) for name in ("Browser", "Clients", "Shared")]
from daemons import Daemon, Demo  # noqa: E402
from listener import Listener  # noqa: E402
from proxies import free_port, haproxy, haproxy_example, make_certificate, nginx, nginx_example  # noqa: E402
from turns import alone, turn  # noqa: E402, F401 (fixtures)

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def demo():
    running = Demo()
    yield running
    assert running.end() == 0, running.tail()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    running = playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
    yield running
    running.close()


@pytest.fixture
def ended():
    """Takes what has an `end`; the last taken ends first."""
    running = []
    yield lambda one: running.append(one) or one
    for one in reversed(running):
        one.end()
        # Shown where the test has failed.
        print(type(one).__name__, one.said())


@pytest.fixture
def serve(demo, ended):
    """Starts a daemon on the demo's Redis; it has `port` besides."""
    def started(*arguments, port=0):
        daemon = ended(Daemon(
            "serve", "--port", str(port), "--redis", demo.redis_url, "--web", str(ROOT / "web"), "--log-level", "debug",
            *arguments))
        daemon.port = int(daemon.url.rsplit(":", 1)[1])
        return daemon

    return started


@pytest.fixture
def front(ended, tmp_path, certificate):
    """Starts a proxy: `front("nginx", port…)` with the example of deploy/ before daemons, or with a text of the test's own."""
    count = iter(range(9))

    def started(kind, *daemons, text=None):
        folder = tmp_path / f"{kind}{next(count)}"
        folder.mkdir()
        port = free_port()
        if text is not None:
            running = {"nginx": nginx, "haproxy": haproxy}[kind](folder, port, text.replace("@PORT@", str(port)))
        else:
            running = {"nginx": nginx_example, "haproxy": haproxy_example}[kind](folder, port, certificate, *daemons)
        return ended(running)

    return started


@pytest.fixture
def open_page(browser):
    contexts = []

    def opener(url, init="", **options):
        """`init`: a script that runs before those of the page."""
        context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800}, **options)
        context.add_init_script(init)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield opener
    for context in contexts:
        context.close()


@pytest.fixture
def listen(ended, certificate):
    return lambda url, path="socket.io", transports=("websocket",), authority=certificate, **options: ended(
        Listener(url, path, list(transports), authority, **options))


@pytest.fixture
def write(demo):
    """Writes samples of a host of the test's own; gives their ids."""
    keys = []

    def written(host, count):
        key = f"sa:{{{host}}}:note"
        keys.append(key)
        start = int(time.time() * 1000) - count
        ids = [f"{host}:note:{start + n}" for n in range(count)]
        for n, name in enumerate(ids):
            demo.redis("ZADD", key, start + n, json.dumps({"id": name, "host": host, "probe": "note", "t": start + n, "v": 1}))
        return ids

    yield written
    for key in keys:
        demo.redis("DEL", key)
