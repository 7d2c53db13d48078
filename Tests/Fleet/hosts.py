"""Pretended hosts, grown from samples that the collector has recorded: their values drift, processes and connections come and go.

A member of a sample that does not change from second to second is written once; of a table only the rows that change.
So a sample costs some tenths of a millisecond, and one core can be a thousand hosts.
"""

import json
import pathlib
import random

RECORDED = pathlib.Path(__file__).parent / "recorded"
PROBES = ("top", "netstat")
# What runs for a moment: name, command line.
ERRANDS = [
    ("pg_dump", "/usr/lib/postgresql/15/bin/pg_dump --format=custom orders"), ("logrotate", "/usr/sbin/logrotate /etc/logrotate.conf"),
    ("rsync", "rsync -a --delete /srv/media/ backup:/srv/media/"), ("apt-get", "apt-get update -qq"),
    ("certbot", "/usr/bin/python3 /usr/bin/certbot renew -q"), ("gzip", "gzip -9 access.log.1"), ("sh", "/bin/sh -c run-parts /etc/cron.hourly")]
MOST_ERRANDS = 6
MOST_CONNECTIONS = 96
# Its place among the shares of a CPU.
IDLE = 3

encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def recorded(probe):
    return json.loads((RECORDED / f"{probe}.json").read_text())


class Drift:
    """A value that wanders about its home, within its bounds."""

    def __init__(self, dice, home, width, low=0.0, high=float("inf")):
        self.dice, self.home, self.width, self.low, self.high = dice, home, width, low, high
        self.value = min(high, max(low, home + dice.uniform(-width, width)))

    def step(self):
        pull = (self.home - self.value) / 20
        self.value = min(self.high, max(self.low, self.value + pull + self.dice.uniform(-self.width, self.width) / 4))
        return self.value


class Table:
    """A table as text: each row is written when it changes."""

    def __init__(self, table, keep):
        self.place = {name: index for index, name in enumerate(table["cols"])}
        self.head = f'{{"cols":{encode(table["cols"])},"rows":['
        self.others = {name: value for name, value in table.items() if name not in ("cols", "rows")}
        self.rows = [list(row) for row in table["rows"] if keep(row)]
        self.texts = [encode(row) for row in self.rows]

    def put(self, index, **cells):
        row = self.rows[index]
        for name, value in cells.items():
            row[self.place[name]] = value
        self.texts[index] = encode(row)

    def add(self, row):
        self.rows.append(row)
        self.texts.append(encode(row))

    def remove(self, index):
        del self.rows[index], self.texts[index]

    def text(self):
        others = "".join(f',"{name}":{encode(value)}' for name, value in self.others.items())
        return f'{self.head}{",".join(self.texts)}]{others}}}'


def core(shares, more):
    """The shares of a CPU that does a little more or less of all than the CPUs together; idle is the rest of 100."""
    parts = [max(0, share + (more if share else 0)) for share in shares]
    parts[IDLE] = 0
    whole = max(100, sum(parts))
    parts = [round(100 * part / whole, 1) for part in parts]
    parts[IDLE] = round(max(0, 100 - sum(parts)), 1)
    return parts


class Sample:
    """A sample's members as text, in the order in which they were recorded."""

    def __init__(self, probe):
        self.probe = probe
        self.values = recorded(probe)
        self.texts = {name: encode(value) for name, value in self.values.items()}

    def put(self, **members):
        for name, value in members.items():
            self.texts[name] = encode(value)

    def bytes(self):
        return ("{" + ",".join(f'"{name}":{text}' for name, text in self.texts.items()) + "}").encode()


class Host:
    """One host; the same seed and name give the same life."""

    def __init__(self, name, seed, started_ms, interval_ms=1000):
        self.name, self.started, self.interval_ms = name, f"{started_ms:x}", interval_ms
        self.dice = random.Random(f"{seed} {name}")
        dice = self.dice
        # Collectors sample at whole seconds, and each is a little late.
        self.late_ms = dice.randint(2, 90)
        self.clock_ms = 0
        self._stepped = None
        self._seq = dict.fromkeys(PROBES, 0)
        self._errands = []
        self._samples = {probe: Sample(probe) for probe in PROBES}
        top, netstat = (self._samples[probe].values for probe in PROBES)
        self.busy = Drift(dice, dice.triangular(3, 85, 20), dice.uniform(2, 14), 0.3, 99.5)
        self.memory = Drift(dice, dice.uniform(0.15, 0.85), 0.02, 0.05, 0.97)
        self.traffic = Drift(dice, dice.triangular(2e3, 4e7, 3e5), dice.uniform(1e3, 2e5), 0)
        self.disk = Drift(dice, dice.triangular(0, 6e7, 4e5), dice.uniform(1e3, 3e5), 0)
        self.total_kib = dice.choice([4, 8, 16, 24, 64, 128]) << 20
        self._procs = Table(top["procs"], lambda row: dice.random() < 0.9 or row[0] == 1)
        self._conns = Table(netstat["conns"], lambda row: dice.random() < 0.9)
        self._boot = f"{dice.getrandbits(32):08x}"
        self._base = dice.randint(0, 20_000)
        for index, row in enumerate(self._procs.rows):
            if row[0] != 1:
                self._procs.put(index, pid=row[0] + self._base)
        for sample in self._samples.values():
            sample.put(boot=self._boot, intervalMs=interval_ms, host=name)

    def step(self, seconds):
        """Sets the host's clock; its next samples say so."""
        self.clock_ms += int(seconds * 1000)
        self._stepped = int(seconds * 1000)

    def sample(self, probe, true_ms):
        """The sample of that moment: its key's probe, its score and its bytes."""
        sample, t = self._samples[probe], true_ms + self.clock_ms
        seq = self._seq[probe]
        self._seq[probe] += 1
        sample.put(id=f"{self.name}:{probe}:{self.started}:{seq}", t=t, seq=seq, dtMs=self.interval_ms + self.dice.randint(-9, 9) / 10)
        sample.texts.pop("clockStepMs", None)
        if probe == PROBES[0]:
            self._live(sample, seq)
        else:
            self._speak(sample)
        flags = []
        if self._stepped is not None:
            sample.texts.pop("flags")
            sample.put(clockStepMs=self._stepped)
            flags = ["clock-step"]
            self._stepped = None
        sample.put(flags=flags)
        return t, sample.bytes()

    # What `top` tells.

    def _live(self, sample, seq):
        dice, busy = self.dice, self.busy.step()
        waits = min(100 - busy, max(0, dice.gauss(0.5, 1)))
        shares = [busy * 0.72, 0, busy * 0.24, 100 - busy - waits, waits, 0, busy * 0.04, 0, 0]
        names = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest")
        available = int(self.total_kib * (1 - self.memory.step()))
        load, disk = busy / 42, self.disk.step()
        mem = {**sample.values["mem"], "total": self.total_kib, "available": available, "free": available // 3,
               "cached": available // 2, "dirty": dice.randint(100, 90_000), "pgmajfaultPerS": round(max(0, dice.gauss(0, 4)), 1)}
        pressed = [round(max(0, busy - 50) * part, 2) for part in (1.4, 1.0, 0.7)]
        sample.put(
            cpu={name: round(share, 2) for name, share in zip(names, shares)},
            cpus=[core(shares, way) for way in (1.5, -1.5)],
            load=[round(load, 2), round(load * 0.6 + self.busy.home / 105, 2), round(self.busy.home / 42, 2)],
            uptimeS=sample.values["uptimeS"] + self._base + seq * self.interval_ms / 1000,
            ctxtPerS=round(900 + busy * dice.uniform(60, 90)), intrPerS=round(400 + busy * 20, 1), mem=mem,
            psi={**sample.values["psi"], "cpu": {"some": pressed, "full": [0, 0, 0]}},
            disks={**sample.values["disks"], "rows": [["vda", round(disk * 0.4), round(disk), round(disk / 32e3, 1), round(disk / 24e3, 1),
                                                       round(min(100, disk / 9e5), 1), int(disk > 2e7)]]},
            tookUs=dice.randint(2100, 4800))
        self._run_errands()
        self._work(busy)
        sample.put(tasks={**sample.values["tasks"], "total": 73 + len(self._procs.rows), "sleeping": 72 + len(self._procs.rows)})
        sample.texts["procs"] = self._procs.text()
        name, used, pid = (self._procs.place[column] for column in ("comm", "cpuPct", "pid"))
        busiest = max(self._procs.rows, key=lambda row: row[used] or 0)
        sample.put(busiest={"pid": busiest[pid], "comm": busiest[name], "cpuPct": busiest[used]})

    def _work(self, busy):
        """The busiest program follows the host; of the others a few have done something since."""
        procs, dice = self._procs, self.dice
        time_of, size_of = procs.place["timeMs"], procs.place["rssKiB"]
        for index, share in [(0, busy * 1.3)] + [(dice.randrange(len(procs.rows)), busy * dice.uniform(0, 0.12)) for _ in range(7)]:
            row = procs.rows[index]
            procs.put(index, cpuPct=round(share, 1), timeMs=row[time_of] + round(share * 10), state="R" if share > 30 else "S",
                      rssKiB=max(900, int(row[size_of] * dice.uniform(0.995, 1.006))))

    def _run_errands(self):
        procs, dice = self._procs, self.dice
        while self._errands and self._errands[0][0] <= self._seq["top"]:
            pid = self._errands.pop(0)[1]
            procs.remove(next(index for index, row in enumerate(procs.rows) if row[0] == pid))
        if len(self._errands) < MOST_ERRANDS and dice.random() < 0.2:
            name, command = dice.choice(ERRANDS)
            pid = 30_000 + self._base + self._seq["top"]
            row = list(procs.rows[-1])
            for column, value in {"pid": pid, "user": "root", "cpuPct": round(dice.uniform(0, 30), 1), "rssKiB": dice.randint(2_000, 90_000),
                                  "timeMs": 10, "unit": "cron.service", "comm": name, "cmd": command, "wrBps": dice.randint(0, 900_000)}.items():
                row[procs.place[column]] = value
            procs.add(row)
            self._errands.append((self._seq["top"] + dice.randint(2, 20), pid))
            self._errands.sort()

    # What `netstat` tells.

    def _speak(self, sample):
        dice, rate = self.dice, self.traffic.step()
        self._change_connections()
        count = len(self._conns.rows)
        sent = rate * dice.uniform(0.3, 0.9)
        ifs = sample.values["ifs"]
        lo, eth = (list(row) for row in ifs["rows"])
        lo[1:5] = [round(rate / 50)] * 2 + [round(rate / 9000, 1)] * 2
        eth[1:5] = [round(rate), round(sent), round(rate / 820, 1), round(sent / 760, 1)]
        eth[7] = round(max(0, dice.gauss(-3, 1)), 1)
        resent = round(max(0, dice.gauss(-1, 2)), 1)
        received = {**sample.values["proto"], "IpInReceives": round(rate / 820, 1)}
        sample.put(
            ifs={**ifs, "rows": [lo, eth]}, tcp={**sample.values["tcp"], "established": count - 6, "timeWait": 6 + dice.randint(0, 5)},
            connsTotal=count + 32, tookUs=dice.randint(2900, 6200),
            protoErrors={**sample.values["protoErrors"], "TcpRetransSegs": resent},
            # Of all counters those that moved.
            proto={**received, "TcpRetransSegs": resent} if resent else received)
        sample.texts["conns"] = self._conns.text()

    def _change_connections(self):
        """A few are closed, others opened, some move bytes."""
        conns, dice = self._conns, self.dice
        for _ in range(dice.randint(0, 3)):
            if len(conns.rows) > 40:
                conns.remove(dice.randrange(len(conns.rows)))
        for _ in range(dice.randint(0, 3)):
            if len(conns.rows) < MOST_CONNECTIONS:
                row = list(dice.choice(conns.rows))
                row[conns.place["raddr"]] = f"10.20.{dice.randint(0, 5)}.{dice.randint(12, 70)}"
                row[conns.place["rport"]] = dice.randint(32_768, 60_999)
                row[conns.place["inode"]] += dice.randint(1, 9_999)
                conns.add(row)
        for _ in range(8):
            moved = dice.randint(0, 20_000)
            conns.put(dice.randrange(len(conns.rows)), rxBps=moved, txBps=moved * 2, rttUs=dice.randint(60, 2_000))
