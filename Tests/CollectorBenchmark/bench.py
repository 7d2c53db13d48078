#!/usr/bin/env python3
"""What the collector costs beside the tools that show the same, on a host of known size; exit status 1 where it is more
than it may be.

All run in the same seconds on the same machine, so that whatever else it does bears on all of them alike: the ratios
hold on a busy machine too, the milliseconds only on a quiet one. Tools that print once are started each second, at
other moments of it than the collector's; what they print goes to /dev/null, the collector's samples to a Redis.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Shared"))

import proc  # noqa: E402
from fixture import Fixture  # noqa: E402
from private_redis import PrivateRedis  # noqa: E402
from subjects import Lasting, Pacer, others, raise_limits  # noqa: E402

HOST = "bench"
BAR_RATIO, BAR_CPU_MS, BAR_OWN_MB = 0.65, 6.0, 7.0
BAR_BYTES = {"top": 10_000, "netstat": 12_000}


def measure(collector, processes, sockets, seconds, fixture, folder, options=()):
    """One run of all subjects beside each other; the rows of its table and the samples that were written."""
    fixture.grow(processes, sockets)
    # Each of them is there by now: a holder has said that it is ready.
    real_processes, real_sockets = len(proc.pids()), proc.tcp_sockets()
    redis = PrivateRedis()
    tools, missing = others(folder)
    ours = Lasting("collector run", [collector, "run", "--redis", redis.url, "--host", HOST, *options])
    subjects = [ours, *tools]
    pacers = [Pacer(tool, 0.3 + 0.2 * index) for index, tool in enumerate(t for t in tools if t.period)]
    try:
        for pacer in pacers:
            pacer.start()
        time.sleep(min(6, seconds))  # what each reads once at its start is no cost per second
        subjects = running(subjects, missing)
        began, first_ms = time.monotonic(), time.time() * 1000
        before = {subject: (subject.cpu_ms(), subject.runs) for subject in subjects}
        time.sleep(seconds)
        subjects = running(subjects, missing)
        after = {subject: (subject.cpu_ms(), subject.runs) for subject in subjects}
        lasted, last_ms = time.monotonic() - began, time.time() * 1000
        # What is started each second may come late on a busy machine: then it ran less often, and no cheaper.
        rows = [
            (subject.name, (end - start) / (runs - runs_before if subject.period else lasted), subject.rss_kib() / 1024)
            for subject, (start, runs_before), (end, runs) in
            ((subject, before[subject], after[subject]) for subject in subjects)
            if not subject.period or runs > runs_before]
        missing += [f"{subject.name} (gave no answer)" for subject, (_, runs) in after.items()
                    if subject.period and runs == before[subject][1]]
        samples = {probe: redis.members(f"sa:{{{HOST}}}:{probe}") for probe in BAR_BYTES}
        own_mb = ours.own_kib() / 1024
    finally:
        for pacer in pacers:
            pacer.end()
        for subject in [ours, *tools]:
            subject.end()
        redis.end()
    for probe, members in samples.items():
        samples[probe] = [member for member in members if first_ms < json.loads(member)["t"] <= last_ms]
    print(f"\n{real_processes} processes, {real_sockets} TCP sockets, {lasted:.0f} s, load {os.getloadavg()[0]:.1f}"
          f" on {os.cpu_count()} CPUs")
    show(rows, samples, lasted)
    print(f"  of its RSS the collector has {own_mb:.1f} MB to itself; the rest is code, in the page cache")
    if missing:
        print(f"not here, not counted: {', '.join(missing)}")
    return rows, samples, lasted, own_mb


def running(subjects, missing):
    """Those that run; a peer that does not is no reason to measure none, the collector itself is."""
    for subject in subjects:
        problem = subject.failure()
        if problem:
            assert subject is not subjects[0], problem
            missing.append(problem)
    return [subject for subject in subjects if not subject.failure()]


def show(rows, samples, lasted):
    own = rows[0][1]
    print(f"  {'':16} {'CPU ms/s':>9} {'RSS MB':>8} {'ours/this':>10}")
    for name, cpu, rss in rows:
        print(f"  {name:16} {cpu:9.2f} {rss:8.1f} {own / cpu if cpu else float('nan'):10.2f}")
    for probe, members in samples.items():
        sizes = [len(member) for member in members]
        fields = [json.loads(member) for member in members]
        if not sizes:
            print(f"  {probe}: no sample")
            continue
        cut = sum("truncated" in sample["flags"] for sample in fields)
        took = sum(sample["tookUs"] for sample in fields) / len(fields) / 1000
        print(f"  {probe}: {len(sizes)} samples in {lasted:.0f} s, {sum(sizes) / len(sizes):.0f} bytes on average,"
              f" {max(sizes)} at most, {took:.2f} ms each, {cut} cut short")


def bars(rows, samples, lasted, own_mb):
    """Each bar with what was measured, and whether it is held; nil where there is nothing to compare with."""
    measured = {name: (cpu, rss) for name, cpu, rss in rows}
    cpu, _ = measured["collector run"]
    top = measured.get("top -b -d1")
    held = [
        (f"CPU at most {BAR_RATIO} of top -b -d1", f"{cpu / top[0]:.2f}" if top else "no top here",
         cpu / top[0] <= BAR_RATIO if top else False),
        (f"CPU at most {BAR_CPU_MS:g} ms per second", f"{cpu:.2f}", cpu <= BAR_CPU_MS),
        (f"memory of its own at most {BAR_OWN_MB:g} MB", f"{own_mb:.1f}", own_mb <= BAR_OWN_MB),
    ]
    for probe, limit in BAR_BYTES.items():
        largest = max(map(len, samples[probe]), default=0)
        held.append((f"a {probe} sample at most {limit} bytes", str(largest), 0 < largest <= limit))
        held.append((f"a {probe} sample every second", f"{len(samples[probe])} in {lasted:.0f} s",
                     abs(len(samples[probe]) - lasted) <= 1.5))
    return held


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collector", default=".build/release/collector", help="the program to measure")
    parser.add_argument("--seconds", type=int, default=60, help="of each run (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=220, help="on the host (default: %(default)s)")
    parser.add_argument("--sockets", type=int, default=500, help="TCP sockets (default: %(default)s)")
    parser.add_argument("--no-growth", action="store_true", help="leave out the run on the large host")
    options = parser.parse_args()
    raise_limits()
    folder, fixture = tempfile.mkdtemp(prefix="collector-bench-"), Fixture()
    try:
        rows, samples, lasted, own_mb = measure(
            options.collector, options.processes, options.sockets, options.seconds, fixture, folder)
        held = bars(rows, samples, lasted, own_mb)
        print()
        for bar, found, is_held in held:
            print(f"  {'held' if is_held else 'NOT HELD':9} {bar}: {found}")
        if not options.no_growth:
            seconds = max(10, options.seconds // 3)
            steps = [(options.processes, 5000), (2000, 5000)]
            small = rows[0]
            for processes, sockets in steps:
                grown = measure(options.collector, processes, sockets, seconds, fixture, folder)[0][0]
                print(f"  ours: {grown[1] / small[1]:.1f} times the CPU, {grown[2] - small[2]:+.1f} MB against the first run")
    finally:
        fixture.end()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if all(is_held for *_, is_held in held) else 1)


main()
