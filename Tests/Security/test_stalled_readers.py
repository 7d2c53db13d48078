"""Who does not read holds little, however he asked, and is cut (issue 10, C3)."""

import time

import pytest
from beside import Beside, memory_kib
from network import stranger, unread_by
from strangers import connect, request, until
from support import PATIENCE_S, frame, now_ms, pause, upgrade

# From as few addresses as these, two readers each: as many large answers are on their way for one address.
FEW, MANY = 10, 100
OWN_KIB = 256
# Of a connection that is open, whether it stalls or not: its parts here, and what the allocator rounds up.
CONNECTION_KIB = 32
# Pages that the allocator holds for all, whose number does not follow from the readers.
GRAIN_KIB = 4 * 1024
# What waits for clients that do not read, of snapshots in all, before further ones are smaller (Contract.md), and one
# that is being made.
SNAPSHOTS_KIB = (16 + 4) * 1024
# So often in a row nobody more has stalled.
STILL = 10
# Time without progress after which a connection is cut, for a WebSocket a ping that nobody answers, and our own.
CUT_S = 20
PING_S = 45
SLACK_S = 10
ROOM = 4096
# More than a client has a budget for; what is refused is answered, too.
ASKS = 40


@pytest.fixture
def target(fleet_target):
    return fleet_target


def asking(path, header=""):
    def open_one(target, number):
        connection = connect(target.port, stranger(number // 2), ROOM)
        # Again and again on one connection, so that it is more than the kernel's buffers hold.
        asked = path.replace("NOW", str(now_ms()))
        connection.sendall(f"GET {asked} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n{header}\r\n".encode() * 4)
        return connection
    return open_one


def snapshot(target, number):
    """A WebSocket that joins with a selection of its own and does not read its snapshot."""
    connection = connect(target.port, stranger(number // 2), ROOM)
    connection.sendall(upgrade(target.port))
    connection.sendall(frame(f'40{{"subscribe":{{"hosts":["*","none-{number}"]}}}}'))
    return connection


def asking_on_socket(*asked):
    """A WebSocket that asks the same again and again, each with a selection of its own, and reads no answer.

    Each is one of two for its address, and is within its client's budget.
    """
    def open_one(target, number):
        connection = connect(target.port, stranger(number // 2), ROOM)
        connection.sendall(upgrade(target.port))
        connection.sendall(frame('40{"subscribe":{"hosts":["host-0000*"]}}'))
        for ask in range(ASKS):
            event = asked[ask % len(asked)].replace("OWN", f"{number}-{ask}")
            connection.sendall(frame(f"42{ask}{event}"))
        return connection
    return open_one


def returning(target, number):
    """A WebSocket that comes back from elsewhere, to a large part of the window, and does not read what it missed."""
    connection = connect(target.port, stranger(number // 2), ROOM)
    connection.sendall(upgrade(target.port))
    hosts = ",".join(f'"host-00{tens}*"' for tens in range(6))
    connection.sendall(frame(
        f'40{{"subscribe":{{"hosts":[{hosts},"own-{number}"]}},"since":{{"epoch":"other","seq":0,"t":{{}}}}}}'))
    return connection


def polled_snapshot(target, number):
    """A session that joins with a selection of its own, polls for its snapshot and does not read it."""
    connection = connect(target.port, stranger(number // 2), ROOM)
    end = f" HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
    path = "/socket.io/?EIO=4&transport=polling"
    connection.sendall(f"GET {path}{end}\r\n".encode())
    opened = b""
    while b'"sid":"' not in opened:
        opened += connection.recv(ROOM)
    path += "&sid=" + opened.split(b'"sid":"')[1].split(b'"')[0].decode()
    join = f'40{{"subscribe":{{"hosts":["*","poll-{number}"]}}}}'
    connection.sendall(
        f"POST {path}{end}Content-Length: {len(join)}\r\n\r\n{join}".encode() + f"GET {path}{end}\r\n".encode() * 2)
    return connection


WAYS = {
    "json": (asking("/api/v1/window?limit=20000"), CUT_S),
    "gzip": (asking("/api/v1/window?limit=20000", "Accept-Encoding: gzip\r\n"), CUT_S),
    "ndjson": (asking("/api/v1/window?limit=20000&format=ndjson"), CUT_S),
    "csv": (asking("/api/v1/window?limit=5000&format=csv"), CUT_S),
    "keys": (asking("/api/v1/keys"), CUT_S),
    "at": (asking("/api/v1/at?t=NOW"), CUT_S),
    # As many numbers of a key as may be, written in one go.
    "series": (asking("/api/v1/series?path=v&path=t&to=NOW&step=13"), CUT_S),
    "file": (asking("/assets/vendor/d3.min.js"), CUT_S),
    "websocket": (snapshot, PING_S),
    "missed": (returning, PING_S),
    "asked keys": (asking_on_socket('["subscribe",{"hosts":["*","OWN"],"depth":1}]', '["keys"]'), PING_S),
    "asked details": (asking_on_socket('["details",{"hosts":["*","OWN"]}]'), PING_S),
    "asked series": (asking_on_socket('["series",{"paths":["v","t"],"hosts":["*","OWN"],"step":100}]'), PING_S),
    "polling": (polled_snapshot, PING_S),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_does_not_read_holds_little_and_is_cut(target, way):
    """An unread window cost 25 to 35 MB, a snapshot 3.4 MB, for ever."""
    ask, cut_s = WAYS[way]
    held = []
    with Beside(target) as beside:
        def grow(count):
            """More readers, until so many have bytes that they do not take; the memory at its peak then, in KiB."""
            while len(held) < count:
                held.append(ask(target, len(held)))
            # Until nobody more stalls: the daemon may have to wait for a CPU.
            seen, still = 0, 0
            while still < STILL:
                pause(0.2)
                now = unread_by(target.port)
                seen, still = max(seen, now), still + 1 if now <= seen else 0
            return seen, memory_kib(target.pid, "VmHWM")

        few, first = grow(FEW)
        many, last = grow(MANY)
        began = time.monotonic()
        beside.phase("during", 3)
        peak = memory_kib(target.pid, "VmHWM")
        before = beside.phases["before"]["rss"]
        print(f"\n{way}: {few} stalled readers take {first - before} KiB, {many} take {last - before} KiB; "
              f"{(last - first) / max(1, many - few):.0f} KiB for each further, {(peak - before) / max(1, many):.0f} KiB each")
        cut = until_cut_unread(target, cut_s + SLACK_S - (time.monotonic() - began))
        beside.phase("after")
        beside.check(f"{MANY} who do not read, {way}")
        assert many >= 1, "nobody stalled: this test would test nothing"
        # A session is owed its snapshot whether or not some of it fitted into the kernel's buffers.
        readers, shared = (MANY, SNAPSHOTS_KIB) if cut_s == PING_S else (many, 0)
        assert peak - before <= readers * OWN_KIB + len(held) * CONNECTION_KIB + GRAIN_KIB + shared
        assert cut, f"{unread_by(target.port)} are still not cut"
    for one in held:
        one.close()


def until_cut_unread(target, within_s):
    """Whether nobody is left who has bytes that he does not take."""
    deadline = time.monotonic() + within_s
    while unread_by(target.port) and time.monotonic() < deadline:
        pause(0.2)
    return not unread_by(target.port)


# Places for large answers, of which an address has two; who takes a piece of one in so long gives his place to others.
PLACES = 6
SLOW_S = 20


def test_who_takes_an_answer_drop_by_drop_keeps_nobody_out(target):
    """Six who took some bytes now and then, of three addresses, kept everybody else from large answers for ever."""
    path = "/api/v1/window?limit=20000"
    held = [asking(path)(target, number) for number in range(PLACES)]
    try:
        until(lambda: unread_by(target.port) == PLACES, "all places taken")
        stalled = time.monotonic()
        answer = b""
        while not answer.startswith(b"HTTP/1.1 200"):
            assert time.monotonic() - stalled < SLOW_S + PATIENCE_S, answer[:200]
            # Less than the slowest line, and enough not to be cut for itself.
            for one in held:
                read_some(one)
            answer = request(target.port, [f"GET {path} HTTP/1.1"], address=stranger(1000))
        # He gets all of it.
        assert answer.endswith(b"0\r\n\r\n")
    finally:
        for one in held:
            one.close()


def read_some(connection):
    try:
        connection.recv(ROOM // 4)
    except ConnectionError:
        pass
    pause(0.2)
