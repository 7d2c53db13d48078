"""A collector that runs beside known loads, and what it wrote."""

import os
import subprocess

from facts import await_fact
from private_redis import PrivateRedis

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("NUMBERS_PROGRAM", f"{ROOT}/.build/debug/collector")
HOST = "numbers"
# For a machine that is busy with other things; what it does in time is asserted by the samples' own times.
PATIENCE_S = 180


class Table:
    """The rows of a columnar table by name of the column."""

    def __init__(self, table):
        self.rows = [dict(zip(table["cols"], row)) for row in table["rows"]]

    def one(self, **wanted):
        found = [row for row in self.rows if all(row[name] == value for name, value in wanted.items())]
        assert len(found) == 1, f"{len(found)} rows with {wanted}"
        return found[0]


class RunningCollector:
    """`within`: the words before the program, as `ip netns exec NAME`, that it is started by."""

    def __init__(self, *options, within=()):
        self.redis, self.is_wrapped = PrivateRedis(), bool(within)
        self.keys = {probe: f"sa:{{{HOST}}}:{probe}" for probe in ("top", "netstat")}
        self.process = subprocess.Popen(
            [*within, PROGRAM, "run", "--redis", self.redis.url, "--host", HOST, *options], stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def samples(self, probe):
        """Those with rates."""
        return [sample for sample in self.redis.samples(self.keys[probe]) if "first" not in sample["flags"]]

    def wait_for(self, count, since=0):
        """Returns when both probes have written `count` samples since the time `since`."""
        def enough():
            assert self.process.poll() is None, "the collector has ended"
            found = [[s for s in self.samples(probe) if s["t"] > since * 1000] for probe in ("top", "netstat")]
            return found if all(len(samples) >= count for samples in found) else None

        return await_fact(f"{count} samples of each probe", enough, PATIENCE_S)

    def first(self, probe, is_it):
        """The first sample that is so, of those with rates; waits for it."""
        def found():
            assert self.process.poll() is None, "the collector has ended"
            return next((sample for sample in self.samples(probe) if is_it(sample)), None)

        return await_fact(f"a sample of {probe} that is so", found, PATIENCE_S)

    def end(self):
        # `unshare --fork` waits for its child whatever it is told, and takes it along when it is killed.
        if self.is_wrapped:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(20)
        self.redis.end()


def total(samples, rate):
    """What a rate a second comes to from the first sample's reading to the last's."""
    return sum(rate(sample) * sample["dtMs"] / 1000 for sample in samples[1:])


def is_within(recorder, probe, samples, rate, counter, error=0.0):
    """Fails unless the sum of a rate is what the kernel's counter can have grown by between the same readings.

    `error`: what the total may be off by besides, in the counter's unit, as it is rounded to ticks or digits.
    """
    ours, (least, most) = total(samples, rate), recorder.growth(probe, samples, counter)
    assert least - error <= ours <= most + error, f"{ours} is not between {least} and {most}, each ± {error}"
