"""A process that does not outlive its parent (Linux; elsewhere it may: nothing else differs)."""

import ctypes
import os
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int, signal: int) -> Callable[[], None]:
    """A function for a new process: it gets `signal` when `parent` dies, even by SIGKILL.

    prctl(2): the wish is forgotten at fork, so each new process has to say it itself.
    """

    def ask() -> None:
        if sys.platform == "linux":
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal))
        if os.getppid() != parent:
            os._exit(1)  # it died before we could ask

    return ask
