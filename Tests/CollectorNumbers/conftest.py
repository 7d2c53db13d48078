"""One run of the collector beside all loads, for all tests; a second part of it beside short-lived processes."""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import types

import pytest

for folder in ("CollectorBenchmark", "Shared"):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", folder))

import kernel  # noqa: E402
import loads  # noqa: E402
from collected import ROOT, RunningCollector  # noqa: E402

SAMPLES = 9
UNKNOWN_PORTS = 100


def isolated():
    """Moves this process and its children to come into a network namespace of their own, where the kernel lets it, so
    that nobody else's connections are counted; says whether it did."""
    clone_newnet = 0x40000000
    if ctypes.CDLL(None, use_errno=True).unshare(clone_newnet) != 0:
        return False
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return True


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
        seen.is_isolated = isolated()
        for kind in ("busy", "hog", "disk", "tcp", "idle", "ended"):
            process, facts = loads.start(kind, *([folder] if kind == "disk" else []))
            started[kind] = process
            setattr(seen, kind, types.SimpleNamespace(pid=process.pid, **facts))
        collector = RunningCollector("--pin", r"loads\.py")
        ending.append(collector.end)
        seen.recorder = kernel.Recorder(seen, collector.redis, collector.keys)
        ending.append(seen.recorder.end)
        seen.recorder.until(len, "at all")
        began = time.time()
        collector.wait_for(1, since=began)
        send_to_nobody()
        seen.netstat_tool = kernel.netstat_counters()
        seen.top, seen.netstat = collector.wait_for(SAMPLES, since=began)

        started["forks"], _ = loads.start("forks")
        began = time.time()
        seen.forks = types.SimpleNamespace(pid=started["forks"].pid)
        seen.top_with_forks = collector.wait_for(SAMPLES, since=began)[0]
        for probe in ("top", "netstat"):
            seen.recorder.reach(probe, collector.samples(probe)[-1]["t"])
        loads.stop(started.pop("forks"))
        seen.collector = collector
        yield seen
    finally:
        for end in reversed(ending):
            end()
        for process in started.values():
            loads.stop(process)
        shutil.rmtree(folder, ignore_errors=True)
