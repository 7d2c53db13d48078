"""Writes samples of many pretended hosts into Redis, once a second each, varied from real ones."""

import json
import math
import random
import socket
import threading
import time


# The demo's Redis is bounded: as much as the snapshot of so many hosts can hold anyway.
KEPT = 30
PROGRAMS = ["postgres", "nginx", "java", "python3", "node", "ffmpeg", "mysqld", "ruby"]


class Redis:
    """A connection that writes commands and reads as many replies."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.reader = self.socket.makefile("rb")

    def pipeline(self, commands):
        self.socket.sendall(b"".join(encoded(command) for command in commands))
        return [self.reply() for _ in commands]

    def reply(self):
        line = self.reader.readline()
        if line[:1] == b"$" and line[1:3] != b"-1":
            self.reader.read(int(line[1:]) + 2)
        if line[:1] == b"*":
            return [self.reply() for _ in range(int(line[1:]))]
        if line[:1] == b"-":
            raise RuntimeError(line.decode().strip())
        return line

    def close(self):
        self.socket.close()


def encoded(command):
    parts = [part if isinstance(part, bytes) else str(part).encode() for part in command]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts)


class Feeder:
    """Hosts `web-1` to `web-N`, spread over the second, each with a temper of its own; `top` and `netstat` given."""

    def __init__(self, path, top, netstat, hosts, names=None, kept=KEPT):
        self.redis = Redis(path)
        self.samples = {"top": top, "netstat": netstat}
        self.names = names or [f"web-{i + 1}" for i in range(hosts)]
        self.started = f"{int(time.time() * 1000):x}"
        self.silent = set()
        self.kept = kept
        self.written = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def end(self):
        self._end.set()
        self._thread.join()
        self.redis.close()

    def past(self, seconds, every=1):
        """Writes the figures of what the hosts did before now, a sample each `every` seconds; tables of then nobody asks for."""
        now = time.time()
        whole = self.samples
        self.samples = {probe: {name: value for name, value in sample.items() if name not in ("conns", "peers", "listen")}
                        for probe, sample in whole.items()}
        for ago in range(seconds, 0, -every):
            self.write(self.names, now - ago, -ago)
        self.samples = whole

    def write(self, names, at, number):
        commands = []
        for name in names:
            for probe in self.samples:
                t = int(at * 1000)
                member = json.dumps(self.vary(probe, name, t, number), separators=(",", ":")).encode()
                commands.append(("ZADD", f"sa:{{{name}}}:{probe}", t, member))
                if number % 10 == 0:
                    commands.append(("ZREMRANGEBYRANK", f"sa:{{{name}}}:{probe}", 0, -(self.kept + 1)))
        self.redis.pipeline(commands)
        self.written += len(names) * len(self.samples)

    def vary(self, probe, name, t, number):
        sample = dict(self.samples[probe])
        sample.update(host=name, t=t, seq=number, id=f"{name}:{probe}:{self.started}:{number}", flags=[], intervalMs=1000)
        temper = random.Random(name)
        base, swing, phase = temper.uniform(5, 70), temper.uniform(3, 25), temper.uniform(0, 60)
        wave = math.sin((t / 1000 + phase) / temper.uniform(4, 20))
        busy = min(99.0, max(0.5, base + swing * wave + random.uniform(-4, 4)))
        if probe == "top":
            idle = round(100 - busy, 1)
            sample["cpu"] = {**sample["cpu"], "user": round(busy * 0.7, 1), "system": round(busy * 0.3, 1), "idle": idle, "iowait": 0}
            total = sample["mem"]["total"]
            sample["mem"] = {**sample["mem"], "available": int(total * (1 - (0.2 + base / 140 + 0.02 * wave)))}
            sample["psi"] = {kind: {"some": [round(busy / 9, 2)] * 3, "full": [0, 0, 0]} for kind in ("cpu", "memory", "io")}
            program = temper.choice(PROGRAMS)
            sample["procs"] = self.with_first(sample["procs"], program, round(busy * 1.2, 1))
            sample["busiest"] = {"pid": 4711, "comm": program, "cpuPct": round(busy * 1.2, 1)}
            sample["load"] = [round(busy / 40, 2), round(base / 40, 2), round(base / 42, 2)]
        else:
            rate = base * 4000 * (1.3 + wave)
            cols = sample["ifs"]["cols"]
            row = [0] * len(cols)
            row[0], row[1], row[2] = "eth0", round(rate * random.uniform(0.7, 1.2)), round(rate * 0.4)
            row[cols.index("up")] = True
            sample["ifs"] = {"cols": cols, "rows": [row]}
            sample["proto"], sample["protoErrors"] = {}, dict.fromkeys(sample["protoErrors"], 0)
        return sample

    @staticmethod
    def with_first(procs, name, cpu):
        """The table with another program as its busiest row."""
        place = procs["cols"].index
        first = list(procs["rows"][0])
        first[place("comm")], first[place("cmd")], first[place("cpuPct")] = name, name, cpu
        calm = [[min(1.0, value) if i == place("cpuPct") and value else value for i, value in enumerate(row)] for row in procs["rows"][1:]]
        return {"cols": procs["cols"], "rows": [first, *calm]}

    def _run(self):
        # Ten groups of hosts, a tenth of a second apart, as collectors that started at other times are.
        groups = [self.names[i::10] for i in range(10)]
        began = time.monotonic()
        tick = 0
        while not self._end.wait(max(0, began + tick / 10 - time.monotonic())):
            names = [name for name in groups[tick % 10] if name not in self.silent]
            if names:
                self.write(names, time.time(), tick // 10)
            tick += 1
