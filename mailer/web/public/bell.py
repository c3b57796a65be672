"""One ring for the many requests of half a second.

A ring costs the web as much as all the rest of a sign-up (1.8 ms of CPU, measured), and the worker
a task. Whoever comes while a ring is still to follow is seen by it; so nobody waits longer than
EVERY.
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from mailer.tasks import ring

#: Seconds between two rings of one process for one task.
EVERY = 0.5


@dataclass
class _Bell:
    task: Any
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: float = float("-inf")
    follows: bool = False


_bells: dict[str, _Bell] = {}


def ring_soon(task: Any) -> None:
    """Ask for a task, now or within EVERY seconds; what it is to find must be committed."""
    bell = _bells.setdefault(task.name, _Bell(task))
    with bell.lock:
        if bell.follows:
            return
        wait = bell.last + EVERY - time.monotonic()
        bell.follows = wait > 0
        if not bell.follows:
            bell.last = time.monotonic()
    if wait <= 0:
        ring(task)
        return
    later = threading.Timer(wait, _ring_late, [bell])
    # A process that ends does not wait for it: the clock rings by itself.
    later.daemon = True
    later.start()


def _ring_late(bell: _Bell) -> None:
    with bell.lock:
        bell.follows, bell.last = False, time.monotonic()
    ring(bell.task)
