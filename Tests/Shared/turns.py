"""Who has the machine: tests of several processes share it, or one test has it alone."""

import contextlib
import fcntl
import pathlib

import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / ".build"


@contextlib.contextmanager
def taken(alone):
    """Waits for a place. Who waits to be alone keeps newcomers out, so nobody waits for ever."""
    with open(FOLDER / "turns.gate", "w") as gate, open(FOLDER / "turns.room", "w") as room:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@pytest.fixture
def alone():
    """Asked for by tests that measure time, or that take a whole CPU: no other test runs meanwhile."""


@pytest.fixture(autouse=True)
def turn(request):
    """A test's place on the machine, from its start to its end."""
    with taken("alone" in request.fixturenames):
        yield
