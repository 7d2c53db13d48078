"""Starts and ends the server under test, `ConformanceServer clients`."""

import os
import pathlib
import re
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("CONFORMANCE_SERVER", str(ROOT / ".build/debug/ConformanceServer"))
PATIENCE_S = 30
TRANSPORTS = {
    "websocket": ["websocket"],
    "polling": ["polling"],
    "upgrade": ["polling", "websocket"],
}


class Server:
    """A running server on a port of its own, the same one after each restart."""

    def __init__(self, *options):
        self._options = options
        self._start(0)

    def _start(self, port):
        self.process = subprocess.Popen(
            [BINARY, "clients", "--port", str(port), *self._options], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = []
        reader = threading.Thread(target=lambda: found.append(self.process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(PATIENCE_S)
        match = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", found[0] if found else "")
        if not match:
            self.end()
            raise RuntimeError(f"{BINARY} did not listen on port {port}: {found}")
        self.port = int(match[1])

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def restart(self):
        """As after a crash: no session hears of it, and all are forgotten."""
        self.end()
        self._start(self.port)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
