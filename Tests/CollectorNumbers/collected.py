"""A collector that runs beside known loads, and what it wrote."""

import itertools
import os
import statistics
import subprocess
import time

from private_redis import PrivateRedis

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("NUMBERS_PROGRAM", f"{ROOT}/.build/debug/collector")
HOST = "numbers"


class Table:
    """The rows of a columnar table by name of the column."""

    def __init__(self, table):
        self.rows = [dict(zip(table["cols"], row)) for row in table["rows"]]

    def one(self, **wanted):
        found = [row for row in self.rows if all(row[name] == value for name, value in wanted.items())]
        assert len(found) == 1, f"{len(found)} rows with {wanted}"
        return found[0]


class RunningCollector:
    def __init__(self, *options):
        self.redis = PrivateRedis()
        self.process = subprocess.Popen(
            [PROGRAM, "run", "--redis", self.redis.url, "--host", HOST, *options], stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def samples(self, probe):
        """Those with rates."""
        return [sample for sample in self.redis.samples(f"sa:{{{HOST}}}:{probe}") if "first" not in sample["flags"]]

    def wait_for(self, count, since=0):
        """Returns when both probes have written `count` samples since the time `since`."""
        deadline = time.monotonic() + 60
        while True:
            found = [[s for s in self.samples(probe) if s["t"] > since * 1000] for probe in ("top", "netstat")]
            if all(len(samples) >= count for samples in found):
                return found
            assert self.process.poll() is None and time.monotonic() < deadline, "the collector writes no samples"
            time.sleep(0.1)

    def end(self):
        self.process.terminate()
        self.process.wait(20)
        self.redis.end()


def mean(samples, value):
    """A rate over all samples, each weighted with its real interval."""
    return sum(value(sample) * sample["dtMs"] for sample in samples) / sum(sample["dtMs"] for sample in samples)


def window(samples):
    """From the reading before the first sample to that of the last, in seconds of the epoch."""
    return (samples[0]["t"] - samples[0]["dtMs"]) / 1000, samples[-1]["t"] / 1000


def difference(recorder, samples, ours, kernels, clock="t"):
    """Ours less the kernel's, per second of the same time, and the kernel's.

    Of windows with different ends the median: no sample that was taken late on a busy machine decides.
    """
    found = []
    for start, end in itertools.product(range(3), range(len(samples) - 2, len(samples) + 1)):
        part = samples[start:end]
        rate = recorder.per_second(*window(part), kernels, clock)
        found.append((mean(part, ours) - rate, rate))
    return statistics.median(difference for difference, _ in found), statistics.median(rate for _, rate in found)
