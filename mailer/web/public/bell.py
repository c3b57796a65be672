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
    ringing: threading.Lock = field(default_factory=threading.Lock)
    last: float = float("-inf")
    follows: bool = False


_bells: dict[str, _Bell] = {}


def ring_soon(task: Any) -> None:
    """Ask for a task within EVERY seconds; what it is to find must be committed.

    In a thread of its own: nobody's page waits for Redis, which takes ten seconds to be given up
    when it is frozen and not away.
    """
    bell = _bells.setdefault(task.name, _Bell(task))
    with bell.lock:
        if bell.follows:
            return
        bell.follows = True
        wait = max(0.0, bell.last + EVERY - time.monotonic())
    later = threading.Timer(wait, _ring_late, [bell])
    # A process that ends does not wait for it: the clock rings by itself.
    later.daemon = True
    later.start()


def _ring_late(bell: _Bell) -> None:
    # One at a time: behind a ring that hangs one more waits, and no crowd of threads.
    with bell.ringing:
        with bell.lock:
            bell.follows, bell.last = False, time.monotonic()
        ring(bell.task)
