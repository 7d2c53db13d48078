"""Many hosts on a Redis of their own, which write a sample each second until they are told to be silent."""

import json
import socket
import subprocess
import threading
import time

import pytest

START_TIMEOUT_S = 20


def cpu_of(number):
    """What the one process of each host uses in the sample of that number, in percent."""
    return 5 + 10 * (number % 7)


def sent_of(number):
    """What the one connection of each host sends in the sample of that number, in KiB per second."""
    return 1 + number % 5


class Crowd:
    """A `redis-server` and hosts `host-0`, `host-1`, …; `silent` names those that do not write."""

    def __init__(self, folder, count, sockets=False):
        self.sockets = sockets
        self.path = str(folder / "crowd.sock")
        self.url = f"unix://{self.path}"
        self.names = [f"host-{number}" for number in range(count)]
        self.silent = set()
        # When each sample was taken, by its number, which is also how many tasks it tells of.
        self.times = {}
        self.server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--dir", str(folder)],
            stdout=subprocess.DEVNULL)
        self._connection = self._connect()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def _connect(self):
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(self.path)
                return connection
            except OSError:
                connection.close()
                if time.monotonic() > deadline:
                    raise
                threading.Event().wait(0.05)

    def _write(self):
        number = 0
        replies = self._connection.makefile("rb")
        while not self._over.wait(1):
            number += 1
            now = int(time.time() * 1000)
            self.times[number] = now
            for name in [name for name in self.names if name not in self.silent]:
                envelope = {"host": name, "t": now, "v": 1, "intervalMs": 1000, "flags": []}
                sample = {
                    **envelope, "id": f"{name}:top:1:{number}", "probe": "top", "cpu": {"idle": 90, "user": 10}, "load": [1, 1, 1], "cpus": [[10, 0, 0, 90]],
                    "uptimeS": 1000 + number, "tasks": {"total": number}, "others": {"count": 0, "cpuPct": 0, "exitedCpuPct": 0, "unattributedCpuPct": 3},
                    "procs": {"cols": ["pid", "start", "cpuPct", "rssKiB", "comm"], "rows": [[7, 1, cpu_of(number), 1024, "worker"]]}}
                self._add(f"sa:{{{name}}}:top", sample, replies)
                if self.sockets:
                    self._add(f"sa:{{{name}}}:netstat", {
                        **envelope, "id": f"{name}:netstat:1:{number}", "probe": "netstat", "connsTotal": 1,
                        "conns": {"cols": ["proto", "state", "laddr", "lport", "raddr", "rport", "inode", "txBps"],
                                  "rows": [["tcp", "established", "10.0.0.1", 80, "10.0.0.2", 99, 5, 1024 * sent_of(number)]]}}, replies)

    def _add(self, key, sample, replies):
        words = [word.encode() for word in ("ZADD", key, str(sample["t"]), json.dumps(sample))]
        self._connection.sendall(
            b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        assert replies.readline().startswith(b":")

    def end(self):
        self._over.set()
        self._thread.join()
        self._connection.close()
        self.server.kill()
        self.server.wait()


@pytest.fixture
def crowd(tmp_path):
    running = Crowd(tmp_path, 12)
    yield running
    running.end()


@pytest.fixture
def lone(tmp_path):
    """A crowd of one host, which has a connection too."""
    running = Crowd(tmp_path, 1, sockets=True)
    yield running
    running.end()
