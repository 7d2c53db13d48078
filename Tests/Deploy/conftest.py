"""A real redis-server for each test that wants one, on a unix socket in a folder of its own."""

import pathlib
import subprocess
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 40


def await_fact(what, fact, patience=PATIENCE_S):
    """Asks until `fact()` is true; returns what it gave."""
    never = threading.Event()
    for _ in range(patience * 20):
        if found := fact():
            return found
        never.wait(0.05)
    raise AssertionError(f"not within {patience} s: {what}")


class Redis:
    """A redis-server that may be started late."""

    def __init__(self, folder, *options):
        self.socket = folder / "redis.sock"
        self._options = options
        self._folder = folder
        self._process = None
        self.password = None

    @property
    def url(self):
        return f"unix://{self.socket}"

    def start(self):
        self._process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self._folder),
             *self._options], stdout=subprocess.DEVNULL)
        await_fact("redis-server answers", lambda: self("PING") in ("PONG", "NOAUTH Authentication required."))

    def __call__(self, *words):
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        if self.password:
            environment["REDISCLI_AUTH"] = self.password
        done = subprocess.run(
            ["redis-cli", "-s", str(self.socket), *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=20, env=environment, check=False)
        return done.stdout.decode().strip()

    def end(self):
        if self._process:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path)
    yield server
    server.end()
