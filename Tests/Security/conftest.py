"""All attacks run in a network of their own, with as many descriptors as they may have."""

import resource

import network
import pytest
from support import Redis, Target


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
