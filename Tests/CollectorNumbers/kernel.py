"""What the kernel and its tools say at one moment, and a recorder that asks them again and again."""

import collections
import os
import re
import subprocess
import threading
import time

import proc
from private_redis import Connection

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


def connections(ports):
    """port of the near end → the byte counts that `ss -ti` shows of its connection."""
    text = tool("ss", "-tinH", "state", "established", " or ".join(f"sport = :{port}" for port in ports))
    found = {}
    for line in text.splitlines():
        if not line.startswith((" ", "\t")):
            port = int(line.split()[2].rpartition(":")[2])
        found.setdefault(port, {}).update(
            (name, int(count)) for name, count in re.findall(r"\b(bytes_acked|bytes_received):(\d+)", line))
    return found


def netstat_counters():
    """Before and after asking, and a total of `netstat -s`: TCP segments sent."""
    began, text = time.time(), tool("netstat", "-s")
    return began, time.time(), int(re.search(r"(\d+) segments sent out", text)[1])


def snmp():
    """(TCP segments sent, datagrams to ports that nobody has)"""
    rows = proc.read("/proc/net/snmp").decode().splitlines()
    table = {row.split(":")[0]: dict(zip(names.split()[1:], row.split()[1:]))
             for names, row in zip(rows[::2], rows[1::2])}
    return int(table["Tcp"]["OutSegs"]), int(table["Udp"]["NoPorts"])


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


def cpu_ticks():
    """(ticks of all CPUs that were neither idle nor somebody else's, all ticks)"""
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, proc.read("/proc/stat").split()[1:9])
    busy = user + nice + system + irq + softirq
    return busy, busy + idle + iowait + steal


class Recorder(threading.Thread):
    """The kernel's counters two moments a second, just before and just after the collector's own at the full second,
    until it is ended.

    A sample's readings lie between two moments for certain: one that was over when the sample began, and one that began
    when the sample stood in Redis. So what a counter was when the collector read it has bounds, however late on a busy
    machine either of them came.
    """

    OFFSETS = (0.06, 0.88)

    def __init__(self, run, redis, keys):
        super().__init__(daemon=True)
        self.loads, self.redis, self.keys = run, Connection(redis.path), keys
        self.moments, self.stopping = [], threading.Event()
        self.start()

    def run(self):
        while not self.stopping.wait(min((offset - time.time()) % 1 for offset in self.OFFSETS)):
            now = {"written": {probe: self.redis.newest_score(key) for probe, key in self.keys.items()}}
            now["began"] = time.time()
            now["forks"] = int(re.search(rb"^processes (\d+)", proc.read("/proc/stat"), re.M)[1])
            now["busy"], now["diskWriter"] = proc.cpu_ms(self.loads.busy.pid), self._written()
            now["disks"], now["lo"] = diskstats(), loopback_bytes()
            now["cpu"], now["cpuTotal"] = cpu_ticks()
            now["segments"], now["unknownPorts"] = snmp()
            if os.path.exists(ACCOUNT):
                now["accounted"] = int(proc.read(ACCOUNT)) / 1e6
            now["processes"] = processes()
            now["states"] = socket_states()
            now["connections"] = connections([self.loads.tcp.sender, self.loads.tcp.receiver])
            now["ended"] = time.time()
            self.moments.append(now)

    def _written(self):
        return int(re.search(rb"^write_bytes: (\d+)", proc.read(f"/proc/{self.loads.disk.pid}/io"), re.M)[1])

    def end(self):
        self.stopping.set()
        self.join(20)
        self.redis.close()

    def until(self, is_enough, what):
        """Returns when the moments so far are enough."""
        deadline = time.monotonic() + 60
        while not is_enough(self.moments):
            assert self.is_alive() and time.monotonic() < deadline, f"nothing is recorded {what}"
            self.stopping.wait(0.05)

    def reach(self, probe, t):
        """Returns when a moment was recorded that began after the sample of the time `t`, in ms, was written."""
        self.until(lambda moments: moments and moments[-1]["written"][probe] >= t, f"after {t}")

    def before(self, seconds):
        """The last moment that was over by then."""
        return [moment for moment in self.moments if moment["ended"] <= seconds][-1]

    def after(self, seconds):
        """The first moment that began later."""
        return next(moment for moment in self.moments if moment["began"] > seconds)

    def around(self, probe, sample):
        """The moments between which the sample was read; `reach` it first."""
        return (self.before(sample["t"] / 1000),
                next(moment for moment in self.moments if moment["written"][probe] >= sample["t"]))

    def growth(self, probe, samples, value):
        """The least and the most by which a counter can have grown from the first sample's reading to the last's."""
        (first_low, first_high), (last_low, last_high) = (
            tuple(value(moment) for moment in self.around(probe, sample)) for sample in (samples[0], samples[-1]))
        return last_low - first_high, last_high - first_low
