"""What the collector says of hosts that lie: containers, hidden processes, odd names, sockets that belong to nobody."""

import itertools
import json
import os
import subprocess
import time

import pytest
from collected import PROGRAM
from facts import await_fact
from hosts import INTERVAL_MS, PRELUDE, can_namespace, collector, needs, network, once, row_of, rows, script

import proc

CPUS = os.cpu_count()
BUSY = "ready(pid=os.getpid())\nwhile not is_ended(): spin(0.05)"


# Processes that begin

def is_in_time(running, find):
    """A process that begins now has a row in the next sample but one at the latest, and no more CPU than there is."""
    began = time.time() * 1000
    sample = running.first("top", lambda sample: sample["t"] > began and find(sample))
    before = [s["seq"] for s in running.samples("top") if began < s["t"] < sample["t"]]
    assert len(before) <= 1, f"seen after {len(before) + 1} samples"
    for sample in running.samples("top"):
        for row in rows(sample, "procs"):
            assert (row["cpuPct"] or 0) <= 100 * CPUS, row


def begins_in_time(running, within=()):
    running.wait_for(3)
    with script(BUSY, within=within) as busy:
        is_in_time(running, lambda sample: row_of(sample, busy.facts["pid"]))


def test_a_new_process_has_a_row_in_the_next_sample():
    with collector() as running:
        begins_in_time(running)


def test_a_new_process_has_a_row_also_in_a_pid_namespace_over_an_outer_proc():
    can_namespace("-p", "-f")
    with collector(within=["unshare", "-p", "-f", "--kill-child"]) as running:
        begins_in_time(running)


@pytest.mark.parametrize("said", [
    "0.10 0.20 0.30 1/100 0", "0.10 0.20 0.30 1/100 4194303", "0.10 0.20 0.30 1/100 7", "0.10 0.20 0.30 1/100",
    "0.10 0.20 0.30", "", "none"])
def test_a_new_process_has_a_row_also_where_loadavg_tells_no_number_or_a_wrong_one(said, tmp_path):
    """As in gVisor, which says 0, and in whatever else makes up the file."""
    can_namespace("-m")
    (tmp_path / "loadavg").write_text(said + "\n")
    within = ["unshare", "-m", "sh", "-c", f'mount --bind {tmp_path}/loadavg /proc/loadavg && exec "$@"', "sh"]
    with collector(within=within) as running:
        begins_in_time(running)
        load = running.samples("top")[-1]["load"]
        assert load == ([0.1, 0.2, 0.3] if said[:1] == "0" else None), load
    report = subprocess.run([*within, PROGRAM, "check", "--redis", "unix:///nowhere"], capture_output=True,
                            text=True).stdout
    assert "all are listed for each sample" in report, report


CLONE3 = """
number = int(sys.argv[1])
tid = (ctypes.c_int * 1)(number)
# struct clone_args: flags pidfd child_tid parent_tid exit_signal stack stack_size tls set_tid set_tid_size cgroup
arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, ctypes.addressof(tid), 1, 0)
pid = ctypes.CDLL(None, use_errno=True).syscall(435, arguments, 88)
if pid == 0:
    os.close(1)
    while not is_ended(): spin(0.05)
    os._exit(0)
ready(pid=pid)
until_ended()
"""


def test_a_new_process_has_a_row_also_with_a_number_of_its_own():
    free = next(n for n in range(300, 4_000_000) if not os.path.exists(f"/proc/{n}"))
    with script(CLONE3, free) as trial:
        if trial.facts["pid"] != free:
            pytest.skip("the kernel refuses clone3 with a number")
    with collector() as running:
        running.wait_for(4)
        with script(CLONE3, free):
            is_in_time(running, lambda sample: row_of(sample, free))


def test_a_new_process_has_a_row_also_under_lxcfs(tmp_path):
    needs("lxcfs", "--version", why="the files of a container's /proc")
    can_namespace("-p", "-f", "-m")
    lxcfs = subprocess.Popen(["lxcfs", "-f", "-l", "-p", str(tmp_path / "pid"), str(tmp_path)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_fact("lxcfs is there or has ended",
                   lambda: lxcfs.poll() is not None or os.path.exists(f"{tmp_path}/proc/loadavg"))
        if lxcfs.poll() is not None:
            pytest.skip("lxcfs does not start here")
        mounts = " && ".join(f"mount --bind {tmp_path}/proc/{name} /proc/{name}"
                             for name in ("loadavg", "uptime", "stat", "meminfo"))
        busy = f"{PRELUDE}\ntime.sleep(4)\nos.execvp('sh', ['sh', '-c', 'while :; do :; done', 'newborn-mark'])"
        begin = 'python3 -c "$0" & exec "$@"'
        within = ["unshare", "-p", "-f", "-m", "--mount-proc", "--kill-child", "sh", "-c",
                  f"{mounts} && {begin}", busy]
        with collector(within=within) as running:
            # A fork of the waiting program: it is new when it runs.
            sample = running.first(
                "top", lambda sample: any("newborn-mark" in (row["cmd"] or "") for row in rows(sample, "procs")))
            assert sample["seq"] <= 14
            for sample in running.samples("top"):
                for row in rows(sample, "procs"):
                    assert (row["cpuPct"] or 0) <= 100 * CPUS, row
            report = subprocess.run(["nsenter", "-t", str(child_of(running.process.pid)), "-p", "-m", PROGRAM, "check",
                                     "--redis", running.redis.url], capture_output=True, text=True).stdout
            assert "all are listed for each sample" in report, report
    finally:
        lxcfs.terminate()
        lxcfs.wait(10)
        subprocess.run(["umount", "-l", str(tmp_path)], capture_output=True)


def child_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return int(file.read().split()[0])


def test_time_that_nobody_inherits_has_its_own_field():
    ignoring = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
ready()
while not is_ended():
    if os.fork() == 0:
        spin(0.03)
        os._exit(0)
    time.sleep(0.06)
"""
    with collector() as running, script(ignoring):
        # 30 ms of each 60 ms and what the fork takes, where the machine gives them that much.
        running.first("top", lambda sample: sample["others"]["unattributedCpuPct"] > 15)


# Who holds a socket

HOLDERS = """
server = socket.create_server(("127.0.0.1", 0))
child = os.fork()
if child == 0:
    signal.pause()
ready(port=server.getsockname()[1], pids=[os.getpid(), child])
for line in sys.stdin: exec(line)
"""


def owner(running, port, is_it):
    def find(sample):
        found = [row for row in rows(sample, "listen") if row["port"] == port]
        return found and is_it(found[0])
    return running.first("netstat", find)


def test_the_owner_of_a_socket_is_one_who_holds_it_now():
    with script(HOLDERS) as holders, collector() as running:
        port, pids = holders.facts["port"], holders.facts["pids"]
        first = owner(running, port, lambda row: row["pid"] in pids)
        shown = next(row["pid"] for row in rows(first, "listen") if row["port"] == port)
        # The other one drops the socket too late to be told from it, so the shown one is made to.
        if shown == pids[0]:
            holders.stdin.write(b"server.close()\n")
            holders.stdin.flush()
        else:
            os.kill(shown, 9)
        gone = time.time() * 1000
        other = next(pid for pid in pids if pid != shown)
        sample = owner(running, port, lambda row: row["pid"] == other)
        assert sample["t"] - gone < 21_000
        for sample in running.samples("netstat"):
            if sample["t"] > gone + 10_000:
                assert [r["pid"] for r in rows(sample, "listen") if r["port"] == port][0] in (other, None)
        os.kill(pids[1], 9)


def test_a_program_that_is_replaced_changes_its_name_with_its_sockets():
    with script(HOLDERS) as holders, collector() as running:
        os.kill(holders.facts["pids"][1], 9)
        port, pid = holders.facts["port"], holders.facts["pids"][0]
        owner(running, port, lambda row: row["pid"] == pid)
        holders.stdin.write(b"os.set_inheritable(server.fileno(), True); os.execvp('sleep', ['sleep', '60'])\n")
        holders.stdin.flush()
        changed = time.time() * 1000
        sample = owner(running, port, lambda row: row["comm"] == "sleep")
        assert sample["t"] - changed < 10_000 + 2 * INTERVAL_MS
        holders.kill()


def test_a_command_line_is_as_of_the_last_ten_seconds():
    with script("ready()\nfor line in sys.stdin: exec(line)") as process, collector("--pin", "one-mark|python") as running:
        running.first("top", lambda sample: row_of(sample, process.pid))
        running.wait_for(8)
        name = process.args[0]
        # At the front: of a host with many processes a sample may show no more of each.
        process.stdin.write(
            f"os.execv({name!r}, ['two-mark', '-IS', '-c', 'import sys; sys.stdin.read()'])\n".encode())
        process.stdin.flush()
        await_fact("the program runs under its other name",
                   lambda: process.poll() is not None or b"two-mark" in proc.read(f"/proc/{process.pid}/cmdline"))
        assert process.poll() is None
        changed = time.time() * 1000
        # Whenever the samples come: the first one that is ten seconds younger knows.
        sample = running.first("top", lambda s: s["t"] >= changed + 10_000 + 4 * INTERVAL_MS)
        assert "two-mark" in row_of(sample, process.pid)["cmd"]


DESCRIPTORS = 200_000
# What the collector looks at in one sample at most, looking for the owners of sockets.
LOOKED_AT = 8192


def test_a_look_at_many_descriptors_is_spread():
    many = """
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
first, each = os.open("/dev/null", os.O_RDONLY), min(hard, 20_000) - 50
server = socket.create_server(("127.0.0.1", 0))
said, say = os.pipe()
for left in range(int(sys.argv[1]), 0, -each):
    if os.fork() == 0:
        os.close(1)
        server.close()
        for _ in range(min(left, each)): os.dup(first)
        os.write(say, b"x")
        until_ended()
        os._exit(0)
    os.read(said, 1)
ready(port=server.getsockname()[1])
until_ended()
"""
    with collector("--probe", "netstat") as running:
        running.first("netstat", lambda sample: sample["seq"] >= 9)
        quiet = sorted(sample["tookUs"] for sample in running.samples("netstat"))
        usual = quiet[len(quiet) // 2]
        with script(many, DESCRIPTORS) as holder:
            began = time.time() * 1000
            owner(running, holder.facts["port"], lambda row: row["pid"] == holder.pid)
            # A whole round of all descriptors, and the start of the next.
            round_of = DESCRIPTORS // LOOKED_AT + 5
            running.first("netstat", lambda sample: len(
                [s for s in running.samples("netstat") if s["t"] > began]) >= round_of)
            samples = [sample for sample in running.samples("netstat") if sample["t"] > began]
            more = [max(0, sample["tookUs"] - usual) for sample in samples]
            # CPU time, which others' load does not lengthen: no sample pays for more than a few parts of the round.
            assert max(more) < sum(more) / 5, more
            # Each second had its sample meanwhile: none waited for a look at all of them.
            seen = [sample["seq"] for sample in running.samples("netstat")]
            assert seen == list(range(seen[0], seen[0] + len(seen)))


def test_writes_that_were_thrown_away_are_not_written(tmp_path):
    writing = """
out = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
ready()
while not is_ended():
    os.pwrite(out, b"x" * 4_000_000, 0)
    os.ftruncate(out, 0)
    time.sleep(0.02)
"""
    folder = os.path.join(os.path.dirname(os.path.abspath(PROGRAM)), f"thrown-{os.getpid()}")
    try:
        with script(writing, folder) as writer, collector("--pin", "thrown-") as running:
            with open(f"/proc/{writer.pid}/io") as file:
                counted = dict(line.split(": ") for line in file.read().splitlines())
            if int(counted["cancelled_write_bytes"]) == 0:
                pytest.skip("this file system does not count what is thrown away")
            rates = []
            for sample in running.wait_for(5)[0]:
                row = row_of(sample, writer.pid)
                if row and row["wrBps"] is not None:
                    rates.append(row["wrBps"])
            assert rates and sorted(rates)[len(rates) // 2] < 20_000_000, rates
    finally:
        os.path.exists(folder) and os.remove(folder)


# Rights

def test_hidden_processes_are_told(tmp_path):
    can_namespace("-m")
    for option in ("1", "2", "4"):
        within = ["unshare", "-m", "sh", "-c",
                  f'mount -t proc -o hidepid={option} proc /proc && exec "$@"', "sh", "setpriv", "--reuid", "65534",
                  "--regid", "65534", "--clear-groups", "--no-new-privs"]
        probe = subprocess.run([*within, "true"], capture_output=True, text=True)
        if probe.returncode != 0:
            pytest.skip(f"the kernel refuses hidepid={option}: {probe.stderr.strip()}")
        samples = once(within=within)
        assert "no-privilege" in samples["top"]["flags"] and "no-privilege" in samples["netstat"]["flags"], option
        assert samples["top"]["tasks"]["hiddenThreads"] > 10
        report = subprocess.run([*within, PROGRAM, "check", "--redis", "unix:///nowhere"], capture_output=True,
                                text=True).stdout
        assert f"hidepid={option}" in report and "denied" in report
    shown = once()["top"]
    assert shown["tasks"]["hiddenThreads"] is None


def test_a_proc_that_shows_processes_alone_is_told():
    can_namespace("-m", "-p")
    within = ["unshare", "-m", "-p", "-f", "sh", "-c", 'mount -t proc -o subset=pid proc /proc && exec "$@"', "sh"]
    probe = subprocess.run([*within, "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        pytest.skip(f"the kernel refuses subset=pid: {probe.stderr.strip()}")
    sample = once("--probe", "top", within=within)["top"]
    assert sample["cpu"] is None and "no-privilege" in sample["flags"]
    report = subprocess.run([*within, PROGRAM, "check", "--redis", "unix:///nowhere"], capture_output=True, text=True).stdout
    assert not [line for line in report.splitlines() if line.startswith("/proc/") and "this kernel does not have it" in line], report
    line = next(line for line in report.splitlines() if line.startswith("/proc/stat"))
    assert "denied" in line and "subset=pid" in line, report


# The collector in sh

def test_in_sh_a_cpu_has_the_place_of_its_number_and_datagram_services_are_listed(tmp_path):
    can_namespace("-m")
    stat = tmp_path / "stat"

    def write(ticks):
        with open(stat, "w") as file:
            file.write("".join(f"{cpu} {ticks} 0 0 {ticks}\n" for cpu in ("cpu", "cpu0", "cpu3")))

    write(1000)
    with network() as inside, script("""
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))
ready(port=s.getsockname()[1]); until_ended()""", within=inside) as service:
        place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "collectors", "sh", "collector.sh")
        running = subprocess.Popen(
            [*inside, "unshare", "-m", "sh", "-c", f'mount --bind {stat} /proc/stat && exec sh "$0" --once', place],
            stdout=subprocess.PIPE)
        ticks = itertools.count(1100, 100)

        def has_ended_while_time_goes_on():
            write(next(ticks))
            return running.poll() is not None

        await_fact("the collector has printed its samples", has_ended_while_time_goes_on)
        samples = {sample["probe"]: sample for sample in map(json.loads, running.stdout.read().splitlines())}
        shares = samples["top"]["cpus"]
        assert len(shares) == 4 and shares[1] is shares[2] is None and shares[0][0] == shares[3][0] == 50, shares
        assert [row for row in rows(samples["netstat"], "listen")
                if row["proto"] == "udp" and row["port"] == service.facts["port"]]
