"""When the pool opens connections, and what it makes of the failures (pure).

A relay that cannot be reached is probed again after 0.5, 1, 2 … 60 seconds. A relay that takes
some connections and refuses more (Orange takes two from one address) is no unreachable relay: the
pool goes on with those it has and asks for another at the same rhythm.
"""

from mailer.errors import RelayError

_FIRST = 0.5
_LONGEST = 60.0


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return float(min(_LONGEST, _FIRST * 2 ** min(failures - 1, 10)))


class Openings:
    """How many connections are being opened, and since when that fails.

    Times are seconds of monotonic time. `unreachable` is the last failure, while no connection
    stands and none is being opened.
    """

    def __init__(self, most: int) -> None:
        self.unreachable: RelayError | None = None
        self.under_way = 0
        self._most = most
        self._failures = 0
        self._failed_at = 0.0
        self._next_at = 0.0

    def wanted(self, standing: int, waiting: int, now: float) -> int:
        """How many to open now, with so many connections standing and envelopes waiting."""
        if now < self._next_at:
            return 0
        if self._failures:
            # One at a time: ten refusals would teach no more than one.
            return 1 if not self.under_way and (waiting or self.unreachable) else 0
        return max(0, min(self._most - standing, waiting) - self.under_way)

    def retry_at(self, waiting: int) -> float | None:
        """When to ask `wanted` again by the clock alone."""
        return self._next_at if self._failures and (waiting or self.unreachable) else None

    def succeeded(self) -> None:
        """The relay has shaken hands."""
        self.unreachable = None

    def proven(self, born: float) -> None:
        """A connection opened at `born` has carried a mail to its verdict."""
        if born > self._failed_at:
            self._failures = 0

    def failed(self, error: RelayError, standing: int, now: float) -> None:
        """An opening failed, or what it opened was closed before it was of any use."""
        if now >= self._next_at:
            self._failures += 1
            self._failed_at = now
            self._next_at = now + backoff(self._failures)
        if not standing and not self.under_way:
            self.unreachable = error
