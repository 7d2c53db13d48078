"""A host of a known size: idle processes and TCP connections over loopback, up to the totals asked for.

All of it ends with this process, however it ends: each child reads from a pipe that only this process can write to.
"""

import os
import select
import socket
import subprocess
import sys

import proc

HOLDERS = 10
TALKING = 4  # connections of each holder that carry a little traffic
SECOND_SCRIPT = "hold"


class Fixture:
    def __init__(self):
        self.end_read, self.end_write = os.pipe()
        self.idle, self.holders = [], []

    def grow(self, processes, sockets):
        """Adds what is missing to `processes` and TCP `sockets` on this host."""
        missing = max(0, sockets - proc.tcp_sockets()) // 2
        holders = min(HOLDERS, missing)
        for index in range(holders):
            pairs = missing // holders + (index < missing % holders)
            holder = subprocess.Popen(
                [sys.executable, __file__, SECOND_SCRIPT, str(pairs)], stdin=self.end_read, stdout=subprocess.PIPE)
            holder.stdout.readline()
            self.holders.append(holder)
        for _ in range(max(0, processes - len(proc.pids()))):
            self.idle.append(subprocess.Popen(["cat"], stdin=self.end_read, close_fds=False))

    def end(self):
        os.close(self.end_write)
        os.close(self.end_read)
        for child in self.idle + self.holders:
            child.wait(20)


def hold(pairs):
    """Holds `pairs` connections to itself until standard input ends; some of them say a kilobyte ten times a second."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    held = []
    for _ in range(pairs):
        near = socket.create_connection(listener.getsockname())
        held.append((near, listener.accept()[0]))
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        for near, far in held[:TALKING]:
            near.sendall(bytes(1000))
            far.recv(65536)


if __name__ == "__main__" and sys.argv[1:2] == [SECOND_SCRIPT]:
    hold(int(sys.argv[2]))
