"""The native collector, started as root, as another user."""

import os
import pathlib
import pwd
import subprocess

import pytest
from conftest import ROOT
from facts import PATIENCE_S, await_fact

COLLECTOR = str(ROOT / ".build/debug/collector")
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def statuses(pid):
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        yield dict((part.strip() for part in line.split(":", 1)) for line in lines if ":" in line)


def test_every_thread_is_the_user_with_two_rights_left(redis):
    redis.start()
    redis.socket.chmod(0o777)
    for folder in redis.socket.parents:
        folder.chmod(folder.stat().st_mode | 0o011)
    own = next(statuses(os.getpid()))
    kept = int(own["CapPrm"], 16) & (1 << 2 | 1 << 19)
    nobody = pwd.getpwnam("nobody")
    process = subprocess.Popen([COLLECTOR, "run", "--user", "nobody", "--redis", redis.url, "--host", "h"],
                               stderr=subprocess.DEVNULL)
    try:
        await_fact("a sample", lambda: redis("EXISTS", "sa:{h}:top") == "1" or process.poll() is not None)
        found = list(statuses(process.pid))
        assert found
        for status in found:
            assert status["Uid"].split() == [str(nobody.pw_uid)] * 4
            assert status["Gid"].split() == [str(nobody.pw_gid)] * 4
            assert set(status["Groups"].split()) <= {str(nobody.pw_gid)}
            assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == kept
            assert status["NoNewPrivs"] == "1"
            assert int(status["CapBnd"], 16) & ~(1 << 2 | 1 << 19) == 0
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def test_says_why_it_cannot():
    done = subprocess.run([COLLECTOR, "run", "--user", "nobody-at-all"], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)
    assert done.returncode == 64 and "there is no user 'nobody-at-all'" in done.stderr
