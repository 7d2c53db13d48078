#!/usr/bin/env python3
"""A fleet of pretended hosts with a Redis and a daemon of its own: prints the dashboard's address, and ends clean.

While it runs on a terminal, faults may be typed; `--fault 'die web-003 @20'` says one in advance.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import faults
from feed import Feed

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 60
MOST_HOSTS = 5000


def whole(low, high):
    def read(text):
        value = int(text) if re.fullmatch(r"-?\d+", text) else low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"'{text}' is not allowed; allowed: {low} to {high}")
        return value
    return read


def options():
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"Faults: {faults.HELP}.")
    parser.add_argument("--hosts", type=whole(1, MOST_HOSTS), default=20, metavar="N", help="how many hosts (20)")
    parser.add_argument("--seconds", type=whole(1, 86_400), metavar="S", help="end by itself after S seconds (never)")
    parser.add_argument("--interval", type=whole(100, 60_000), default=1000, metavar="MS", help="between samples of a probe (1000)")
    parser.add_argument("--keep", type=whole(1, 3600), default=120, metavar="N", help="samples that Redis keeps of a key (120)")
    parser.add_argument("--seed", type=whole(0, 1 << 31), default=1, metavar="N", help="another fleet (1)")
    parser.add_argument("--fault", action="append", default=[], metavar="FAULT", help="may be repeated; '@20' at the end: after 20 s")
    parser.add_argument("--port", type=whole(0, 65_535), default=0, metavar="N", help="of the dashboard (any that is free)")
    parser.add_argument("--redis", metavar="PATH", help="unix socket of a Redis that runs already; then no daemon is started")
    parser.add_argument("daemon", nargs="*", metavar="-- OPTION", help="further options of the daemon, behind --")
    return parser, parser.parse_args()


def names(count):
    return [f"web-{number:03}" for number in range(1, count + 1)]


class Redis:
    """A redis-server on a unix socket in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="fleet-")
        self.path = f"{self.folder}/redis.sock"
        self.process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--appendonly", "no", "--dir", self.folder],
            stdout=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + PATIENCE_S
        while not os.path.exists(self.path):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.end()
                sys.exit("fleet: redis-server does not start")
            time.sleep(0.02)

    def end(self):
        stop(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


class Daemon:
    """`streamassembler serve`; what it logs goes to our standard error."""

    def __init__(self, redis, port, more):
        binary = os.environ.get("SA_TEST_BINARY", str(ROOT / ".build/release/streamassembler"))
        self.process = subprocess.Popen(
            [binary, "serve", "--redis", f"unix://{redis}", "--port", str(port), "--web", str(ROOT / "web"), *more],
            stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.url = None
        for line in self.process.stdout:
            if match := re.search(r"http://\S+", line):
                self.url = match[0]
                break
        if not self.url:
            sys.exit(f"fleet: the daemon did not start; status {self.process.wait()}")
        # What else it says must not fill the pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def end(self):
        stop(self.process)


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listen(feed, hosts):
    """Takes faults that are typed."""
    for line in sys.stdin:
        if line.strip():
            try:
                feed.do(faults.parse(line, hosts))
            except faults.Invalid as error:
                print(error, flush=True)


def main():
    parser, chosen = options()
    hosts = names(chosen.hosts)
    try:
        planned = [faults.parse(text, hosts) for text in chosen.fault]
    except faults.Invalid as error:
        parser.error(str(error))
    # Ends like Ctrl-C, whatever is being waited for.
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    parts, feed, status = [], None, 0
    try:
        path = chosen.redis
        if not path:
            parts.append(Redis())
            path = parts[0].path
            parts.append(Daemon(path, chosen.port, chosen.daemon))
        feed = Feed(path, hosts, chosen.seed, chosen.interval, chosen.keep)
        for fault in planned:
            feed.do(fault)
        feed.start()
        print(f"fleet: {len(hosts)} hosts, {2000 * len(hosts) / chosen.interval:g} samples a second; redis: unix://{path}")
        if not chosen.redis:
            print(parts[1].url)
        if sys.stdin.isatty():
            print(f"Ctrl-C ends it. Faults: {faults.HELP}.")
            threading.Thread(target=listen, args=(feed, hosts), daemon=True).start()
        sys.stdout.flush()
        began = time.monotonic()
        feed.wait(chosen.seconds)
        passed = time.monotonic() - began
        print(f"fleet: {feed.written} samples in {passed:.0f} s, {100 * feed.cpu_s / passed:.1f} % of a core; a second's samples were "
              f"written within {feed.latest_ms} ms")
    except KeyboardInterrupt:
        pass
    finally:
        if feed:
            feed.end()
            if feed.failure:
                print(f"fleet: {feed.failure}", file=sys.stderr)
                status = 1
        for part in reversed(parts):
            part.end()
    sys.exit(status)


if __name__ == "__main__":
    main()
