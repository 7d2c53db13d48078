"""What one client may cost the others: CPU, and the memory of those who do not read (issue 10, C)."""

import pytest
from beside import Beside
from support import Attack, Redis, Stalled, Target, pause, seed

HOSTS = 5000


@pytest.fixture(scope="module")
def fleet():
    """5000 hosts with four samples of 1 KB each."""
    redis = Redis()
    seed(redis, HOSTS, 4, 1000)
    yield redis
    redis.end()


@pytest.fixture
def target(fleet):
    running = Target(fleet)
    yield running
    assert running.end() == 0


@pytest.mark.parametrize("name", ["subscribes", "selections", "keys", "unknown", "pauses"])
def test_who_asks_for_everything_again_and_again_costs_the_others_little(target, name):
    """3600 `subscribe` in 4 s froze the daemon for a minute, 249 `keys` with 64 patterns for 25 s."""
    with Beside(target) as beside:
        attack = Attack(name, target.url, 8)
        try:
            beside.phase("during")
            seen = attack.outcome()
        finally:
            attack.end()
        beside.phase("after")
        print(f"\n{name}: {seen}")
        beside.check(f"who asks again and again, {name}")
    assert seen["sent"] > 100
    # Cheap requests are within the budget of a client; what is dear is refused, and who goes on is cut.
    if name in ("subscribes", "selections", "keys"):
        assert seen.get("cut") == 1
        assert target.metric("clients_in_excess_total") == 1
        # What waits behind a large answer is dropped at the cut: not every `busy` is seen.
        assert target.metric("requests_busy_total") >= max(50, seen.get("busy", 0))
        assert any("asked for far more than its budget" in line for line in target.daemon.output)


def http(target, port):
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()


def polling_reader(target, stalled, number):
    """A session that polls for its snapshot and does not read the answer."""
    body = target.request("/socket.io/?EIO=4&transport=polling")[2]
    sid = body.split('"sid":"')[1].split('"')[0]
    path = f"/socket.io/?EIO=4&transport=polling&sid={sid}"
    connect = f'40{{"subscribe":{{"hosts":["*","poll-{number}"]}}}}'
    post = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{stalled.port}\r\nContent-Type: text/plain\r\n"
        f"Content-Length: {len(connect)}\r\n\r\n{connect}").encode()
    stalled.open(post, http(path, stalled.port), http(path, stalled.port))


WAYS = {
    "json": lambda target, stalled, number: stalled.open(http("/api/v1/window?limit=20000", stalled.port)),
    "ndjson": lambda target, stalled, number: stalled.open(
        http("/api/v1/window?limit=20000&format=ndjson", stalled.port)),
    "csv": lambda target, stalled, number: stalled.open(http("/api/v1/window?limit=20000&format=csv", stalled.port)),
    "keys": lambda target, stalled, number: stalled.open(http("/api/v1/keys", stalled.port)),
    "metrics": lambda target, stalled, number: stalled.open(*[http("/metrics", stalled.port)] * 3),
    "polling": polling_reader,
}
READERS = 50
# Of each reader beyond what all of them share.
OWN_KIB = 256
SHARED_KIB = 40 * 1024


@pytest.mark.parametrize("way", WAYS)
def test_who_does_not_read_holds_little_and_is_cut(target, way):
    """An unread window cost 25 to 35 MB, a snapshot 3.4 MB, for ever."""
    target.request("/api/v1/window?limit=20000")
    before, descriptors = target.rss_kib, target.descriptors
    stalled = Stalled(target.port)
    try:
        peak = before
        for number in range(READERS):
            WAYS[way](target, stalled, number)
            peak = max(peak, target.rss_kib)
        # Those that were told to come later rest for a minute.
        cut_within = 80
        steps = 30
        for _ in range(steps):
            pause(0.1)
            peak = max(peak, target.rss_kib)
        # Honest readers are served meanwhile.
        assert target.request("/readyz")[0] == 200
        own = (peak - before - SHARED_KIB) / READERS
        print(f"\n{way}: RSS {before} → {peak} KiB with {READERS} readers, {(peak - before) / READERS:.0f} KiB each")
        assert own <= OWN_KIB
        # What fits into the buffers of the kernel is no stall: it rests as any kept-alive connection, for a minute.
        if way != "metrics":
            assert target.until_descriptors(descriptors + 2, cut_within)
        print(f"{way}: RSS after {target.rss_kib} KiB")
    finally:
        stalled.close()
