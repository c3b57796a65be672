"""One request at a time per host, two seconds apart, within this process."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

PAUSE = 2.0  # seconds


class Pace:
    """The turns at each host. The clock and the sleep can be given, for tests."""

    def __init__(
        self,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause, self._clock, self._sleep = pause, clock, sleep
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._ended: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until nobody is at `host` and its pause is over; then it is ours."""
        with self._locks[host]:
            wait = self._ended.get(host, self._clock() - self._pause) + self._pause - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                self._ended[host] = self._clock()
