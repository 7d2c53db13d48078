"""A redis-server of one's own on a unix socket in a temporary folder, and enough of its protocol to read samples."""

import json
import shutil
import socket
import subprocess
import tempfile

from facts import await_fact


class Connection:
    """Commands to the server at a unix socket, one at a time; OSError where nobody listens."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.settimeout(20)
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.replies = self.socket.makefile("rb")

    def command(self, *words):
        parts = [str(word).encode() for word in words]
        self.socket.sendall(
            b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
        return self._reply()

    def _reply(self):
        line = self.replies.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"$":
            return None if rest == b"-1" else self.replies.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self._reply() for _ in range(int(rest))]
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest.decode()
        raise RuntimeError(f"redis-server: {rest.decode() or 'it hung up'}")

    def newest_score(self, key):
        """The highest score of a sorted set, -1 where there is none."""
        found = self.command("ZREVRANGE", key, 0, 0, "WITHSCORES")
        return float(found[1]) if found else -1.0

    def close(self):
        self.replies.close()
        self.socket.close()


class PrivateRedis:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="collector-redis-")
        self.path = f"{self.folder}/redis.sock"
        self._start()

    def _start(self, *options):
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--appendonly", "no", "--dir",
             self.folder, *options], stdout=subprocess.DEVNULL)
        try:
            self.connection = await_fact("redis-server answers", self._connected)
        except BaseException:
            self._stop()
            raise

    def _connected(self):
        assert self.process.poll() is None, "redis-server does not start"
        try:
            return Connection(self.path)
        except OSError:
            return None

    @property
    def url(self):
        return f"unix://{self.path}"

    def command(self, *words):
        return self.connection.command(*words)

    def members(self, key):
        """The samples of a key as they were written, oldest first."""
        return self.command("ZRANGE", key, 0, -1)

    def samples(self, key):
        return [json.loads(member) for member in self.members(key)]

    def restart(self, *options):
        """Another server in its place, with what this one holds and further options."""
        self.command("SAVE")
        self.connection.close()
        self.process.terminate()
        self.process.wait(20)
        self._start(*options)

    def end(self):
        self.connection.close()
        self._stop()

    def _stop(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
