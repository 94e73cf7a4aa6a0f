"""Child processes that do not outlive us."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """For Popen's `preexec_fn`: the child gets SIGTERM when its parent dies, even by SIGKILL. Linux; else nothing."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
