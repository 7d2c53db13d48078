"""The simulator itself: what it writes is what collectors write, it does what it is told, and it leaves nothing behind."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import urllib.request

import pytest
import socketio

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
sys.path[:0] = [str(FOLDER), str(ROOT / "Tests/Shared")]
import faults  # noqa: E402
from facts import await_fact  # noqa: E402
from hosts import PROBES, Host, recorded  # noqa: E402
from turns import turn  # noqa: E402, F401 (a fixture)

BINARY = os.environ.get("SA_TEST_BINARY", str(ROOT / ".build/debug/streamassembler"))


class Fleet:
    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, FOLDER / "fleet.py", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            env={**os.environ, "SA_TEST_BINARY": BINARY}, text=True)
        first = self.process.stdout.readline()
        self.path = re.search(r"unix://(\S+)", first)[1]
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.said = self.process.communicate(timeout=60)[0]

    def redis(self, *words):
        return subprocess.run(["redis-cli", "-s", self.path, *map(str, words)], capture_output=True, text=True, check=True).stdout

    def newest(self, host, probe):
        found = self.redis("ZREVRANGE", f"sa:{{{host}}}:{probe}", 0, 0)
        return json.loads(found) if found.strip() else None

    def get(self, path):
        with urllib.request.urlopen(self.url.rstrip("/") + path, timeout=20) as answer:
            return answer.read().decode()


def test_the_parts_of_each_cpu_make_a_whole():
    for name in ("web-001", "web-022"):
        host = Host(name, seed=1, started_ms=0)
        for second in range(150):
            for parts in json.loads(host.sample("top", 1000 * second)[1])["cpus"]:
                assert min(parts) >= 0 and max(parts) <= 100 and abs(sum(parts) - 100) < 1, (name, second, parts)


def test_a_small_fleet_is_seen_by_the_daemon_and_leaves_nothing_behind():
    with Fleet("--hosts", "3", "--fault", "die web-002 @2", "--fault", "jump web-003 -60 @2", "--fault", "flood web-001 50 2 @1") as fleet:
        # Each host's both probes arrive, and nothing of them is refused.
        await_fact("the daemon has six keys", lambda: len(json.loads(fleet.get("/api/v1/keys"))["keys"]) == 6)
        stepped = await_fact("a clock is set back", lambda: next(
            (json.loads(line) for line in fleet.redis("ZRANGE", "sa:{web-003}:top", 0, -1).splitlines() if "clock-step" in line), None))
        assert stepped["clockStepMs"] == -60_000 and stepped["flags"] == ["clock-step"]
        silent = await_fact("web-002 is silent", lambda: (
            (alive := fleet.newest("web-001", "top")) and (dead := fleet.newest("web-002", "top")) and alive["t"] - dead["t"] > 2500 and dead))
        assert silent["seq"] >= 0
        await_fact("the flood has come", lambda: int(fleet.redis("ZCARD", "sa:{web-001}:top")) > 40)
        rejected = re.findall(r"^streamassembler_(?:samples_rejected|details_ignored)_total\S* (\d+)", fleet.get("/metrics"), re.M)
        assert rejected and set(rejected) == {"0"}
    assert fleet.process.returncode == 0
    assert not os.path.exists(fleet.path)


class RecordingJSON:
    """Reads as the client does by itself, and keeps each text as it came."""

    dumps = staticmethod(json.dumps)

    def __init__(self):
        self.texts = []

    def loads(self, text, *arguments, **options):
        self.texts.append(text)
        return json.loads(text, *arguments, **options)


def test_a_client_that_knows_no_figures_gets_each_sample_as_it_is_in_redis():
    with Fleet("--hosts", "2") as fleet:
        recorder, heard, events = RecordingJSON(), set(), set()
        client = socketio.Client(json=recorder, reconnection=False)

        def take(event, found):
            events.add(event)
            heard.update(found if event == "updates" else (sample["id"] for sample in found))

        client.on("updates", lambda window, *_: take("updates", window))
        client.on("dUpdates", lambda samples, *_: take("dUpdates", samples))
        client.connect(fleet.url, transports=["websocket"])
        await_fact("samples came by both events", lambda: len(heard) >= 12 and len(events) == 2)
        client.disconnect()
        members = [line for key in ("top", "netstat") for host in ("web-001", "web-002")
                   for line in fleet.redis("ZRANGE", f"sa:{{{host}}}:{key}", 0, -1).splitlines()]
        told = [member for member in members if json.loads(member)["id"] in heard]
        assert len(told) >= 12 and all(json.loads(member)["details"] for member in told)
        assert [member for member in told if not any(member in text for text in recorder.texts)] == []


def test_it_ends_by_itself_and_says_what_it_did():
    with Fleet("--hosts", "2", "--interval", "100", "--seconds", "2") as fleet:
        said = fleet.process.communicate(timeout=60)[0]
    found = re.search(r"fleet: (\d+) samples in \d+ s, [\d.]+ % of a core; a second's samples were written within \d+ ms", said)
    assert found and int(found[1]) >= 4
    assert fleet.process.returncode == 0
    assert not os.path.exists(fleet.path)


@pytest.mark.parametrize("probe", PROBES)
def test_samples_are_of_the_recorded_shape_and_live(probe):
    host, twin, other = (Host(name, 1, 1000) for name in ("web-001", "web-001", "web-002"))
    first = recorded(probe)
    life = [json.loads(host.sample(probe, 1_000_000 + 1000 * second)[1]) for second in range(120)]
    assert [json.loads(twin.sample(probe, 1_000_000 + 1000 * second)[1]) for second in range(120)] == life
    assert json.loads(other.sample(probe, 1_000_000)[1]) != life[0]
    for number, sample in enumerate(life):
        assert list(sample) == list(first)
        assert (sample["id"], sample["host"], sample["seq"]) == (f"web-001:{probe}:3e8:{number}", "web-001", number)
        assert 5_000 < len(json.dumps(sample, separators=(",", ":"))) < 14_000
        assert set(sample["details"]) <= set(sample)
        for table in (part for part in sample.values() if isinstance(part, dict) and "rows" in part):
            assert all(len(row) == len(table["cols"]) for row in table["rows"])
    # Values drift, rows come and go.
    if probe == "top":
        assert all(abs(sum(sample["cpu"].values()) - 100) < 0.1 for sample in life)
        assert len({sample["cpu"]["idle"] for sample in life}) > 60
        assert len({row[0] for sample in life for row in sample["procs"]["rows"]}) > len(life[0]["procs"]["rows"])
    else:
        assert len({sample["ifs"]["rows"][1][1] for sample in life}) > 60
        assert len({tuple(row[2:6]) for sample in life for row in sample["conns"]["rows"]}) > len(life[0]["conns"]["rows"])


def test_a_set_clock_is_told_once():
    host = Host("web-001", 1, 1000)
    host.sample("top", 1_000_000)
    host.step(-5)
    t, text = host.sample("top", 1_001_000)
    assert (t, json.loads(text)["flags"], json.loads(text)["clockStepMs"]) == (996_000, ["clock-step"], -5000)
    t, text = host.sample("top", 1_002_000)
    assert (t, json.loads(text)["flags"]) == (997_000, []) and "clockStepMs" not in json.loads(text)


@pytest.mark.parametrize("text,part", [
    ("", "no word"), ("burn web-001", "no word"), ("die", "takes a host"), ("die web-009", "web-001 to web-002"), ("die web-001 5", "takes a host"),
    ("jump web-001 x", "allowed: -1e+09"), ("flood web-001 0 5", "allowed: 1"), ("flood web-001 50", "2 numbers"), ("die web-001 @-1", "allowed: 0"),
    ("jump web-001 nan", "'nan'")])
def test_a_wrong_fault_says_what_is_allowed(text, part):
    with pytest.raises(faults.Invalid, match=re.escape(part)):
        faults.parse(text, ["web-001", "web-002"])


def test_a_fault_is_read():
    assert faults.parse("jump web-002 -3.5 @20", ["web-001", "web-002"]) == faults.Fault("jump", "web-002", (-3.5,), 20)
