"""Hosts of the fleet simulator on a Redis of their own, with a past, and what the server sends to a page about them."""

import subprocess
import sys
import threading
import time

import pytest
from daemons import ROOT
from facts import await_fact

sys.path.insert(0, str(ROOT / "Tests/Fleet"))
from feed import Feed, Pipe, command  # noqa: E402
from hosts import PROBES, Host  # noqa: E402

# Half of what cards show, sampled each two seconds: a window of the default size holds it.
PAST_S, INTERVAL_MS = 300, 2000
NAMES = [f"web-{number:03}" for number in range(1, 11)]
DEAD = "web-dead"


class Simulated:
    """A Redis with the last five minutes of ten hosts, and of one that died five minutes ago; `live()` lets the ten go on."""

    def __init__(self, folder):
        self.path = str(folder / "fleet.sock")
        self.url = f"unix://{self.path}"
        self.server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--dir", str(folder)], stdout=subprocess.DEVNULL)
        await_fact("a socket of Redis", (folder / "fleet.sock").exists)
        self.feed = None
        now = int(time.time() * 1000)
        self.died = now - PAST_S * 1000
        pipe = Pipe(self.path)
        for name in NAMES:
            self._write(pipe, name, self.died, now)
        self._write(pipe, DEAD, self.died - 60_000, self.died)
        pipe.close()

    def _write(self, pipe, name, begin, end):
        host = Host(name, 1, begin, INTERVAL_MS)
        moments = range(begin, end, INTERVAL_MS)
        commands = [command("ZADD", f"sa:{{{name}}}:{probe}", *host.sample(probe, at)) for at in moments for probe in PROBES]
        pipe.send(commands, len(commands))

    def live(self):
        self.feed = Feed(self.path, NAMES, keep=600).start()

    def end(self):
        if self.feed:
            self.feed.end()
        self.server.kill()
        self.server.wait()


@pytest.fixture
def simulated(tmp_path):
    running = Simulated(tmp_path)
    yield running
    running.end()


class Frames:
    """What a page's WebSocket brings, counted by the browser; set up before the page goes where it shall."""

    def __init__(self, page):
        self.frames = []
        self._lock = threading.Lock()
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.webSocketFrameReceived", lambda event: self.frames.append((event["timestamp"], event["response"]["payloadData"])))

    def over(self, page, seconds):
        """The frames of the next so many seconds, by the browser's own clock."""
        first = len(self.frames)
        until_frames = lambda: len(self.frames) > first and self.frames[-1][0] - self.frames[first][0] >= seconds  # noqa: E731
        deadline = time.monotonic() + 40
        while not until_frames():
            assert time.monotonic() < deadline, "no frames come"
            page.wait_for_timeout(100)
        return [text for _, text in self.frames[first:]]


@pytest.fixture
def frames():
    return Frames
