"""The portable collector, under each shell and each awk that is here, against a real Redis."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import urllib.request

import pytest
from conftest import ROOT
from facts import PATIENCE_S, await_fact

SCRIPT = str(ROOT / "collectors/sh/collector.sh")
NATIVE = str(ROOT / ".build/debug/collector")
DAEMON = str(ROOT / ".build/debug/streamassembler")
ENVELOPE = ["id", "host", "probe", "t", "v", "boot", "seq", "intervalMs", "dtMs"]


@pytest.fixture(params=["dash", "busybox"])
def shell(request, tmp_path):
    """The words that run a script, and the PATH for it: with busybox, its applets alone and redis-cli."""
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    if request.param == "dash":
        return ["dash"], os.environ["PATH"]
    folder = tmp_path / "applets"
    folder.mkdir()
    for name in subprocess.run(["busybox", "--list"], capture_output=True, text=True, check=True).stdout.split():
        (folder / name).symlink_to(shutil.which("busybox"))
    (folder / "redis-cli").symlink_to(shutil.which("redis-cli"))
    return ["busybox", "sh"], str(folder)


def environment(path, **more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COLLECTOR_", "REDISCLI_"))}
    return {**kept, "PATH": path, **more}


class Running:
    """A collector that is ended with its test."""

    def __init__(self, shell, *options, **variables):
        words, path = shell
        self.process = subprocess.Popen(
            [shutil.which(words[0]), *words[1:], SCRIPT, *options], env=environment(path, **variables),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.output = self.process.communicate(timeout=PATIENCE_S)[0]


def once(shell, *options):
    words, path = shell
    done = subprocess.run(
        [shutil.which(words[0]), *words[1:], SCRIPT, "--once", *options], env=environment(path), capture_output=True,
        timeout=PATIENCE_S, check=True)
    assert not done.stderr
    return [json.loads(line) for line in done.stdout.split(b"\n") if line]


def differences(found, wanted, place=""):
    """Where `found` is not `wanted` in names and types; null may stand for anything."""
    if found is None or wanted is None:
        return []
    numbers = (int, float)
    if isinstance(wanted, numbers) and not isinstance(wanted, bool):
        right = isinstance(found, numbers) and not isinstance(found, bool)
    else:
        right = isinstance(found, type(wanted))
    if not right:
        return [f"{place}: {found!r} where {wanted!r} stands"]
    if isinstance(wanted, dict) and place != ".proto":
        if "rows" in wanted and not ("others" in wanted and "others" in found):
            # Tables of another length: what is left out of one may be in the other.
            found, wanted = ({name: part for name, part in table.items() if name != "others"}
                             for table in (found, wanted))
        if list(found) != list(wanted):
            return [f"{place}: members {list(found)} where {list(wanted)} stand"]
        if "rows" in wanted:
            cells = {}
            for row in wanted["rows"]:
                for name, cell in zip(wanted["cols"], row):
                    cells.setdefault(name, cell) if cell is not None else None
            return [found["cols"] != wanted["cols"] and f"{place}: other columns"] * (
                found["cols"] != wanted["cols"]) + [
                line for row in found["rows"] for name, cell in zip(found["cols"], row, strict=True)
                for line in differences(cell, cells.get(name), f"{place}.{name}")]
        return [line for name in wanted for line in differences(found[name], wanted[name], f"{place}.{name}")]
    return []


def test_samples_have_the_names_and_types_of_the_native_collector(shell):
    native = subprocess.run([NATIVE, "once", "--host", "web-1"], capture_output=True, timeout=PATIENCE_S, check=True)
    samples = once(shell, "--host", "web-1")
    wanted = [json.loads(line) for line in native.stdout.split(b"\n") if line]
    assert [sample["probe"] for sample in samples] == ["top", "netstat"]
    for found, right in zip(samples, wanted):
        assert list(found)[:9] == ENVELOPE
        assert found["details"] == right["details"] and set(found["details"]) <= set(found)
        assert sorted(found) == sorted(right)
        order = {name: right[name] for name in found}
        assert differences(found, order) == []
        assert re.fullmatch(rf"web-1:{found['probe']}:[0-9a-f]+:1", found["id"])
        assert found["boot"] == right["boot"] and found["flags"] == []
        assert len(json.dumps(found)) < 16000


def test_figures_are_those_of_the_host(shell):
    top, netstat = once(shell)
    assert abs(sum(top["cpu"].values()) - 100) < 0.001
    assert top["tasks"]["total"] == top["others"]["count"] + len(top["procs"]["rows"])
    own = [row for row in top["procs"]["rows"] if row[0] == 1]
    assert all(row[3] == pathlib.Path("/proc/1").owner() for row in own)
    lo = next(row for row in netstat["ifs"]["rows"] if row[0] == "lo")
    assert lo[9] is True and lo[1] == lo[2]
    assert netstat["connsTotal"] == sum(netstat["tcp"].values()) - netstat["tcp"]["listen"] - \
        netstat["tcp"]["tcp6Established"]


@pytest.mark.parametrize("name,shown", [
    (b'q"b\\s\ttab', 'q"b\\s\ttab'), (b"a) R 1\n(z", "a) R 1\n(z"), (b"bad\xff\xc3(\xe2\x82\xac", "bad\ufffd\ufffd(€"),
    (b"$(id);`x`'", "$(id);`x`'")])
def test_any_process_name_is_sent_as_it_is(shell, tmp_path, name, shown):
    program = bytes(tmp_path) + b"/" + name
    shutil.copy(shutil.which("dash"), program)
    busy = subprocess.Popen([program, b"-c", b"while :; do :; done"])
    try:
        rows = once(shell, "--probe", "top")[0]["procs"]["rows"]
    finally:
        busy.kill()
        busy.wait()
    assert next(row[17] for row in rows if row[0] == busy.pid) == shown


def test_redis_gets_each_sample_once_with_trim_and_expiry(shell, redis):
    redis.start()
    key = "p:{web-1}:top"
    with Running(shell, "--redis", redis.url, "--host", "web-1", "--prefix", "p", "--keep", "2", "--retention", "5m"):
        await_fact("a sample of each probe", lambda: redis("EXISTS", key, "p:{web-1}:netstat") == "2")
        await_fact("two of them", lambda: redis("ZCARD", key) == "2")
        await_fact("an expiry", lambda: int(redis("PTTL", key)) > 200000)
    lines = redis("ZRANGE", key, "0", "-1", "WITHSCORES").splitlines()
    samples = [json.loads(line) for line in lines[::2]]
    assert [int(score) for score in lines[1::2]] == [sample["t"] for sample in samples]
    assert [sample["seq"] for sample in samples] == [0, 1]
    assert [sample["flags"] for sample in samples] == [["first"], []]
    assert samples[0]["dtMs"] is None and samples[1]["dtMs"] > 0


def test_goes_on_while_redis_is_away(shell, redis):
    with Running(shell, "--redis", redis.url, "--host", "h", "--probe", "netstat") as collector:
        assert "takes no sample" in collector.process.stdout.readline()
        redis.start()
        assert "takes samples again" in collector.process.stdout.readline()
        await_fact("a sample", lambda: redis("EXISTS", "sa:{h}:netstat") == "1")
    assert json.loads(redis("ZRANGE", "sa:{h}:netstat", "0", "0"))["seq"] > 0


def test_a_password_is_in_no_command_line(shell, redis, tmp_path):
    redis.start()
    redis("CONFIG", "SET", "requirepass", "p'w %@:/\"$x")
    redis.password = "p'w %@:/\"$x"
    words, path = shell
    (tmp_path / "bin").mkdir()
    spy = tmp_path / "bin/redis-cli"
    spy.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/spied\nexec {shutil.which("redis-cli")} "$@"\n')
    spy.chmod(0o755)
    # The unix form has no place for a password: it comes by redis-cli's own variable, and by a URL over TCP below.
    with Running((words, f"{tmp_path}/bin:{path}"), "--redis", redis.url, "--host", "h", REDISCLI_AUTH=redis.password):
        await_fact("a sample", lambda: redis("EXISTS", "sa:{h}:top") == "1")
    with Running((words, f"{tmp_path}/bin:{path}"), "--host", "h",
                 COLLECTOR_REDIS="redis://me:p'w%20%25%40%3A%2F%22$x@127.0.0.1:1/3") as collector:
        assert "refused" in collector.process.stdout.readline()
        variables = pathlib.Path(f"/proc/{collector.process.pid}/environ").read_bytes().split(b"\0")
        assert b"REDISCLI_AUTH=p'w %@:/\"$x" in variables
        assert not [v for v in variables if v.startswith(b"COLLECTOR_REDIS=")]
    spied = (tmp_path / "spied").read_text()
    assert "--user me -h 127.0.0.1 -p 1 -n 3 -x ZADD" in spied
    assert "p'w" not in spied


def test_the_daemon_takes_the_samples(redis):
    redis.start()
    daemon = subprocess.Popen(
        [DAEMON, "serve", "--redis", redis.url, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, env=environment(os.environ["PATH"]))
    try:
        with Running((["dash"], os.environ["PATH"]), "--redis", redis.url, "--host", "web-1"):
            url = next(match[0] for line in daemon.stdout if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
            def keys():
                with urllib.request.urlopen(f"{url}/api/v1/keys", timeout=20) as answer:
                    return json.load(answer)["keys"]
            await_fact("both probes", lambda: {key["probe"] for key in keys()} == {"top", "netstat"})
            with urllib.request.urlopen(f"{url}/metrics", timeout=20) as answer:
                refused = re.findall(r"^streamassembler_samples_rejected_total.* (\d+)", answer.read().decode(), re.M)
            assert sum(map(int, refused)) == 0
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize("options", [
    ["--interval", "10ms"], ["--interval", "x"], ["--probe", "who"], ["--host", "a:b"], ["--keep", "0"], ["--prefix"],
    ["--redis", "http://x"], ["--redis", "redis://h:p"], ["--redis", "redis://h/x"], ["--retention", "1s"], ["--nonsense"]])
def test_says_what_is_not_allowed(options):
    done = subprocess.run(["dash", SCRIPT, *options], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 64
    assert done.stderr.startswith("collector: ") and options[0] in done.stderr


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_shellcheck_finds_nothing():
    scripts = [SCRIPT, *map(str, (ROOT / "deploy").glob("**/make-deb"))]
    done = subprocess.run(["shellcheck", *scripts], stdout=sys.stdout, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0
