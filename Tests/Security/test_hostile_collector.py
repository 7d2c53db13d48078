"""A host speaks for itself alone: what may write `sa:{evil}:*` cannot touch what others see (issue 10, B)."""

import json
import urllib.request

import hostile
import pytest
from beside import Beside
from strangers import until
from support import Attack, now_ms, sample

SECONDS = 8
PASSWORD = "evil-is-known"
# Whoever writes without measure makes work for Redis and its readers: others' samples wait for the round of reading that
# brings his. So long at the most, of work; never as long as a page would call them late.
FLOODED_S = 0.5
# Of the victim, a second apart each.
SAMPLES = 280


@pytest.fixture
def others(redis):
    """Samples of hosts that mean no ill, by key and id; they are young enough to stay for the test's time."""
    redis.command("ACL", "SETUSER", "evil", "on", f">{PASSWORD}", "~sa:{evil}:*", "+@all")
    start = now_ms() - SAMPLES * 1000
    written = {}
    for host in [hostile.VICTIM, *(f"host-{n}" for n in range(10))]:
        for number in range(SAMPLES if host == hostile.VICTIM else 50):
            key, body = sample(host, number, start + number * 1000)
            written[key, body["id"]] = body
    redis.add(*((key, body) for (key, _), body in written.items()))
    return written


def shown(target):
    """What the window says of all hosts but the hostile one and the one that measures."""
    with urllib.request.urlopen(f"{target.url}/api/v1/window?limit=30000&host=web-*&host=host-*") as response:
        answer = json.load(response)
    seen = {}
    for index, one in enumerate(answer["samples"]):
        key = answer.get("keys", {}).get(str(index), f"sa:{{{one.get('host')}}}:{one.get('probe')}")
        assert (key, one["id"]) not in seen
        seen[key, one["id"]] = one
    return seen


def rejected(target, reason):
    return target.metric(f'samples_rejected_total{{reason="{reason}"}}') or 0


@pytest.mark.parametrize("name", hostile.PASSES)
def test_others_stay_whole_whatever_a_host_writes(redis, others, target, name):
    """One host could blind, imitate and evict the others."""
    _, reasons = hostile.PASSES[name](now_ms())
    until(lambda: shown(target) == others, "the window holds what the others wrote")
    with Beside(target) as beside:
        before = {reason: rejected(target, reason) for reason in reasons}
        attack = Attack("collector", redis.path, PASSWORD, name, SECONDS)
        try:
            beside.phase("during")
            during = shown(target)
            seen = attack.outcome()
        finally:
            attack.end()
        beside.phase("after")
        print(f"\n{name}: {seen}")
        beside.check(f"a hostile collector, {name}", FLOODED_S)
        assert seen["passes"] >= 1
        assert during == others
        # And the daemon is still in step: it takes what is written now.
        late = sample(hostile.VICTIM, SAMPLES)
        redis.add(late)
        others[late[0], late[1]["id"]] = late[1]
        until(lambda: shown(target) == others, "the window still holds what the others wrote, and what comes", 15)
        for reason, count in reasons.items():
            until(lambda: rejected(target, reason) - before[reason] >= count,
                  f"{count} rejected as {reason}, besides {rejected(target, reason) - before[reason]}", 15)
        if reasons:
            assert any("evil" in line and reason in line for line in target.daemon.output for reason in reasons)


def test_the_rights_are_what_they_are_said_to_be(redis, others):
    """The attacks above are of somebody whom Redis holds to its own keys."""
    assert redis.as_user("evil", PASSWORD, "ZADD", "sa:{web-1}:top", 1, "x").startswith(b"-NOPERM")
    assert redis.as_user("evil", PASSWORD, "DEL", "sa:{web-1}:top").startswith(b"-NOPERM")
    assert redis.as_user("evil", PASSWORD, "RENAME", "sa:{evil}:top", "sa:{web-1}:top").startswith(b"-NOPERM")
    assert redis.as_user("evil", PASSWORD, "ZADD", "sa:{evil}:top", 1, "x").startswith(b":1")
