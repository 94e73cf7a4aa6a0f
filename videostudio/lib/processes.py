"""Child processes that do not outlive us."""

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """For Popen's `preexec_fn`: the child gets SIGTERM when its parent dies, even by SIGKILL. Linux; else nothing."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_session(session: int) -> None:
    """Kill every process of a session, whatever group it is in, and us last if we are of it. Linux; elsewhere the
    group that began the session.
    """
    if not _libc:
        with suppress(ProcessLookupError):
            os.killpg(session, signal.SIGKILL)
        return
    while others := [pid for pid in session_members(session) if pid != os.getpid()]:
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    if os.getsid(0) == session:
        os.kill(os.getpid(), signal.SIGKILL)


def session_members(session: int) -> list[int]:
    """Ids of the session's processes, without those that have ended and wait to be collected. Linux."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # After the name, which may hold anything: state, parent, group, session.
            state, _, _, theirs = (process / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(theirs) == session and state not in "ZX":
                found.append(int(process.name))
    return found
