"""What is measured: each subject knows its CPU time so far and its memory."""

import http.client
import os
import resource
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import proc

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

# Seconds that a tool which prints once may take.
LONGEST_RUN = 10


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lasting:
    """A program that runs on; its threads' `schedstat`, and that of its children where it has any."""

    period, runs = None, 0

    def __init__(self, name, command, with_children=False):
        self.name, self.with_children = name, with_children
        self.process = subprocess.Popen(command, **QUIET)

    def _pids(self):
        return proc.tree(self.process.pid) if self.with_children else [self.process.pid]

    def failure(self):
        """Why it cannot be measured, as a program that is installed and does not start here; None where it runs."""
        status = self.process.poll()
        return None if status is None else f"{self.name} (ended with status {status})"

    def cpu_ms(self):
        return sum(proc.cpu_ms(pid) for pid in self._pids())

    def rss_kib(self):
        return sum(proc.status_kib(pid, "VmRSS") for pid in self._pids())

    def own_kib(self):
        """Without the pages of files, which are the page cache's and nobody's cost alone."""
        return sum(proc.status_kib(pid, "RssAnon") for pid in self._pids())

    def end(self):
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


class Scraped(Lasting):
    """An exporter that works only when it is asked: asked once a second."""

    period = 1.0

    def __init__(self, name, command, port, path):
        super().__init__(name, command)
        self.port, self.path = port, path

    def run(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", self.path)
            connection.getresponse().read()
            connection.close()
            self.runs += 1
        except OSError:
            pass


class Repeated:
    """A tool that is started anew each second; what its runs used, as the kernel tells their parent (wait4(2))."""

    period = 1.0

    def __init__(self, name, command):
        self.name, self.command, self.used_ms, self.runs, self.status = name, command, 0.0, 0, 0
        self.largest_kib = self._peak_kib()

    def run(self):
        process = subprocess.Popen(self.command, close_fds=False, **QUIET)
        # One that does not end is none to wait for.
        limit = threading.Timer(LONGEST_RUN, process.kill)
        limit.start()
        _, status, used = os.wait4(process.pid, 0)
        limit.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            self.status = process.returncode
        self.used_ms += (used.ru_utime + used.ru_stime) * 1000
        self.runs += 1

    def _peak_kib(self):
        """The peak of one run: `ru_maxrss` would hold this interpreter's, from before the exec."""
        process = subprocess.Popen(self.command, close_fds=False, **QUIET)
        own, peak, deadline = os.readlink("/proc/self/exe"), 0, time.monotonic() + LONGEST_RUN
        while process.poll() is None:
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise OSError(f"does not end within {LONGEST_RUN} s")
            try:
                if os.readlink(f"/proc/{process.pid}/exe") != own:
                    peak = max(peak, proc.status_kib(process.pid, "VmHWM"))
            except OSError:
                continue
        return peak

    def failure(self):
        return f"{self.name} (ends with status {self.status})" if self.status else None

    def cpu_ms(self):
        return self.used_ms

    def rss_kib(self):
        return self.largest_kib

    def end(self):
        pass


class Pacer(threading.Thread):
    """Runs a subject once a second, `offset` seconds after the collector's moment."""

    def __init__(self, subject, offset):
        super().__init__(daemon=True)
        self.subject, self.offset, self.stopping = subject, offset, threading.Event()

    def run(self):
        while not self.stopping.wait(self.subject.period - (time.time() - self.offset) % self.subject.period):
            self.subject.run()

    def end(self):
        self.stopping.set()
        self.join(20)


def others(folder):
    """The tools to compare with that this machine has, and the names of those it has not."""
    found, missing = [], []

    def add(name, program, make):
        if not shutil.which(program):
            return missing.append(name)
        try:
            found.append(make())
        except OSError as error:
            missing.append(f"{name} ({error})")

    add("top -b -d1", "top", lambda: Lasting("top -b -d1", ["top", "-b", "-d1"]))
    add("netstat -tuanp", "netstat", lambda: Repeated("netstat -tuanp", ["netstat", "-tuanp"]))
    add("ss -tuapie", "ss", lambda: Repeated("ss -tuapie", ["ss", "-tuapie"]))
    exporter = next(filter(shutil.which, ("prometheus-node-exporter", "node_exporter")), None)
    port = free_port()
    add("node_exporter", exporter or "node_exporter", lambda: Scraped(
        "node_exporter", [exporter, f"--web.listen-address=127.0.0.1:{port}"], port, "/metrics"))
    add("netdata", "netdata", lambda: Lasting("netdata", netdata(folder), with_children=True))
    return found, missing


def netdata(folder):
    """Everything of it in a folder of its own, on a port of its own."""
    place = tempfile.mkdtemp(dir=folder)
    options = ["netdata", "-D", "-i", "127.0.0.1", "-p", str(free_port())]
    for name in ("cache", "lib", "log"):
        os.mkdir(f"{place}/{name}")
        options += ["-W", "set", "global" if name != "log" else "directories", f"{name} directory", f"{place}/{name}"]
    return options


def raise_limits():
    """Two pipes or sockets for each of thousands of children."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536) if hard > 0 else 65536, hard))
