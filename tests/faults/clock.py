"""One clock for all processes of a case: a page of memory they share.

`elapsed` seconds have passed for everybody: for leases, waiting times and the relay's log. `jumped`
is an error of the machine's wall clock alone.
"""

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta

from django.utils import timezone

#: Seconds between two looks of the mailer's clock: `kick_mailings` runs so often.
TICK = 15.0
#: In so many seconds after a fault all that is due must be worked on: invariant I6.
TWO_MINUTES = 120.0

_monotonic = time.monotonic
_TIMES = struct.Struct("<dd")


class Clock:
    """Made before the processes are forked; each of them calls `install`."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, _TIMES.size)

    @property
    def elapsed(self) -> float:
        """Seconds that were let pass."""
        return self._read()[0]

    def reset(self) -> None:
        """The time of the machine again."""
        _TIMES.pack_into(self._page, 0, 0.0, 0.0)

    def let_pass(self, seconds: float) -> None:
        """So much time passes, for everybody."""
        elapsed, jumped = self._read()
        _TIMES.pack_into(self._page, 0, elapsed + seconds, jumped)

    def jump(self, seconds: float) -> None:
        """The wall clock is set, forwards or backwards."""
        elapsed, jumped = self._read()
        _TIMES.pack_into(self._page, 0, elapsed, jumped + seconds)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return _monotonic() + self.elapsed

    def now(self) -> datetime:
        """The time of day."""
        return datetime.now(UTC) + timedelta(seconds=sum(self._read()))

    def install(self) -> None:
        """From here on this process lives by it."""
        timezone.now = self.now
        time.monotonic = self.monotonic

    def _read(self) -> tuple[float, float]:
        elapsed, jumped = _TIMES.unpack_from(self._page)
        return elapsed, jumped
