"""The collector's figures against the kernel's counters and the tools, each within one interval: between a sample's
readings and the next one's a counter can have grown by so much and no more, whatever else the machine does."""

import os
import time

import kernel
import loads
import pytest
from collected import Table, is_within, total
from conftest import UNKNOWN_PORTS
from facts import await_fact

import proc

TICK_MS = proc.TICK_MS
CPUS = os.cpu_count()
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
OWN_NAMESPACE = os.readlink("/proc/self/ns/pid") != "pid:[4026531836]"


def row(sample, pid):
    return Table(sample["procs"]).one(pid=pid)


def still(run, probe, is_still):
    """Samples beside which nothing moved, with the moments around them; waits for one."""
    began = time.monotonic()

    def found():
        samples = run.collector.samples(probe)[1:]
        run.recorder.reach(probe, samples[-1]["t"])
        around = [(sample, *run.recorder.around(probe, sample)) for sample in samples
                 if sample["t"] >= run.top[0]["t"]]
        quiet = [moments for moments in around if is_still(*moments[1:])]
        if not quiet and not run.is_isolated and time.monotonic() > began + 30:
            pytest.skip("others' connections come and go at every sample: needs a network namespace of its own")
        return quiet

    return await_fact("connections that stand still at a sample", found)


def test_the_share_of_a_busy_process_is_the_kernels(run):
    # Its time is told in ticks, the share is rounded.
    error = 2 * TICK_MS + len(run.top)
    is_within(run.recorder, "top", run.top, lambda sample: row(sample, run.busy.pid)["cpuPct"] * 10,
              lambda now: now["busy"], error)
    for sample in run.top:
        before, after = run.recorder.around("top", sample)
        assert before["busy"] - 2 * TICK_MS <= row(sample, run.busy.pid)["timeMs"] <= after["busy"] + 2 * TICK_MS


def test_resident_memory_is_the_kernels(run):
    for pid in (run.hog.pid, run.busy.pid, run.idle.pid):
        kernels = int(proc.read(f"/proc/{pid}/statm").split()[1]) * PAGE_KIB
        assert row(run.top[-1], pid)["rssKiB"] == pytest.approx(kernels, rel=0.01)
    hog = row(run.top[-1], run.hog.pid)["rssKiB"]
    assert hog >= loads.HOG_MIB * 1024
    assert hog == pytest.approx(proc.status_kib(run.hog.pid, "VmRSS"), rel=0.01)


def test_what_a_writer_writes_is_the_kernels(run):
    is_within(run.recorder, "top", run.top, lambda sample: row(sample, run.disk.pid)["wrBps"],
              lambda now: now["diskWriter"], error=len(run.top))
    assert total(run.top, lambda sample: row(sample, run.disk.pid)["wrBps"]) > 0


def test_what_the_disks_write_is_the_kernels(run):
    for name in {disk["name"] for disk in Table(run.top[0]["disks"]).rows}:
        is_within(run.recorder, "top", run.top, lambda sample: Table(sample["disks"]).one(name=name)["wrBps"],
                  lambda now: now["disks"][name], error=len(run.top))


@pytest.mark.parametrize("end, rate, counter", [
    ("sender", "txBps", "bytes_acked"), ("receiver", "rxBps", "bytes_received")])
def test_the_throughput_of_a_connection_is_that_of_ss(run, end, rate, counter):
    port = getattr(run.tcp, end)
    is_within(run.recorder, "netstat", run.netstat,
              lambda sample: Table(sample["conns"]).one(lport=port, state="established")[rate],
              lambda now: now["connections"][port][counter], error=len(run.netstat))


def test_the_traffic_of_an_interface_is_the_kernels(run):
    is_within(run.recorder, "netstat", run.netstat, lambda sample: Table(sample["ifs"]).one(name="lo")["rxBps"],
              lambda now: now["lo"], error=len(run.netstat))


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
    began, ended, sent = run.netstat_tool
    assert run.recorder.before(began)["segments"] <= sent <= run.recorder.after(ended)["segments"]
    # Rates are told with a few digits.
    is_within(run.recorder, "netstat", run.netstat, lambda sample: sample["proto"]["TcpOutSegs"],
              lambda now: now["segments"], error=len(run.netstat))


def test_datagrams_to_nobody_are_counted(run):
    samples = [sample for sample in run.collector.samples("netstat") if sample["t"] <= run.netstat[-1]["t"]]
    sent = next(index for index, sample in enumerate(samples) if sample["proto"].get("UdpNoPorts", 0) > 0)
    samples = samples[sent - 1:]
    assert total(samples, lambda sample: sample["proto"].get("UdpNoPorts", 0)) >= UNKNOWN_PORTS - 1
    is_within(run.recorder, "netstat", samples, lambda sample: sample["proto"].get("UdpNoPorts", 0),
              lambda now: now["unknownPorts"], error=1)


def test_processes_are_counted_exactly(run):
    """Those that were there before and after a sample, and of those that came or went at most all."""
    for sample in run.top:
        moments = run.recorder.around("top", sample)
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


@pytest.mark.parametrize("part", ["top", "top_with_forks"])
def test_the_table_closes_to_all_that_was_used(run, part):
    """Rows, the others and the ended children together: at least what those used that were there all the time, and the
    children of one of them; at most what all control groups used, where the kernel counts it, else what there was."""
    def ours(sample):
        rows = sum(row["cpuPct"] or 0 for row in Table(sample["procs"]).rows)
        return (rows + sample["others"]["cpuPct"] + sample["others"]["exitedCpuPct"]) * 10

    samples = getattr(run, part)
    first, last = (run.recorder.around("top", samples[end]) for end in (0, -1))
    (began, ended) = first[1]["processes"], last[0]["processes"]
    lasting = [pid for pid in began.keys() & ended.keys() if began[pid][1] == ended[pid][1]]
    used = sum(ended[pid][2] - began[pid][2] for pid in lasting) * TICK_MS
    if part == "top_with_forks":
        of_children = [moment[run.forks.pid][3] - moment[run.forks.pid][2] for moment in (began, ended)]
        used += (of_children[1] - of_children[0]) * TICK_MS
    # Two ticks for each that ran, and each figure is rounded.
    active = sum(ended[pid][2] > began[pid][2] for pid in lasting) + 1
    error = 2 * TICK_MS * active + len(samples) * max(len(sample["procs"]["rows"]) for sample in samples) * 0.5
    if "accounted" in first[0] and not OWN_NAMESPACE:
        most = run.recorder.growth("top", samples, lambda now: now["accounted"])[1]
    else:
        most = sum(sample["dtMs"] for sample in samples[1:]) * CPUS
    assert used - error <= total(samples, ours) <= most + error
    # What there is to be seen is more than what may be off.
    assert used > error


def test_the_cpus_are_as_busy_as_the_kernel_says(run):
    """Not the sum of the processes: where the kernel asks at each tick who is running, it is a good guess only."""
    busy = ("user", "nice", "system", "irq", "softirq", "guest")
    # Shares of the ticks between two readings, which need not be as many as the clock says: one for each CPU.
    is_within(run.recorder, "top", run.top,
              lambda sample: sum(sample["cpu"][name] for name in busy) / 100 * len(sample["cpus"]) * 1000 / TICK_MS,
              lambda now: now["cpu"], error=CPUS * len(run.top))
    for sample in run.top:
        assert sum(sample["cpu"].values()) == pytest.approx(100, abs=0.01)


def test_children_that_lived_within_an_interval_are_shown(run):
    """All of what the children of one process used, whoever else had such children."""
    def used(now):
        process = now["processes"].get(run.forks.pid)
        return (process[3] - process[2]) * TICK_MS if process else 0

    least, _ = run.recorder.growth("top", run.top_with_forks, used)
    assert least > 10 * TICK_MS
    assert total(run.top_with_forks, lambda sample: sample["others"]["exitedCpuPct"] * 10) >= least - 2 * TICK_MS
