"""What the kernel says about processes and sockets (proc(5))."""

import os

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def stat(pid):
    """The fields of `stat` after the name: the first is the state."""
    return read(f"/proc/{pid}/stat").rpartition(b")")[2].split()


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def tree(pid):
    """The process and all that descend from it."""
    children = {}
    for other in pids():
        try:
            children.setdefault(int(stat(other)[1]), []).append(other)
        except OSError:
            continue
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def cpu_ms(pid):
    """Time on the cores of all threads that live, to the nanosecond (`schedstat`); 0 of a process that is gone."""
    total = 0
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return 0
    for thread in threads:
        try:
            total += int(read(f"/proc/{pid}/task/{thread}/schedstat").split()[0])
        except OSError:
            continue
    return total / 1e6


def status_kib(pid, field):
    try:
        status = read(f"/proc/{pid}/status")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith(field.encode() + b":"):
            return int(line.split()[1])
    return 0


def tcp_sockets():
    """How many TCP sockets this network namespace has."""
    total = 0
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        if os.path.exists(name):
            total += max(0, read(name).count(b"\n") - 1)
    return total
