"""One run of the collector beside all loads, for all tests; a second part of it beside short-lived processes."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import types

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "CollectorBenchmark"))

import kernel  # noqa: E402
import loads  # noqa: E402
from collected import ROOT, RunningCollector  # noqa: E402

SAMPLES = 9
UNKNOWN_PORTS = 100


class TopTool:
    """`top -b` beside the collector: the share of one process, and the times between which top saw it."""

    def __init__(self, pid):
        self.pid = pid
        self.process = subprocess.Popen(
            ["top", "-b", "-d1", "-n", str(SAMPLES), "-p", str(pid)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True, env={**os.environ, "LC_ALL": "C"})

    def read(self):
        """Returns (first time, last time, mean share, RES in KiB); blocks until top ends."""
        times, shares, resident = [], [], 0
        for line in self.process.stdout:
            if line.startswith("top - "):
                times.append(time.time())
            fields = line.split()
            if fields and fields[0] == str(self.pid):
                shares.append(float(fields[8]))
                resident = fields[5]
        self.process.wait(20)
        return times[0], times[-1], sum(shares[1:]) / len(shares[1:]), resident


def send_to_nobody():
    """Datagrams to a port that nobody has: each is counted by the kernel."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(UNKNOWN_PORTS):
            sender.sendto(b"?", ("127.0.0.1", port))


@pytest.fixture(scope="session")
def run():
    seen = types.SimpleNamespace()
    folder = tempfile.mkdtemp(prefix="numbers-", dir=f"{ROOT}/.build")
    started, ending = {}, []
    try:
        for kind in ("busy", "hog", "disk", "tcp", "idle", "ended"):
            process, facts = loads.start(kind, *([folder] if kind == "disk" else []))
            started[kind] = process
            setattr(seen, kind, types.SimpleNamespace(pid=process.pid, **facts))
        seen.recorder = kernel.Recorder(seen.busy.pid, seen.disk.pid)
        ending.append(seen.recorder.end)
        collector = RunningCollector("--pin", r"loads\.py")
        ending.append(collector.end)
        collector.wait_for(1)
        began = time.time()
        top = TopTool(seen.busy.pid)
        seen.ss_before = {end: kernel.connection(getattr(seen.tcp, end)) for end in ("sender", "receiver")}
        seen.netstat_before = kernel.netstat_counters()
        send_to_nobody()
        seen.top_tool = top.read()
        seen.ss_after = {end: kernel.connection(getattr(seen.tcp, end)) for end in ("sender", "receiver")}
        seen.netstat_after = kernel.netstat_counters()
        seen.top, seen.netstat = collector.wait_for(SAMPLES, since=began)
        seen.netstat_all = collector.wait_for(1, since=time.time())[1] and collector.samples("netstat")

        started["forks"], _ = loads.start("forks")
        began = time.time()
        collector.wait_for(1, since=began)
        seen.forks = types.SimpleNamespace(pid=started["forks"].pid)
        seen.top_with_forks = collector.wait_for(SAMPLES, since=began)[0][1:]
        loads.stop(started.pop("forks"))
        seen.recorder.reach(max(sample["t"] for probe in ("top", "netstat") for sample in collector.samples(probe)) / 1000)
        seen.collector = collector
        yield seen
    finally:
        for end in ending:
            end()
        for process in started.values():
            loads.stop(process)
        shutil.rmtree(folder, ignore_errors=True)
