"""How a test waits: for a fact, never for a time."""

import threading
import time

PATIENCE_S = 40


def await_fact(what, fact, patience=PATIENCE_S):
    """Asks every 50 ms until `fact()` is true, and returns what it gave. Fails after `patience` seconds.

    `what` names the fact in the failure. `fact` may raise to fail at once, for example when a process has ended.
    """
    pause = threading.Event()
    deadline = time.monotonic() + patience
    while not (found := fact()):
        assert time.monotonic() < deadline, f"not within {patience} s: {what}"
        pause.wait(0.05)
    return found
