"""Starts and ends the program under test, and speaks to its Redis with redis-cli."""

import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SA_TEST_BINARY", str(ROOT / ".build/debug/streamassembler"))
START_TIMEOUT_S = 60
END_TIMEOUT_S = 10


def own_environment():
    """The environment without settings of the program: the tests' own variable is unknown to it, a user's in the way."""
    settings = ("STREAMASSEMBLER_", "COLLECTOR_")
    return {name: value for name, value in os.environ.items() if not name.startswith(settings)}


class Daemon:
    """A running `streamassembler`, from its first line with a URL to its end by process id."""

    URL = re.compile(r"(https?://127\.0\.0\.1:\d+)")

    def __init__(self, *arguments, facts=(), within=()):
        """Returns when the URL and every fact (`name: value` line) was printed.

        `within`: the words before the program, as `prlimit --nofile=64`, that it is started by.
        """
        wanted = {"url": self.URL, **{name: re.compile(rf"^{name}: (?:pid )?(\S+)") for name in facts}}
        self.facts = {}
        self.output = []
        self._complete = threading.Event()
        self._wanted = wanted
        self.process = subprocess.Popen(
            [*within, BINARY, *arguments], cwd=ROOT, env=own_environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._complete.wait(START_TIMEOUT_S)
        if missing := wanted.keys() - self.facts.keys():
            self.end()
            raise RuntimeError(
                f"{BINARY} {' '.join(arguments)} did not print: {', '.join(sorted(missing))}\n{self.tail()}")

    def _read(self):
        for line in self.process.stdout:
            self.output.append(line)
            for name, shape in self._wanted.items():
                if name not in self.facts and (match := shape.search(line)):
                    self.facts[name] = match[1]
            if self.facts.keys() == self._wanted.keys():
                self._complete.set()
        self._complete.set()

    @property
    def url(self):
        return self.facts["url"]

    def tail(self):
        return "".join(self.output[-30:])

    def said(self):
        return "".join(self.output)[-10_000:]

    def end(self):
        """Ends it as a service manager would; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(END_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()


class Demo(Daemon):
    """`streamassembler demo` with its private Redis and its collector."""

    def __init__(self):
        super().__init__("demo", "--port", "0", "--web", str(ROOT / "web"), facts=("redis", "collector"))
        self.redis_url = self.facts["redis"]
        self.collector_pid = int(self.facts["collector"])

    def redis(self, *arguments):
        """Runs one command with redis-cli; the reply as text."""
        socket = self.redis_url.removeprefix("unix://").split("?")[0]
        done = subprocess.run(
            ["redis-cli", "--raw", "-s", socket, *map(str, arguments)], capture_output=True, text=True, timeout=10)
        reply = done.stdout.rstrip("\n")
        if done.returncode or re.match(r"(ERR|WRONGTYPE|NOAUTH|Could not connect)", reply):
            raise RuntimeError(f"redis-cli {arguments[0]}: {reply}{done.stderr}")
        return reply

    def add(self, key, sample):
        """Adds one sample as a collector does; `sample` is an object with its time in `t`."""
        return self.redis("ZADD", key, sample["t"], json.dumps(sample, separators=(",", ":")))

    def newest(self, probe):
        """This machine's newest sample of a probe, as the real collector wrote it."""
        deadline = time.monotonic() + START_TIMEOUT_S
        key = f"sa:{{{self.host}}}:{probe}"
        # A collector's first sample has no rates yet.
        while "first" in (sample := json.loads(self.redis("ZREVRANGE", key, 0, 0) or '{"flags": ["first"]}'))["flags"]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the collector wrote one {probe} sample only\n{self.tail()}")
            threading.Event().wait(0.05)
        return sample

    @property
    def host(self):
        """This machine's name, as soon as its collector has written."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (keys := self.redis("KEYS", "sa:{*}:top").splitlines()) and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        # Tests add hosts of their own, by names of their own.
        mine = [key for key in keys if json.loads(self.redis("ZREVRANGE", key, 0, 0)).get("boot")]
        if not mine:
            raise RuntimeError(f"the collector wrote no top sample\n{self.tail()}")
        return json.loads(self.redis("ZREVRANGE", mine[0], 0, 0))["host"]

    def pause_collector(self):
        os.kill(self.collector_pid, signal.SIGSTOP)

    def resume_collector(self):
        os.kill(self.collector_pid, signal.SIGCONT)

    def end(self):
        if "collector" in self.facts and self.process.poll() is None:
            # A stopped collector could not obey the signal that ends it.
            os.kill(int(self.facts["collector"]), signal.SIGCONT)
        return super().end()
