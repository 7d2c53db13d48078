"""All attacks run in a network of their own, with as many descriptors as they may have."""

import resource

import network
import pytest
from support import Redis, Target, seed

HOSTS = 5000


def pytest_sessionstart(session):
    network.enter()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@pytest.fixture
def redis():
    own = Redis()
    yield own
    own.end()


@pytest.fixture
def target(redis):
    """A daemon with its settings as they come."""
    running = Target(redis)
    yield running
    assert running.end() == 0


@pytest.fixture(scope="module")
def fleet():
    """5000 hosts with four samples of 1 KB each: a window of 20 MB."""
    own = Redis()
    seed(own, HOSTS, 4, 1000)
    yield own
    own.end()


@pytest.fixture
def fleet_target(fleet):
    """A daemon that follows the fleet."""
    running = Target(fleet)
    yield running
    assert running.end() == 0
