"""What one client who asks again and again may cost the others (issue 10, C1)."""

import pytest
from beside import Beside
from support import Attack


@pytest.fixture
def target(fleet_target):
    return fleet_target


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
