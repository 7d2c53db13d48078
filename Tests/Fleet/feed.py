"""Writes the samples of a fleet into Redis as collectors do: at whole seconds, each host a little late, with the trimming."""

import collections
import socket
import threading
import time

from hosts import PROBES, Host

RETENTION_MS = 7_200_000
# Hosts that are due within so many milliseconds go out together.
SLOT_MS = 10


class Pipe:
    """A connection to Redis that writes many commands and then reads their replies."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.replies = self.socket.makefile("rb")

    def send(self, commands, lines):
        """`lines`: of the replies to all of them; none of the commands answers with a text."""
        self.socket.sendall(b"".join(commands))
        for _ in range(lines):
            line = self.replies.readline()
            if line[:1] not in b":+*" or not line:
                raise RuntimeError(f"redis-server: {line.decode().strip() or 'it hung up'}")

    def close(self):
        self.replies.close()
        self.socket.close()


def command(*words):
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts)


class Feed:
    """All hosts of a fleet, on one thread; `do(fault)` may be called from any."""

    def __init__(self, path, names, seed=1, interval_ms=1000, keep=120, prefix="sa"):
        started = time.time_ns() // 1_000_000
        self.hosts = {name: Host(name, seed, started, interval_ms) for name in names}
        self.interval_ms, self.keep, self.prefix = interval_ms, keep, prefix
        self.silent = set()
        self.written, self.latest_ms, self.cpu_s = 0, 0, 0.0
        self.failure = None
        self._floods = {}
        self._faults = collections.deque()
        self._written_of = collections.Counter()
        self._pipe = Pipe(path)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)

    def start(self):
        self._thread.start()
        return self

    def end(self):
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pipe.close()

    def do(self, fault):
        self._faults.append(fault)

    # On its own thread.

    def _run(self):
        try:
            self._began = time.monotonic()
            while not self._over.is_set():
                now = time.time_ns() // 1_000_000
                self._second(now - now % self.interval_ms + self.interval_ms)
                self.cpu_s = time.thread_time()
        except (OSError, RuntimeError) as error:
            self.failure = error
        finally:
            self._over.set()

    @property
    def is_over(self):
        return self._over.is_set()

    def wait(self, seconds=None):
        """Until it ends by itself, or the time is over."""
        return self._over.wait(seconds)

    def _second(self, at_ms):
        """One interval: hosts in the order in which they are late, then the floods."""
        slots = collections.defaultdict(list)
        for host in self.hosts.values():
            slots[host.late_ms // SLOT_MS].append(host)
        for slot in sorted(slots):
            if self._over.wait(max(0, at_ms + slot * SLOT_MS - time.time_ns() / 1e6) / 1000):
                return
            self._apply()
            self._write([(host, at_ms + host.late_ms) for host in slots[slot] if host.name not in self.silent])
        self._flood()
        self.latest_ms = max(self.latest_ms, time.time_ns() // 1_000_000 - at_ms)

    def _write(self, moments):
        commands, lines = [], 0
        for host, at_ms in moments:
            for probe in PROBES:
                key = self._key(host.name, probe)
                t, member = host.sample(probe, at_ms)
                if self._written_of[key] % 30 == 0:
                    commands += self._trimming(key, t)
                    lines += 7
                commands.append(command("ZADD", key, t, member))
                self._written_of[key] += 1
                lines += 1
        if commands:
            self._pipe.send(commands, lines)
            self.written += 2 * len(moments)

    def _key(self, host, probe):
        return f"{self.prefix}:{{{host}}}:{probe}"

    def _trimming(self, key, t):
        """Seven lines are answered: what lies in the future goes first, as after a clock that was set back."""
        return [command("ZREMRANGEBYSCORE", key, f"({t + 5000}", "+inf"), command("MULTI"),
                command("ZREMRANGEBYRANK", key, 0, -(self.keep + 1)), command("PEXPIRE", key, RETENTION_MS), command("EXEC")]

    def _apply(self):
        passed = time.monotonic() - self._began
        for _ in range(len(self._faults)):
            fault = self._faults.popleft()
            if fault.after > passed:
                self._faults.append(fault)
            elif fault.kind == "die":
                self.silent.add(fault.host)
            elif fault.kind == "revive":
                self.silent.discard(fault.host)
            elif fault.kind == "jump":
                self.hosts[fault.host].step(fault.numbers[0])
                # The first after the clock was set back trims: what is of the future now has to go.
                for probe in PROBES:
                    self._written_of[self._key(fault.host, probe)] = 0
            else:
                self._floods[fault.host] = (int(fault.numbers[0]), time.monotonic() + fault.numbers[1])

    def _flood(self):
        for name, (rate, until) in list(self._floods.items()):
            now = time.time_ns() // 1_000_000
            for first in range(0, rate, 200):
                self._write([(self.hosts[name], now)] * (min(200, rate - first) // 2 or 1))
            if time.monotonic() >= until:
                del self._floods[name]
