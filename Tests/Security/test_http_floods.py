"""Floods of connections and requests: honest clients go on, memory stays, and nothing is left over (issue 10, D)."""

import pytest
import sockets
from beside import Beside
from strangers import until
from support import Attack

SECONDS = 15
# Beyond what it was: a request's parts for each of some hundred connections, and what the allocator keeps.
GROWN_KIB = 24 * 1024
# The header has 10 s, the body 30; and a step of the attacker's own.
LET_S = {"slow_head": 10, "slow_body": 30, "slow_chunks": 30}
SLACK_S = 5


@pytest.mark.parametrize("name", sockets.WAYS)
def test_floods_do_not_reach_the_honest(target, name):
    seconds = LET_S.get(name, SECONDS - SLACK_S) + SLACK_S
    with Beside(target) as beside:
        descriptors = target.descriptors
        attack = Attack("sockets", name, target.port, seconds)
        try:
            beside.phase("during")
            assert target.request("/healthz")[0] == 200
            seen = attack.outcome()
        finally:
            attack.end()
        print(f"\n{name}: {dict(seen)}; {beside.grown_kib} KiB more at the most")
        beside.phase("after")
        beside.check(f"a flood, {name}")
        assert beside.grown_kib <= GROWN_KIB
        if name in LET_S:
            assert seen["left"] == 0 and seen["longest_s"] <= LET_S[name] + SLACK_S
        if name == "pipeline":
            assert 0 < seen["answered"] <= seen["asked"]
        until(lambda: target.metric("sessions") == 2 and target.descriptors <= descriptors + 2, "nothing is left over", 80)
