"""A network of the tests' own, where many strangers have addresses and nobody else listens.

The daemon excepts loopback addresses from its limits per address, so attacks by strangers need others. In a network
namespace every address of a range given to `lo` is this machine's own.
"""

import ctypes
import os
import pathlib
import subprocess

NEW_NET, NEW_USER = 0x40000000, 0x10000000
RANGE = "10.77.0.1/16"


def stranger(number):
    """The address of one of 60,000 strangers."""
    return f"10.77.{1 + number // 250}.{1 + number % 250}"


def enter():
    """Moves this process, which must not have begun a thread, into a network of its own; what it starts is there too."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NET | (NEW_USER if user else 0)):
        raise OSError(ctypes.get_errno(), "no network namespace: needs root, or user namespaces")
    if user:
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        pathlib.Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    for words in (["link", "set", "lo", "up"], ["addr", "add", RANGE, "dev", "lo"]):
        subprocess.run(["ip", *words], check=True)


def unread_by(port):
    """How many connections to a port have bytes that their peer does not take, as the kernel says."""
    count = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        is_ours = int(words[1].rsplit(":", 1)[1], 16) == port
        count += is_ours and words[3] == "01" and int(words[4].split(":")[0], 16) > 0
    return count
