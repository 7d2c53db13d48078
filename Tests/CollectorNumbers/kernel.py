"""What the kernel and its tools say at one moment, and a recorder that asks them again and again."""

import collections
import os
import re
import subprocess
import threading
import time

import proc

SS_STATES = {
    "ESTAB": "established", "SYN-SENT": "synSent", "SYN-RECV": "synRecv", "FIN-WAIT-1": "finWait1",
    "FIN-WAIT-2": "finWait2", "TIME-WAIT": "timeWait", "UNCONN": "close", "CLOSE-WAIT": "closeWait",
    "LAST-ACK": "lastAck", "LISTEN": "listen", "CLOSING": "closing"}

# All CPU time of all processes to the nanosecond, where the first version of control groups is there.
ACCOUNT = "/sys/fs/cgroup/cpuacct/cpuacct.usage"


def tool(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"],
                                                                                     "LC_ALL": "C"}).stdout


def processes():
    """pid → state, start, own ticks, ticks with those of ended children, threads."""
    found = {}
    for pid in proc.pids():
        try:
            fields = proc.stat(pid)
        except OSError:
            continue
        own, children = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
        found[pid] = (fields[0].decode(), int(fields[19]), own, own + children, int(fields[17]))
    return found


def socket_states():
    counts = collections.Counter(SS_STATES[line.split()[0]] for line in tool("ss", "-tanH").splitlines())
    return {name: counts[name] for name in SS_STATES.values()}


def connection(port):
    """The byte counts that `ss -ti` shows of the connection whose near end is `port`, and when."""
    text = tool("ss", "-tinH", "state", "established", "sport", "=", f":{port}")
    at = time.time()
    return at, {name: int(count) for name, count in re.findall(r"\b(bytes_acked|bytes_received):(\d+)", text)}


def netstat_counters():
    """When, and two totals of `netstat -s`."""
    at, text = time.time(), tool("netstat", "-s")
    sent = int(re.search(r"(\d+) segments sent out", text)[1])
    unknown = int(re.search(r"(\d+) packets to unknown port received", text)[1])
    return at, sent, unknown


def diskstats():
    """device → bytes written."""
    rows = [line.split() for line in proc.read("/proc/diskstats").decode().splitlines()]
    return {row[2]: int(row[9]) * 512 for row in rows}


def loopback_bytes():
    for line in proc.read("/proc/net/dev").decode().splitlines():
        name, _, rest = line.partition(":")
        if name.strip() == "lo":
            return int(rest.split()[0])
    return 0


def busy_ticks():
    """Ticks of all CPUs that were neither idle nor somebody else's."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, proc.read("/proc/stat").split()[1:11])
    return user + nice + system + irq + softirq


class Recorder(threading.Thread):
    """Two moments a second, just before and just after the collector's own at the full second, until it is ended."""

    OFFSETS = (0.06, 0.88)

    def __init__(self, busy, disk):
        super().__init__(daemon=True)
        self.busy, self.disk = busy, disk
        self.moments, self.stopping = [], threading.Event()
        self.start()

    def run(self):
        while not self.stopping.wait(min((offset - time.time()) % 1 for offset in self.OFFSETS)):
            now = {"began": time.time()}
            now["forks"] = int(re.search(rb"^processes (\d+)", proc.read("/proc/stat"), re.M)[1])
            now["busy"], now["written"] = proc.cpu_ms(self.busy), self._written()
            now["disks"], now["lo"], now["cpu"] = diskstats(), loopback_bytes(), busy_ticks()
            now["segments"] = int(proc.read("/proc/net/snmp").split(b"\nTcp: ")[2].split()[10])
            if os.path.exists(ACCOUNT):
                now["accounted"] = int(proc.read(ACCOUNT)) / 1e6
            read = time.time()
            now["t"] = (now["began"] + read) / 2
            now["processes"] = processes()
            now["t_processes"] = (read + time.time()) / 2
            now["states"] = socket_states()
            now["ended"] = time.time()
            self.moments.append(now)

    def _written(self):
        return int(re.search(rb"^write_bytes: (\d+)", proc.read(f"/proc/{self.disk}/io"), re.M)[1])

    def end(self):
        self.stopping.set()
        self.join(20)

    def reach(self, t):
        """Returns when a moment was recorded after the time `t`."""
        deadline = time.monotonic() + 20
        while not self.moments or self.moments[-1]["began"] <= t:
            assert self.is_alive() and time.monotonic() < deadline, f"nothing is recorded after {t}"
            self.stopping.wait(0.05)

    def at(self, t, value, clock="t"):
        """A counter at the time `t`, between the moments before and after."""
        for before, after in zip(self.moments, self.moments[1:]):
            if before[clock] <= t <= after[clock]:
                share = (t - before[clock]) / (after[clock] - before[clock])
                return value(before) + share * (value(after) - value(before))
        raise AssertionError(f"nothing was recorded at {t}")

    def per_second(self, first, last, value, clock="t"):
        return (self.at(last, value, clock) - self.at(first, value, clock)) / (last - first)

    def around(self, t):
        """The moment that was over before `t` and the next one, if that began well after it."""
        for before, after in zip(self.moments, self.moments[1:]):
            if before["ended"] <= t and t + 0.04 <= after["began"]:
                return before, after
        return None
