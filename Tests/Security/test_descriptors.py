"""Where no descriptor is left the daemon says so, waits without spinning, and recovers (issue 10, C5)."""

import resource
import time

import pytest
from beside import Beside, cpu_s
from network import stranger
from strangers import connect, until
from support import Redis, Target, pause, sample

LIMIT = 128
# More than there are descriptors, from many addresses.
CROWD = 400
OF_ONE_ADDRESS = 50
# An idle daemon takes a few hundredths; one that asks the kernel again and again takes a whole one.
IDLE_SHARE = 0.25


def crowd(target, count=CROWD):
    """Connections that have asked for something, and stay."""
    held = []
    for number in range(count):
        connection = connect(target.port, stranger(100 + number // OF_ONE_ADDRESS))
        held.append(connection)
        try:
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n\r\n".encode())
        except ConnectionError:
            pass
    return held


def share_of_cpu(target, seconds=3):
    """How much of one CPU it takes, by the kernel's ticks."""
    cpu, began = cpu_s(target.pid), time.monotonic()
    pause(seconds)
    return (cpu_s(target.pid) - cpu) / (time.monotonic() - began)


def exhaust(target, left=0):
    """Lets it have as many descriptors as it has open, and `left` more; what it had before."""
    soft, hard = resource.prlimit(target.pid, resource.RLIMIT_NOFILE)
    # The number of a descriptor counts, not how many are open: those that are free below are taken too.
    resource.prlimit(target.pid, resource.RLIMIT_NOFILE, (target.descriptors + left, hard))
    return soft, hard


def arrives(redis, target, number):
    """Whether a sample that is written now gets into the window."""
    redis.add(sample("after", number))
    until(lambda: f"after:top:{number}" in target.request("/api/v1/window?host=after")[2], "the daemon follows again")


@pytest.fixture
def narrow(redis):
    """A daemon that may have few descriptors, as under a service manager's limit."""
    running = Target(redis, within=("prlimit", f"--nofile={LIMIT}:{LIMIT}"))
    yield running
    assert running.end() == 0


def test_a_crowd_leaves_it_what_it_needs_itself(redis, narrow):
    """It spun at 100 % of a CPU without a word, and libdispatch ended it when Redis came back."""
    with Beside(narrow) as beside:
        held = crowd(narrow)
        try:
            share = share_of_cpu(narrow)
            print(f"\na crowd of {CROWD} at {LIMIT} descriptors: {share * 100:.0f} % of a CPU, {narrow.descriptors} open")
            beside.phase("during", 3)
            assert share <= IDLE_SHARE
                # Redis goes and comes, amid the crowd: there is a descriptor for it.
            redis.cut_others()
            written = f"crowd:{time.time_ns()}"
            redis.add(sample("after", written))
            pause(2)
            assert narrow.daemon.process.poll() is None, narrow.daemon.tail()
        finally:
            for one in held:
                one.close()
        narrow.until_ready()
        until(lambda: written in narrow.request("/api/v1/window?host=after")[2], "what was written meanwhile is read")
        beside.phase("after")
        beside.check("few descriptors, a crowd")
        assert any("max-clients" in line or "tooManyConnections" in line or "no descriptor" in line.lower()
                   for line in narrow.daemon.output), narrow.daemon.tail()


def test_without_any_descriptor_it_waits_and_says_so(redis, target):
    """The limit falls to what is open: as where the whole system has none left."""
    with Beside(target) as beside:
        before = exhaust(target)
        held = []
        try:
            held = crowd(target, 100)
            share = share_of_cpu(target)
            beside.phase("during", 3)
            redis.cut_others()
            pause(3)
            cut_off = share_of_cpu(target)
            print(f"\nno descriptor left: {share * 100:.0f} % of a CPU, with Redis gone {cut_off * 100:.0f} %")
            assert target.daemon.process.poll() is None, target.daemon.tail()
            assert share <= IDLE_SHARE and cut_off <= IDLE_SHARE
        finally:
            resource.prlimit(target.pid, resource.RLIMIT_NOFILE, before)
            for one in held:
                one.close()
        until(lambda: target.request("/readyz")[0] == 200, "ready again")
        arrives(redis, target, time.time_ns())
        beside.phase("after")
        beside.check("no descriptor")
        assert target.metric("accept_pauses_total") >= 1
        assert any("descriptor" in line for line in target.daemon.output), target.daemon.tail()


def test_the_places_are_fewer_than_the_descriptors(narrow):
    """`max-clients` follows from the limit, and the log says so at the start."""
    assert any("max-clients" in line and str(LIMIT) in line for line in narrow.daemon.output), narrow.daemon.tail()


def test_connections_that_come_and_go_leak_no_descriptor(target):
    for _ in range(3):
        before = target.descriptors
        for one in crowd(target, 200):
            one.close()
        until(lambda: target.descriptors <= before + 1, f"{before} descriptors as before")


def test_a_daemon_that_starts_with_too_few_says_so():
    """A limit below what it needs itself is no reason to hang or to spin."""
    redis = Redis()
    try:
        try:
            starved = Target(redis, within=("prlimit", "--nofile=16:16"), ready=False)
        except RuntimeError as error:
            # It ended with a word.
            assert "descriptor" in str(error) or "open files" in str(error), error
            return
        assert share_of_cpu(starved, 2) <= IDLE_SHARE, starved.daemon.tail()
        starved.end()
    finally:
        redis.end()
