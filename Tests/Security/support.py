"""A daemon with a Redis of its own, honest clients whose delay is measured, and hostile ones of plain sockets.

Everything that attacks runs in processes of its own, so that what is measured is the daemon and not this program.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import aiohttp

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Browser"))
from daemons import Daemon  # noqa: E402

PATIENCE_S = 60
# The name that connections of the tests have at Redis.
OURS = "tests"


class Redis:
    """A private redis-server on a unix socket, and one connection to it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = f"{self.folder.name}/redis.sock"
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--dir", self.folder.name],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(self.path)
                break
            except OSError:
                assert time.monotonic() < deadline, "redis-server did not open its socket"
        self.answers = self.socket.makefile("rb")
        self.command("CLIENT", "SETNAME", OURS)

    def cut_others(self):
        """Ends every connection but those of the tests, as a middlebox would."""
        length = int(self.command("CLIENT", "LIST")[1:])
        for line in self.answers.read(length + 2).decode().splitlines():
            words = dict(word.split("=", 1) for word in line.split() if "=" in word)
            if words and words["name"] != OURS:
                self.command("CLIENT", "KILL", "ID", words["id"])

    @property
    def url(self):
        return f"unix://{self.path}"

    @staticmethod
    def encode(*words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)

    def add(self, *samples):
        """One ZADD for each `(key, sample)`, pipelined."""
        self.socket.sendall(b"".join(
            self.encode("ZADD", key, sample["t"], json.dumps(sample, separators=(",", ":")))
            for key, sample in samples))
        for _ in samples:
            answer = self.answers.readline()
            assert answer.startswith(b":"), answer

    def command(self, *words):
        """The first line of the answer to one command."""
        self.socket.sendall(self.encode(*words))
        return self.answers.readline()

    def as_user(self, user, password, *words):
        """The same on a connection of its own, as somebody else."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.path)
            answers = connection.makefile("rb")
            for command in (("AUTH", user, password), words):
                connection.sendall(self.encode(*command))
                answer = answers.readline()
        return answer

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def now_ms():
    return int(time.time() * 1000)


def sample(host, number, t=None, padding=0):
    t = t or now_ms()
    body = {"id": f"{host}:top:{number}", "host": host, "probe": "top", "t": t, "v": 1}
    if padding:
        body["pad"] = "x" * padding
    return f"sa:{{{host}}}:top", body


def seed(redis, hosts, each, padding):
    """`each` samples of as many hosts, a second apart, in the last minute."""
    start = now_ms() - each * 1000
    for first in range(0, hosts, 100):
        redis.add(*(
            sample(f"host-{host:05}", number, start + 1000 * number, padding)
            for host in range(first, min(hosts, first + 100)) for number in range(each)))


class Target:
    """The daemon under attack."""

    def __init__(self, redis, *arguments, ready=True, web=ROOT / "web", within=()):
        self.redis = redis
        self.daemon = Daemon(
            "serve", "--redis", redis.url, "--port", "0", "--web", str(web), *arguments, within=within)
        self.url = self.daemon.url
        self.port = int(self.url.rsplit(":", 1)[1])
        self.pid = self.daemon.process.pid
        if ready:
            self.until_ready()

    def request(self, target, headers=()):
        """Status, headers and body of one GET."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
            connection.settimeout(PATIENCE_S)
            lines = [f"GET {target} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close", *headers]
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.decode().lower(), body.decode(errors="replace")

    def until_ready(self):
        deadline = time.monotonic() + PATIENCE_S
        while self.request("/readyz")[0] != 200:
            assert time.monotonic() < deadline, self.daemon.tail()

    def metric(self, name, headers=()):
        for line in self.request("/metrics", headers)[2].splitlines():
            if line.startswith(f"streamassembler_{name} "):
                return float(line.split()[-1])
        return None

    @property
    def rss_kib(self):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    @property
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def until_descriptors(self, count, within_s):
        """Whether it came down to so many. A client that does not read is not told that it was cut: the end stands
        behind the bytes that it does not take."""
        deadline = time.monotonic() + within_s
        while self.descriptors > count and time.monotonic() < deadline:
            pause(0.1)
        return self.descriptors <= count

    def end(self):
        return self.daemon.end()


async def join(session, url, auth=None):
    """A WebSocket that has joined; its packets are read by the caller."""
    ws = await session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
    await ws.receive_str()
    await ws.send_str("40" + (json.dumps(auth) if auth else ""))
    return ws


class Attack:
    """A function of `attacks.py` in a process of its own, from its first word on standard output."""

    def __init__(self, name, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, str(pathlib.Path(__file__).parent / "attacks.py"), name, *map(str, arguments)],
            stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "begun"

    def outcome(self):
        """What it saw, when it is over."""
        output, _ = self.process.communicate(timeout=PATIENCE_S * 2)
        assert self.process.returncode == 0
        return json.loads(output)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def pause(seconds):
    threading.Event().wait(seconds)


def frame(text):
    """A masked text frame of a client (RFC 6455 §5.2), with a mask of zeros."""
    payload = text.encode()
    assert len(payload) < 65536
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + payload


def upgrade(port):
    """The request that opens a WebSocket."""
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
