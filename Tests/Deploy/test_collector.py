"""The native collector as a program: killed hard, told to read its settings again, with a full disk."""

import json
import os
import re
import signal
import subprocess

import pytest
from conftest import ROOT
from facts import PATIENCE_S, await_fact

COLLECTOR = str(ROOT / ".build/debug/collector")


class Collector:
    """A running collector of host `h`; what it logs is kept."""

    def __init__(self, redis, folder, *options, before=()):
        self._log = folder / f"collector-{len(list(folder.glob('collector-*')))}.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [*before, COLLECTOR, "run", "--redis", redis.url, "--host", "h", *options],
                stderr=log, stdin=subprocess.DEVNULL)

    @property
    def log(self):
        return self._log.read_text()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def collector(redis, tmp_path):
    running = []

    def start(*options, **more):
        running.append(Collector(redis, tmp_path, *options, **more))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def spooled(folder):
    """The ids of all whole samples in the spool's files."""
    text = b"".join(path.read_bytes() for path in sorted(folder.rglob("*.spool")))
    return [match.decode() for match in re.findall(rb'\{"id":"([^"]+)".*?"flags":\[[^\]]*\]\}', text)]


def stored(redis, probe="top"):
    return [json.loads(line) for line in redis("ZRANGE", f"sa:{{h}}:{probe}", "0", "-1").splitlines()]


def assert_complete(samples):
    assert [sample["seq"] for sample in samples] == list(range(len(samples)))


def test_killed_hard_while_redis_is_away_it_loses_nothing_that_it_had_taken(redis, collector, tmp_path):
    spool = tmp_path / "spool"
    options = ["--interval", "200ms", "--probe", "top", "--spool", str(spool)]
    first = collector(*options)
    await_fact("samples on disk", lambda: len(spooled(spool)) >= 12)
    first.end(signal.SIGKILL)
    ids = spooled(spool)
    # Every sample it ever took but, at most, the one at hand.
    assert [int(identity.split(":")[-1]) for identity in ids] == list(range(len(ids)))
    redis.start()
    collector(*options)
    await_fact("all of them", lambda: set(ids) <= {sample["id"] for sample in stored(redis)})
    old = [sample for sample in stored(redis) if sample["id"] in ids]
    assert_complete(old)
    assert all("backfill" in sample["flags"] for sample in old)
    await_fact("an empty spool", lambda: not spooled(spool))


def test_sighup_reads_the_file_again_and_a_broken_one_changes_nothing(redis, collector, tmp_path):
    redis.start()
    settings = tmp_path / "collector.yml"
    settings.write_text("interval: 300ms\nprobe: [top]\n")
    running = collector("--config", str(settings))
    await_fact("a sample", lambda: stored(redis))
    settings.write_text("interval: 200ms\nprobe: [top, netstat]\n")
    running.process.send_signal(signal.SIGHUP)
    await_fact("the other probe", lambda: len(stored(redis, "netstat")) >= 2)
    assert stored(redis)[-1]["intervalMs"] == 200
    settings.write_text("interval: never\n")
    running.process.send_signal(signal.SIGHUP)
    await_fact("a word on it", lambda: "goes on with the old settings" in running.log)
    assert "interval: 'never'" in running.log
    before = len(stored(redis))
    await_fact("more samples", lambda: len(stored(redis)) >= before + 3)
    assert running.end() == 0
    assert_complete(stored(redis))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_on_a_full_disk_samples_wait_in_memory(redis, collector, tmp_path):
    spool = tmp_path / "spool"
    spool.mkdir()
    # In a mount namespace of its own: the disk goes with the process.
    small = ["unshare", "--mount", "sh", "-c", f'mount -t tmpfs -o size=64k,mode=700 none "{spool}" && exec "$@"', "sh"]
    running = collector("--interval", "200ms", "--probe", "top", "--spool", str(spool), before=small)
    await_fact("a word on it", lambda: "No space left on device" in running.log)
    taken = len(re.findall("the spool takes no samples", running.log))
    assert taken == 1
    redis.start()
    await_fact("what waited", lambda: "all samples that waited are sent" in running.log)
    assert running.end() == 0
    samples = stored(redis)
    assert len(samples) > 5
    assert_complete(samples)
