"""What the collector does when the system's clock is set: the real program under `libfaketime`, which sets the clock that
a program sees (CLOCK_REALTIME) and leaves the one that is never set; to set the host's own would set everybody's."""

import glob
import os
import time

import pytest
from collected import RunningCollector
from hosts import INTERVAL_MS, rows

HOUR = 3_600_000
CPUS = os.cpu_count()


class Clock:
    """The clock of a program: so many seconds beside the host's."""

    def __init__(self, folder):
        self.file = folder / "clock"
        self.set(0)

    def set(self, seconds):
        # In one step: the program reads it at any time.
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds:+d}")
        os.rename(new, self.file)

    def within(self):
        found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not found:
            pytest.skip("needs libfaketime: a clock that can be set")
        # The shell takes the library's own variables into the environment before the program looks at its arguments.
        return ["env", f"LD_PRELOAD={found[0]}", f"FAKETIME_TIMESTAMP_FILE={self.file}", "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1", "sh", "-c", 'exec "$@"', "sh"]


@pytest.fixture
def clocked(tmp_path):
    clock = Clock(tmp_path)
    running = RunningCollector("--interval", f"{INTERVAL_MS}ms", "--keep", "100", "--procs", "20",
                               within=clock.within())
    try:
        yield clock, running
    finally:
        running.end()


def is_told(running, step_ms):
    """Both probes say once by how much the clock was set, and nothing else of theirs moves."""
    for probe in ("top", "netstat"):
        running.first(probe, lambda sample: sample.get("clockStepMs") is not None)
        samples = running.samples(probe)
        told = [sample for sample in samples if "clock-step" in sample["flags"]]
        assert len(told) == 1
        # To the millisecond but for the time between two readings of the clocks.
        assert abs(told[0]["clockStepMs"] - step_ms) < 100
        assert [sample for sample in samples if "clockStepMs" in sample] == told
        for sample in samples:
            assert 0 < sample["dtMs"] < 60_000, "an interval is of the clock that is never set"
    for sample in running.samples("top"):
        assert sum(sample["cpu"].values()) == pytest.approx(100, abs=0.1)
        for row in rows(sample, "procs"):
            assert 0 <= (row["cpuPct"] or 0) <= 100 * CPUS


def test_a_clock_set_back_is_told_once_and_eats_no_history(clocked):
    clock, running = clocked
    key, now = running.keys["top"], int(time.time() * 1000)
    # As this host's clock had it all the time but for the last seconds.
    for number in range(50):
        member = f'{{"id":"numbers:top:0:{number}","flags":["first"]}}'
        running.redis.command("ZADD", key, now - HOUR - 60_000 + number, member)
    running.first("netstat", lambda sample: sample["seq"] >= 4)
    clock.set(-3600)
    step = time.time() * 1000 - HOUR
    is_told(running, -HOUR)
    running.first("top", lambda sample: sample.get("seq", 0) >= 12 and sample["t"] < step + HOUR / 2)
    held = [int(score) for score in running.redis.command("ZRANGE", key, 0, -1, "WITHSCORES")[1::2]]
    assert sum(score < step - 30_000 for score in held) == 50, "true samples are gone"
    assert not [score for score in held if score > step + HOUR / 2], "samples of the future stay"


def test_a_clock_set_forward_is_told_once_and_makes_no_rush(clocked):
    clock, running = clocked
    running.first("netstat", lambda sample: sample["seq"] >= 4)
    clock.set(7200)
    is_told(running, 2 * HOUR)
    running.first("top", lambda sample: sample["seq"] >= 12)
    numbers = [sample["seq"] for sample in running.samples("top")]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    times = [sample["t"] for sample in running.samples("top")]
    # None is made up for the hours that never were.
    assert len(times) < 60 and min(b - a for a, b in zip(times, times[1:])) > INTERVAL_MS / 2
