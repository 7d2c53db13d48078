"""A real redis-server for each test that wants one, on a unix socket in a folder of its own."""

import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Shared"))
from facts import await_fact  # noqa: E402


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
