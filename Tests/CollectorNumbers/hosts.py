"""Hosts as outsiders have them: namespaces, mounts and processes that a test makes, and what a collector says of them."""

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from collected import PROGRAM, RunningCollector, Table

INTERVAL_MS = 500


def needs(*command, why):
    """Skips the test, with the reason, where the kernel refuses a command."""
    if os.geteuid() != 0:
        pytest.skip(f"needs root: {why}")
    if not shutil.which(command[0]):
        pytest.skip(f"needs {command[0]}: {why}")
    if subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip(f"the kernel refuses `{' '.join(command)}`: {why}")


def can_namespace(*flags):
    needs("unshare", *flags, "true", why="a namespace of its own")


@contextlib.contextmanager
def collector(*options, within=()):
    running = RunningCollector("--interval", f"{INTERVAL_MS}ms", *options, within=within)
    try:
        yield running
    finally:
        running.end()


@contextlib.contextmanager
def script(text, *words, within=(), **options):
    """A Python program that says `ready` as a line of JSON; ends with its standard input."""
    process = subprocess.Popen(
        [*within, sys.executable, "-u", "-c", PRELUDE + text, *map(str, words)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, **options)
    try:
        line = process.stdout.readline()
        assert line, "the program ended before it was ready"
        process.facts = json.loads(line)
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


PRELUDE = """
import encodings.idna, ctypes, json, os, select, signal, socket, struct, sys, time
def ready(**facts): print(json.dumps(facts), flush=True)
def until_ended(): sys.stdin.buffer.read()
def is_ended(): return bool(select.select([0], [], [], 0)[0])
def spin(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end: pass
"""


@contextlib.contextmanager
def network(*commands):
    """A network namespace of its own; gives the words that run a program in it."""
    can_namespace("-n")
    with script("ready(); until_ended()", within=["unshare", "-n"]) as holder:
        inside = ["nsenter", "-t", str(holder.pid), "-n"]
        for command in ("ip link set lo up", *commands):
            words = command.split() if isinstance(command, str) else command
            done = subprocess.run([*inside, *words], capture_output=True)
            if done.returncode != 0:
                pytest.skip(f"the kernel refuses {words}: {done.stderr.decode(errors='replace').strip()}")
        yield inside


def once(*options, within=()):
    """The samples of `collector once` by probe."""
    output = subprocess.run(
        [*within, PROGRAM, "once", "--interval", f"{INTERVAL_MS}ms", "--host", "h", *options], check=True,
        capture_output=True).stdout
    samples = [json.loads(line) for line in output.splitlines()]
    return {sample["probe"]: sample for sample in samples}


def rows(sample, table):
    return Table(sample[table]).rows


def row_of(sample, pid):
    found = [row for row in rows(sample, "procs") if row["pid"] == pid]
    return found[0] if found else None
