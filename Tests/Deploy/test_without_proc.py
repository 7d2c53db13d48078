"""Both programs where `/proc` is missing: in a chroot or a container without it."""

import subprocess

import pytest
from conftest import ROOT
from facts import PATIENCE_S


def without_proc(*command):
    """Runs a command in a mount namespace of its own that has no `/proc`."""
    script = 'mount --make-rprivate / && umount -l /proc && exec "$@"'
    return subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *command], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)


@pytest.mark.parametrize("words", [["collector", "once"], ["collector", "check"], ["streamassembler", "serve"]], ids=" ".join)
def test_says_that_proc_is_missing(words):
    if without_proc("true").returncode != 0:
        pytest.skip("no mount namespace may be made here")
    program, command = words
    done = without_proc(str(ROOT / ".build/debug" / program), command)
    assert done.returncode == 72
    assert done.stderr == (
        f"{program}: /proc cannot be read, and nothing works without it; mount it: mount -t proc proc /proc\n")
    assert done.stdout == ""
