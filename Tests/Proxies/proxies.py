"""Real nginx and HAProxy on ports and in folders of their own, and what clients see through them."""

import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import threading

from facts import await_fact

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "deploy/proxies"
NGINX = "/usr/sbin/nginx"
HAPROXY = "/usr/sbin/haproxy"


def free_port():
    """A port that nobody listens on, and that neither the kernel gives to a client nor another process of these tests
    takes: what begins to listen there a moment later finds it free."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 10_000 + 1000 * (worker % 10)
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port := random.randrange(first, first + 1000)))
            except OSError:
                continue
            return port


def listens(process, port):
    """Whether that very process listens on the port, and no other one that was there first."""
    suffix = f":{port:04X}"
    inodes = {row[9] for row in map(str.split, open("/proc/net/tcp")) if row[1].endswith(suffix) and row[3] == "0A"}
    held = set()
    for entry in os.scandir(f"/proc/{process.pid}/fd"):
        try:
            held.add(os.readlink(entry.path))
        except OSError:
            pass
    return any(f"socket:[{inode}]" in held for inode in inodes)


def example(name, replace):
    """An example of deploy/ with other texts in it, each of which has to stand there."""
    text = (EXAMPLES / name).read_text()
    for before, after in replace:
        assert before in text, f"{name} holds no {before!r}"
        text = text.replace(before, after)
    return text


class Proxy:
    """A proxy in the foreground, ended by its own process id."""

    def __init__(self, command, folder, port):
        self.command, self.folder, self.port = command, folder, port
        self.start()

    def start(self):
        self.log = open(self.folder / "proxy.log", "ab")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

        def is_ready():
            assert self.process.poll() is None, self.said()
            return listens(self.process, self.port)

        await_fact(f"{self.command[0]} listens", is_ready)

    def end(self):
        if self.process.poll() is None:
            # Both take it as "now".
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.log.close()

    def said(self):
        return (self.folder / "proxy.log").read_text(errors="replace")[-3000:]


def nginx(folder, port, inner):
    """nginx whose `http { }` holds `inner`."""
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    path = folder / "nginx.conf"
    path.write_text(
        f"{user}\ndaemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log stderr warn;\n"
        f"events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n{temporary}\n{inner}\n}}\n")
    return Proxy([NGINX, "-p", str(folder), "-c", str(path)], folder, port)


def haproxy(folder, port, text):
    path = folder / "haproxy.cfg"
    path.write_text(text)
    return Proxy([HAPROXY, "-db", "-f", str(path)], folder, port)


def nginx_example(folder, port, certificate, *daemons, further=()):
    """deploy/proxies/nginx.conf before these daemons, by port. `further`: more texts to replace, each with another."""
    servers = "\n".join(f"    server 127.0.0.1:{daemon} max_fails=1 fail_timeout=10s;" for daemon in daemons)
    return nginx(folder, port, example("nginx.conf", replace=[
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("/etc/ssl/certs/monitor.pem", str(certificate)), ("/etc/ssl/private/monitor.key", str(certificate)),
        ("    server 127.0.0.1:8080 max_fails=1 fail_timeout=10s;", servers), *further]))


def haproxy_example(folder, port, certificate, *daemons, words=""):
    """deploy/proxies/haproxy.cfg before these daemons, by port. `words`: more of each server."""
    servers = "\n".join(f"    server daemon{n} 127.0.0.1:{daemon}{words}" for n, daemon in enumerate(daemons))
    return haproxy(folder, port, example("haproxy.cfg", replace=[
        ("bind :443", f"bind 127.0.0.1:{port}"), ("/etc/ssl/private/monitor.pem", str(certificate)),
        ("    server daemon1 127.0.0.1:8080", servers)]))


def make_certificate(folder):
    """A certificate for monitor.example that signs itself, with its key in one file."""
    path = folder / "monitor.pem"
    key, certificate = folder / "key", folder / "certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=monitor.example", "-addext", "subjectAltName=DNS:monitor.example,IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    path.write_text(certificate.read_text() + key.read_text())
    return path


def curl(url, *options):
    """(status, headers, body) of one request; the status as curl's `HTTP/2 200`."""
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--insecure", "--max-time", "20", "--include", *options, url],
        capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    head, _, body = done.stdout.decode(errors="replace").partition("\r\n\r\n")
    first, *fields = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    return " ".join(first.split()[:2]), headers, body


def clients_in(log):
    """The addresses of clients that a daemon has logged."""
    return re.findall(r" address=(\S+)", log)


class Relay:
    """A middlebox on the way to a port that lets all pass but WebSockets: those open, and then are `deaf` (nothing of the
    client's gets through), or `cut` after a second; or the request for one is never answered (`silent`), or ends the
    connection (`closed`; `closed once` for the first one). `fault` may change; with None all pass."""

    def __init__(self, target, fault):
        self.target, self.fault = target, fault
        self.faults = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        server = socket.create_connection(("127.0.0.1", self.target))
        threading.Thread(target=self._back, args=(server, client), daemon=True).start()
        upgraded = False
        try:
            while data := client.recv(65536):
                if upgraded and self.fault == "deaf":
                    continue
                if b"upgrade: websocket" in data.lower() and (fault := self.fault):
                    upgraded = True
                    self.faults += 1
                    if fault == "silent":
                        continue
                    if fault.startswith("closed"):
                        self.fault = None if fault == "closed once" else fault
                        break
                    if self.fault == "cut":
                        threading.Timer(1, lambda: self._close(client, server)).start()
                server.sendall(data)
        except OSError:
            pass
        self._close(client, server)

    def _back(self, server, client):
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        self._close(client, server)

    @staticmethod
    def _close(*sockets):
        for one in sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def said(self):
        return f"{self.fault}: {self.faults} times"

    def end(self):
        self._listener.close()
