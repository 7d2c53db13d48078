"""The collector's figures against the kernel's counters and the tools, over the same moments."""

import os
import time

import kernel
import loads
import pytest
from collected import Table, difference, mean
from conftest import UNKNOWN_PORTS

import proc

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
OWN_NAMESPACE = os.readlink("/proc/self/ns/pid") != "pid:[4026531836]"


def row(sample, pid):
    return Table(sample["procs"]).one(pid=pid)


def still(run, probe, is_still):
    """Samples beside which nothing moved, with the moments around them; waits for one."""
    deadline = time.monotonic() + 30
    while True:
        found = [(sample, run.recorder.around(sample["t"] / 1000)) for sample in run.collector.samples(probe)]
        found = [(sample, *moments) for sample, moments in found if moments and is_still(*moments)]
        if found:
            return found
        assert time.monotonic() < deadline, "at no sample did the machine stand still"
        time.sleep(0.3)


def test_the_share_of_a_busy_process_is_the_kernels_and_tops(run):
    off, _ = difference(
        run.recorder, run.top, lambda sample: row(sample, run.busy.pid)["cpuPct"], lambda now: now["busy"] / 10)
    assert abs(off) <= 2
    # top looks at moments of its own: it is held against the kernel's count over those.
    first, last, tops, _ = run.top_tool
    assert off == pytest.approx(tops - run.recorder.per_second(first, last, lambda now: now["busy"]) / 10, abs=2)


def test_resident_memory_is_the_kernels(run):
    for pid in (run.hog.pid, run.busy.pid, run.idle.pid):
        kernels = int(proc.read(f"/proc/{pid}/statm").split()[1]) * PAGE_KIB
        assert row(run.top[-1], pid)["rssKiB"] == pytest.approx(kernels, rel=0.01)
    hog = row(run.top[-1], run.hog.pid)["rssKiB"]
    assert hog >= loads.HOG_MIB * 1024
    assert hog == pytest.approx(proc.status_kib(run.hog.pid, "VmRSS"), rel=0.01)


def test_what_a_writer_writes_is_the_kernels(run):
    off, kernels = difference(
        run.recorder, run.top, lambda sample: row(sample, run.disk.pid)["wrBps"], lambda now: now["written"])
    assert abs(off) <= 0.05 * kernels


def test_what_the_disks_write_is_the_kernels(run):
    for name in {disk["name"] for disk in Table(run.top[0]["disks"]).rows}:
        off, kernels = difference(
            run.recorder, run.top, lambda sample: Table(sample["disks"]).one(name=name)["wrBps"],
            lambda now: now["disks"][name])
        # One burst of somebody else's may fall on either side of an end.
        assert abs(off) <= max(0.05 * kernels, 50_000)


@pytest.mark.parametrize("end, rate, counter", [
    ("sender", "txBps", "bytes_acked"), ("receiver", "rxBps", "bytes_received")])
def test_the_throughput_of_a_connection_is_that_of_ss(run, end, rate, counter):
    port = getattr(run.tcp, end)
    ours = mean(run.netstat, lambda sample: Table(sample["conns"]).one(lport=port, state="established")[rate])
    (first, before), (last, after) = run.ss_before[end], run.ss_after[end]
    assert ours == pytest.approx((after[counter] - before[counter]) / (last - first), rel=0.05)
    assert ours == pytest.approx(loads.TCP_BPS, rel=0.05)


def test_the_traffic_of_an_interface_is_the_kernels(run):
    off, kernels = difference(
        run.recorder, run.netstat, lambda sample: Table(sample["ifs"]).one(name="lo")["rxBps"], lambda now: now["lo"])
    assert abs(off) <= 0.05 * kernels


def test_sockets_by_state_are_those_of_ss(run):
    for sample, before, _ in still(run, "netstat", lambda before, after: before["states"] == after["states"]):
        states = before["states"]
        assert {name: sample["tcp"][name] for name in states} == states
        assert sample["connsTotal"] == sum(states.values()) - states["listen"]


def test_idle_connections_are_counted_exactly(run):
    for sample in run.netstat:
        assert Table(sample["peers"]).one(raddr="127.0.0.1", lport=run.idle.port)["conns"] == loads.IDLE_PAIRS
        assert Table(sample["listen"]).one(port=run.idle.port)["recvQ"] == 0
        assert sample["tcp"]["established"] >= 2 * loads.IDLE_PAIRS + 2


def test_counters_are_those_of_netstat(run):
    (first, sent_before, unknown_before), (last, sent_after, unknown_after) = run.netstat_before, run.netstat_after
    off, kernels = difference(
        run.recorder, run.netstat, lambda sample: sample["proto"]["TcpOutSegs"], lambda now: now["segments"])
    assert abs(off) <= 0.05 * kernels
    for at, sent in ((first, sent_before), (last, sent_after)):
        assert sent == pytest.approx(run.recorder.at(at, lambda now: now["segments"]), abs=kernels)
    counted = sum(
        sample["proto"].get("UdpNoPorts", 0) * sample["dtMs"] / 1000 for sample in run.netstat_all
        if first < sample["t"] / 1000)
    assert unknown_after - unknown_before >= UNKNOWN_PORTS
    assert counted == pytest.approx(unknown_after - unknown_before, abs=1)


def test_processes_are_counted_exactly(run):
    """Those that were there before and after a sample, and of those that came or went at most all."""
    compared = 0
    for sample in run.top:
        moments = run.recorder.around(sample["t"] / 1000)
        if not moments:
            continue
        compared += 1
        before, after = (
            {(pid, start): (state, threads) for pid, (state, start, _, _, threads) in moment["processes"].items()}
            for moment in moments)
        passing = moments[1]["forks"] - moments[0]["forks"] + len(before.keys() ^ after.keys())
        lasting = [before[process] for process in before.keys() & after.keys()]
        assert len(lasting) <= sample["tasks"]["total"] <= len(lasting) + passing
        for name, letter in (("zombie", "Z"), ("stopped", "T")):
            count = sum(after[process][0] == before[process][0] == letter for process in before.keys() & after.keys())
            assert count <= sample["tasks"][name] <= count + passing
            assert count >= {"Z": 3, "T": 1}[letter]
        # Threads are forks too, but end unseen: only where nothing has changed.
        if [before[process] for process in sorted(before)] == [after[process] for process in sorted(after)]:
            threads = sum(count for _, count in before.values())
            assert threads <= sample["tasks"]["threads"] <= threads + passing
    assert compared, "no sample was taken between two moments"


@pytest.mark.parametrize("part", ["top", "top_with_forks"])
def test_the_table_closes_to_all_that_was_used(run, part):
    """Rows, the others and the ended children together are all CPU time of the interval."""
    def ours(sample):
        rows = sum(row["cpuPct"] or 0 for row in Table(sample["procs"]).rows)
        return rows + sample["others"]["cpuPct"] + sample["others"]["exitedCpuPct"]

    samples = getattr(run, part)
    # A process that was waited for lives on in its parent's count of children: the sum loses nothing, but for those
    # that nobody waits for, and it is no reading of one moment. The account is both; not every kernel has it.
    counts = [(lambda now: sum(process[3] for process in now["processes"].values()) * 100 / TICKS, "t_processes")]
    if "accounted" in run.recorder.moments[0] and not OWN_NAMESPACE:
        counts.append((lambda now: now["accounted"] / 10, "t"))
    offs = [difference(run.recorder, samples, ours, count, clock)[0] for count, clock in counts]
    assert min(map(abs, offs)) <= 2, f"off by {offs}"


def test_the_cpus_are_as_busy_as_the_kernel_says(run):
    """Not the sum of the processes: where the kernel asks at each tick who is running, it is a good guess only."""
    busy = ("user", "nice", "system", "irq", "softirq", "guest")
    off, _ = difference(
        run.recorder, run.top, lambda sample: sum(sample["cpu"][name] for name in busy) * len(sample["cpus"]),
        lambda now: now["cpu"] * 100 / TICKS)
    assert abs(off) <= 2
    for sample in run.top:
        assert sum(sample["cpu"].values()) == pytest.approx(100, abs=0.01)


def test_children_that_lived_within_an_interval_are_shown(run):
    """All of what the children of one process used, whoever else had such children."""
    def used(now):
        process = now["processes"].get(run.forks.pid)
        return (process[3] - process[2]) * 100 / TICKS if process else 0

    off, kernels = difference(
        run.recorder, run.top_with_forks, lambda sample: sample["others"]["exitedCpuPct"], used, "t_processes")
    assert kernels > 2 and off >= -2
