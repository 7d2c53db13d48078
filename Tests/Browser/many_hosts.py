"""A demo of many hosts that report each second, made from this machine's real samples: the page under a full load."""

import copy
import json
import math
import socket
import threading
import time

import pytest
from daemons import Demo
from facts import await_fact

ROWS = 12


class Crowd:
    """A demo of its own, whose further hosts are written until the end; `change(host, probe, sample, beat)` varies them."""

    def __init__(self):
        self.demo = Demo()
        self.url = self.demo.url
        self._samples = {probe: _slim(self.demo.newest(probe)) for probe in ("top", "netstat")}
        self._hosts = {}
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._beat = 0
        self._redis = socket.socket(socket.AF_UNIX)
        self._redis.connect(self.demo.redis_url.removeprefix("unix://").split("?")[0])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def host(self, name, change=lambda sample, probe, beat: sample):
        """One more host, or another way of the same one."""
        with self._lock:
            self._hosts[name] = change

    def silence(self, name):
        """Nothing more of it is written once this returns, so that its keys may be removed for good."""
        with self._lock:
            self._hosts.pop(name)

    def add(self, name, probe, sample):
        """One sample of any probe, written once."""
        now = int(time.time() * 1000)
        whole = {"id": f"{name}:{probe}:{now}", "host": name, "probe": probe, "t": now, "v": 1, "intervalMs": 1000, **sample}
        with self._lock:
            self._write([(f"sa:{{{name}}}:{probe}", whole)])

    def _run(self):
        due = time.monotonic()
        while not self._over.wait(max(0, due - time.monotonic())):
            due += 1
            self._beat += 1
            # One hold for the list and its writing: a host that is silenced in between would come back.
            with self._lock:
                now = int(time.time() * 1000)
                self._write([(f"sa:{{{name}}}:{probe}", self._sample(name, probe, change, now))
                             for name, change in self._hosts.items() for probe in self._samples])

    def _sample(self, name, probe, change, now):
        made = {**copy.deepcopy(self._samples[probe]), "host": name, "t": now, "seq": self._beat,
                "id": f"{name}:{probe}:{self._beat}", "flags": [], "boot": None}
        return _told(change(made, probe, self._beat))

    def _write(self, pairs):
        commands = b"".join(_command("ZADD", key, str(sample["t"]), json.dumps(sample)) for key, sample in pairs)
        self._redis.sendall(commands)
        answers, wanted = b"", len(pairs)
        while answers.count(b"\r\n") < wanted:
            answers += self._redis.recv(65536)

    def end(self):
        self._over.set()
        self._thread.join()
        self._redis.close()
        return self.demo.end()


def _command(*parts):
    words = [part.encode() for part in parts]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def _told(sample):
    """With the process that its own table says is the busiest."""
    if isinstance(procs := sample.get("procs"), dict) and isinstance(procs.get("rows"), list) and procs["rows"]:
        pid, comm, used = (procs["cols"].index(name) for name in ("pid", "comm", "cpuPct"))
        row = max(procs["rows"], key=lambda one: one[used] or 0)
        sample["busiest"] = {"pid": row[pid], "comm": row[comm], "cpuPct": row[used]}
    return sample


def _slim(sample):
    for table in ("procs", "conns", "listen", "peers"):
        if isinstance(sample.get(table), dict):
            sample[table]["rows"] = sample[table]["rows"][:ROWS]
    return sample


def lively(place):
    """A host whose figures change their length, its table its rows, its devices their number, from beat to beat and host to host."""
    def change(sample, probe, beat):
        wave = (1 + math.sin(beat + place)) / 2
        if probe == "top":
            sample["cpu"] = {**sample["cpu"], "idle": 100 - 99 * wave, "iowait": 0, "user": 60 * wave, "system": 39 * wave}
            sample["cpus"] = [sample["cpus"][0]] * (1 + (place * 7) % 130)
            sample["load"] = [120 * wave, 12 * wave, 1.2]
            sample["tasks"] = {"total": int(10 ** (2 + 4 * wave)), "running": int(10 ** (3 * wave)), "threads": int(10 ** (2 + 4 * wave)), "zombie": 0}
            sample["disks"] = {"cols": ["name", "rdBps", "wrBps", "utilPct"],
                               "rows": [[f"nvme{i}n1", 10 ** (9 * wave), 10 ** (6 * wave), 100 * wave] for i in range(place % 9)]}
            sample["procs"]["rows"] = sample["procs"]["rows"][:6 + (beat + place) % (ROWS - 5)]
        else:
            sample["ifs"] = {"cols": ["name", "rxBps", "txBps", "up"],
                             "rows": [["lo", 10, 10, True]] + [[f"eth{i}", 10 ** (9 * wave), 10 ** (7 * wave), True] for i in range(place % 8)]}
            sample["tcp"] = {state: int(10 ** (6 * wave)) for state in sample["tcp"]}
            sample["connsTotal"] = int(10 ** (6 * wave))
        return sample
    return change


@pytest.fixture(scope="module")
def crowd():
    running = Crowd()
    for place in range(40):
        running.host(f"web-{place:02}.example", lively(place))
    # Until then one host would open by itself.
    await_fact("forty hosts", lambda: len(running.demo.redis("KEYS", "sa:{web-*}:netstat").splitlines()) >= 40)
    yield running
    assert running.end() == 0
