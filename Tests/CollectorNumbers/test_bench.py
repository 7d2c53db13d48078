"""`make bench-collector` beside peers that do not start, end, hang, never answer or are no programs: it measures the
collector and the others all the same, and says what each of them did."""

import os
import subprocess
import sys

import pytest
from collected import PROGRAM, ROOT

SILENT = f"""#!{sys.executable}
import socket, sys
port = int(sys.argv[1].rpartition(":")[2])
server = socket.create_server(("127.0.0.1", port))
held = []
while True: held.append(server.accept())
"""

BROKEN = [
    ("netdata", "#!/bin/sh\nexit 3\n", "netdata (ended with status 3)"),
    ("netdata", "#!/bin/sh\nsleep 4; kill -SEGV $$\n", "netdata (ended with status -11)"),
    ("netdata", "no program", "netdata ([Errno 8] Exec format error"),
    ("netdata", "#!/nowhere/interpreter\n", "netdata ([Errno 2] No such file or directory"),
    ("node_exporter", SILENT, "node_exporter (gave no answer)"),
    ("node_exporter", "#!/bin/sh\nexit 0\n", "node_exporter (ended with status 0)"),
    ("ss", "#!/bin/sh\nexit 1\n", "ss -tuapie (ends with status 1)"),
    ("netstat", "#!/bin/sh\nexec sleep 60\n", "netstat -tuanp (does not end within 10 s)"),
]


@pytest.mark.parametrize("name, program, said", BROKEN, ids=[said for *_, said in BROKEN])
def test_the_benchmark_goes_on_beside_a_broken_peer(name, program, said, tmp_path):
    peer = tmp_path / name
    peer.write_text(program)
    peer.chmod(0o755)
    if name == "node_exporter":
        # Looked for first, under Debian's name.
        os.symlink(peer, tmp_path / "prometheus-node-exporter")
    done = subprocess.run(
        [sys.executable, f"{ROOT}/Tests/CollectorBenchmark/bench.py", "--collector", PROGRAM, "--seconds", "6",
         "--processes", "1", "--sockets", "1", "--no-growth"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True, timeout=120)
    # Whether bars are held is another matter: of a debug build, beside other load.
    assert done.returncode in (0, 1) and not done.stderr, done.stderr
    row = next(line.split() for line in done.stdout.splitlines() if line.split()[:2] == ["collector", "run"])
    assert float(row[2]) > 0 and float(row[3]) > 0
    assert "a top sample every second" in done.stdout
    listed = next(line for line in done.stdout.splitlines() if line.startswith("not here, not counted: "))
    assert said in listed, listed
