"""Known loads, each a process of its own that ends when its standard input does.

`loads.py KIND …` prints a line of JSON when it is under way.
"""

import json
import mmap
import os
import select
import signal
import socket
import subprocess
import sys
import time

BUSY_SHARE = 0.4
HOG_MIB = 160
TCP_BPS = 1_000_000
DISK_BPS = 1_000_000
IDLE_PAIRS = 100
CHILD_MS = 15


def start(kind, *words):
    """The process and what it said."""
    process = subprocess.Popen(
        [sys.executable, __file__, kind, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return process, json.loads(process.stdout.readline())


def stop(process):
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def ready(**facts):
    print(json.dumps(facts), flush=True)


def goes_on(seconds):
    return not select.select([sys.stdin], [], [], max(0, seconds))[0]


def paced(rate, step, act):
    """Calls `act` with so many units as make `rate` a second since the beginning, whatever held it up before."""
    began, done = time.monotonic(), 0
    while goes_on(step):
        due = int((time.monotonic() - began) * rate) - done
        act(due)
        done += due


def busy():
    """One CPU for a fixed share of the time: what it got is measured, not presumed."""
    ready()
    began, used = time.monotonic(), time.process_time()
    while goes_on(0.005):
        end = time.monotonic() + 0.05  # a machine that gives less than the share must not hold it for ever
        while time.process_time() - used < BUSY_SHARE * (time.monotonic() - began) and time.monotonic() < end:
            pass


def hog():
    memory = mmap.mmap(-1, HOG_MIB << 20)
    for offset in range(0, len(memory), mmap.PAGESIZE):
        memory[offset] = 1
    ready()
    while goes_on(1):
        pass


def disk(folder):
    file = os.open(f"{folder}/written", os.O_WRONLY | os.O_CREAT)
    ready()

    def write(due):
        os.pwrite(file, os.urandom(due), 0)
        os.fsync(file)

    paced(DISK_BPS, 0.1, write)


def tcp():
    """A sender and a receiver in one process."""
    listener = socket.create_server(("127.0.0.1", 0))
    sender = socket.create_connection(listener.getsockname())
    receiver = listener.accept()[0]
    sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    ready(sender=sender.getsockname()[1], receiver=receiver.getsockname()[1])

    def send(due):
        while due > 0:
            part = min(due, 65536)
            sender.sendall(bytes(part))
            due -= part
            while part > 0:
                part -= len(receiver.recv(part))

    paced(TCP_BPS, 0.02, send)


def idle():
    listener = socket.create_server(("127.0.0.1", 0), backlog=IDLE_PAIRS)
    held = []
    for _ in range(IDLE_PAIRS):
        held.append(socket.create_connection(listener.getsockname()))
        held.append(listener.accept()[0])
    ready(port=listener.getsockname()[1])
    while goes_on(1):
        pass


def ended():
    """Children that nobody waits for, and one that is stopped."""
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            os._exit(0)
        children.append(child)
    stopped = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    stopped.send_signal(signal.SIGSTOP)
    ready()
    while goes_on(1):
        pass
    stopped.kill()


def forks():
    """Children that live for some milliseconds each, all of them on the CPU, one after the other."""
    ready()
    while goes_on(0.02):
        child = os.fork()
        if child == 0:
            while time.process_time() < CHILD_MS / 1000:
                pass
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    kinds = {"busy": busy, "hog": hog, "disk": disk, "tcp": tcp, "idle": idle, "ended": ended, "forks": forks}
    kinds[sys.argv[1]](*sys.argv[2:])
