"""The programs as their users start and end them: exit statuses, one clear line each, nothing left behind."""

import os
import pathlib
import signal
import subprocess
import time

import pytest
from daemons import BINARY, ROOT, Demo
from facts import await_fact

COLLECTOR = str(pathlib.Path(BINARY).parent / "collector")


def run(*command, **environment):
    """Runs a program that is expected to end by itself; (status, standard error)."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMASSEMBLER_", "COLLECTOR_"))}
    done = subprocess.run(
        command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stderr


def processes_naming(text):
    """Ids of the running processes whose command line holds `text`; processes that have ended do not count."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if text.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                pass
    return found


def test_a_demo_killed_hard_leaves_nothing_behind():
    demo = Demo()
    folder = os.path.dirname(demo.redis_url.removeprefix("unix://"))
    assert demo.redis("PING") == "PONG", "the URL is said once Redis answers"
    assert len(processes_naming(folder)) >= 2, "redis-server and the collector name the folder"
    demo.process.kill()
    demo.process.wait()
    await_fact("its processes are gone", lambda: not processes_naming(folder))
    await_fact("its folder is gone", lambda: not os.path.exists(folder))


def test_a_demo_ends_on_sigint_with_status_0_and_leaves_nothing_behind():
    demo = Demo()
    folder = os.path.dirname(demo.redis_url.removeprefix("unix://"))
    began = time.monotonic()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(5) == 0, demo.tail()
    assert time.monotonic() - began < 5
    await_fact("its processes are gone", lambda: not processes_naming(folder))
    assert not os.path.exists(folder)


def test_a_demo_whose_redis_dies_says_so():
    demo = Demo()
    assert demo.redis("PING") == "PONG", "the URL is said once Redis answers"
    server = demo.redis("INFO", "server")
    pid = int(next(line for line in server.splitlines() if line.startswith("process_id:")).split(":")[1])
    os.kill(pid, signal.SIGKILL)
    assert demo.process.wait(10) == 69
    assert "redis-server ended" in demo.tail()


def test_a_taken_port_is_one_line_with_the_remedy(demo):
    port = demo.url.rsplit(":", 1)[1]
    status, said = run(BINARY, "serve", "--port", port, "--redis", demo.redis_url, "--log-level", "error")
    assert status == 69
    assert said == (
        f"streamassembler: port {port} on 127.0.0.1 is in use; choose another: --port {int(port) + 1}, "
        "or --port 0 for a free one\n")


def test_a_missing_redis_server_is_one_line_with_the_remedy():
    status, said = run(BINARY, "demo", "--port", "0", PATH="/nowhere")
    assert status == 69
    assert said == "streamassembler: redis-server: not found; install it: apt-get install redis-server\n"


def test_redis_away_is_status_69_where_it_is_required():
    status, said = run(BINARY, "serve", "--port", "0", "--require-redis", "--redis", "redis://127.0.0.1:1")
    assert status == 69
    assert said == "streamassembler: redis: redis://127.0.0.1:1: Connection refused\n"


@pytest.mark.parametrize("program", [(BINARY, "serve"), (COLLECTOR, "run")])
@pytest.mark.parametrize(
    "options, environment, status, named",
    [
        (["--bogus"], {}, 64, "--bogus"),
        (["--prefix", "a:b"], {}, 64, "prefix: 'a:b' from the flag --prefix"),
        (["--redis", "http://x"], {}, 64, "redis: "),
        (["--config", "/nowhere.yml"], {}, 78, "config: '/nowhere.yml' cannot be read (no such file)"),
        ([], {"PREFIX": "a:b"}, 78, "prefix: 'a:b' from the environment variable"),
        ([], {"PREFFIX": "a"}, 78, "preffix: unknown key in the environment variable"),
    ])
def test_a_wrong_setting_is_named_with_its_place(program, options, environment, status, named):
    prefix = "COLLECTOR_" if program[0] == COLLECTOR else "STREAMASSEMBLER_"
    ended, said = run(*program, *options, **{prefix + k: v for k, v in environment.items()})
    assert ended == status, said
    assert named in said, said


def test_a_wrong_setting_in_a_file_is_named_with_its_line(tmp_path):
    file = tmp_path / "settings.yml"
    file.write_text("prefix: sa\nport: far\n")
    status, said = run(BINARY, "serve", "--config", str(file))
    assert status == 78
    assert said == (
        f"streamassembler: port: 'far' from {file}, line 2 is not valid; allowed: a whole number, 0 to 65535\n")
