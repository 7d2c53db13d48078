"""A collector that did not run for a while, as on a host that was frozen: what came meanwhile is of that whole while."""

import os
import signal
import threading

from hosts import INTERVAL_MS, collector, row_of, rows, script

CPUS = os.cpu_count()
PAUSE_S = 6
BUSY = "ready(pid=os.getpid())\nwhile not is_ended(): spin(0.05)"


def test_rates_after_a_pause_are_of_the_time_that_passed():
    with collector() as running, script(BUSY) as busy:
        before = running.first("top", lambda sample: row_of(sample, busy.facts["pid"]))
        os.kill(running.process.pid, signal.SIGSTOP)
        try:
            # A time, and no fact: how long the collector does not run.
            threading.Event().wait(PAUSE_S)
        finally:
            os.kill(running.process.pid, signal.SIGCONT)
        for probe in ("top", "netstat"):
            # One sample is of the pause and says so, perhaps one that had begun before it.
            late = running.first(probe, lambda sample: sample["dtMs"] >= PAUSE_S * 1000 - INTERVAL_MS)
            # None is made up for what it missed, and the clock was not set.
            assert "clock-step" not in late["flags"], late["flags"]
            after = running.first(probe, lambda sample: sample["seq"] == late["seq"] + 3)
            assert after["t"] - late["t"] >= 2 * INTERVAL_MS
            samples = running.samples(probe)
            numbers = [sample["seq"] for sample in samples]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        for sample in running.samples("top"):
            if sample["seq"] < before["seq"]:
                continue
            assert abs(sum(sample["cpu"].values()) - 100) < 0.1, sample["cpu"]
            # Ticks of 10 ms are counted by the kernel at their end: one more than the time that passed.
            most = 100 * CPUS * (1 + 20 / sample["dtMs"])
            for process in rows(sample, "procs"):
                assert 0 <= (process["cpuPct"] or 0) <= most, process
            others = sample["others"]
            for name in ("exitedCpuPct", "unattributedCpuPct"):
                assert 0 <= (others.get(name) or 0) <= most, others
