"""What honest clients, and the daemon's memory and CPU, saw of an attack: before, during and after it."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from support import PATIENCE_S

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
# A tick for each turn from the write to the arrival: Redis, the daemon, and both again.
GRAIN_S = 4 * TICK_S
# How often the figure of a phase is taken; the median of them counts, since any one may be the machine's own affair.
MOMENTS = 5
MOMENT_S = 1


def memory_kib(pid, name):
    """VmRSS or, for the most since `forget_peak`, VmHWM."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise AssertionError(f"process {pid} has ended")


def forget_peak(pid):
    """Lets VmHWM begin again from what is resident now (proc(5), clear_refs)."""
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_s(pid):
    """User and system time that a process has taken."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) * TICK_S


class Beside:
    """Honest clients beside an attack. `phase` measures; `check` prints the table and holds it against the bars."""

    def __init__(self, target, address="10.77.0.1"):
        self.target = target
        self.phases = {}
        self.witness = subprocess.Popen(
            [sys.executable, str(pathlib.Path(__file__).parent / "witness.py"), target.url, target.redis.path,
             "honest", address, str(target.pid), str(target.redis.process.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.witness.stdout.readline() == "ready\n", "the honest clients could not connect"
        forget_peak(target.pid)

    def phase(self, name, moments=MOMENTS):
        """Measures for some seconds, while whatever goes on goes on."""
        p99s = {"websocket": [], "polling": [], "redis": []}
        shares = []
        for _ in range(moments):
            cpu, began = cpu_s(self.target.pid), time.monotonic()
            self.witness.stdin.write(f"{MOMENT_S}\n")
            self.witness.stdin.flush()
            delays = json.loads(self.witness.stdout.readline())
            shares.append((cpu_s(self.target.pid) - cpu) / (time.monotonic() - began))
            for way, seen in p99s.items():
                seen.append(sorted(delays[way])[int(len(delays[way]) * 0.99) - 1])
        figures = {way: statistics.median(seen) for way, seen in p99s.items()}
        figures.update(
            disconnects=delays["disconnects"], rss=memory_kib(self.target.pid, "VmRSS"),
            peak=memory_kib(self.target.pid, "VmHWM"), cpu=statistics.median(shares))
        self.phases[name] = figures
        return figures

    @property
    def grown_kib(self):
        """How far the memory has gone beyond what it was before, at its peak until now."""
        return memory_kib(self.target.pid, "VmHWM") - self.phases["before"]["rss"]

    def check(self, title, ceiling_s=0):
        """Honest clients stay connected, and their delays within twice of quiet, or `ceiling_s` during the attack.

        Allowed besides: the grain of the scheduler, and for both rounds through Redis what a round through Redis alone
        took longer than before (an attack on Redis itself).
        """
        print(f"\n{title}:\n  phase   p99 ms WebSocket  polling  Redis alone   RSS KiB  peak KiB   CPU")
        for name, seen in self.phases.items():
            print(f"  {name:8}{seen['websocket'] * 1000:17.1f}{seen['polling'] * 1000:9.1f}{seen['redis'] * 1000:13.1f}"
                  f"{seen['rss']:10}{seen['peak']:10}{seen['cpu'] * 100:5.0f}%")
        before = self.phases["before"]
        for name, seen in self.phases.items():
            assert seen["disconnects"] == 0, f"{title}: an honest client was disconnected"
            noise = max(0, seen["redis"] - before["redis"])
            for way in ("websocket", "polling"):
                allowed = max(2 * before[way] + GRAIN_S + 2 * noise, ceiling_s if name == "during" else 0)
                assert seen[way] <= allowed, (
                    f"{title}: p99 by {way} {name} {seen[way] * 1000:.1f} ms, allowed {allowed * 1000:.1f} ms")

    def __enter__(self):
        # The first moment is of whatever starts up.
        self.phase("before", 1)
        self.phase("before")
        return self

    def __exit__(self, *_):
        self.witness.stdin.close()
        try:
            self.witness.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.witness.kill()
            self.witness.wait()
