"""One server for the tests that leave it running, and clients that are ended after their test."""

import pytest
from conformance import TRANSPORTS, Server


@pytest.fixture(scope="session")
def server():
    running = Server()
    yield running
    assert running.process.poll() is None, f"the server ended with status {running.process.returncode}"
    running.end()


@pytest.fixture
def own_server():
    """A server that the test may end."""
    running = Server()
    yield running
    running.end()


@pytest.fixture(params=TRANSPORTS)
def transport(request):
    return request.param
