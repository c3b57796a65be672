"""The envelopes that wait for a connection, each until its time (pure)."""

import math
from collections import deque
from collections.abc import Iterable
from typing import Protocol

from mailer.smtp.envelope import Envelope


class Waiting(Protocol):
    """What a pool asks of its queue; `Queue` is one, a part in a common one is another."""

    @property
    def until(self) -> float:
        """The soonest time at which one of them is too late."""

    def __len__(self) -> int: ...

    def add(self, envelopes: Iterable[Envelope], not_after: float) -> int:
        """Append these; how many they are."""

    def take(self) -> tuple[Envelope, float] | None:
        """The next one and its time."""

    def pass_on(self, entry: tuple[Envelope, float], why: str) -> bool:
        """Give one that was taken to another relay, which may take what this one cannot."""

    def take_all(self) -> list[Envelope]:
        """All of them."""

    def take_late(self, now: float) -> list[Envelope]:
        """Those whose time has passed."""


class Queue:
    """First in, first out; `until` is the soonest time at which one of them is too late.

    Times are seconds of monotonic time. `until` may name one that has left since.
    """

    __slots__ = ("_entries", "until")

    def __init__(self) -> None:
        self._entries: deque[tuple[Envelope, float]] = deque()
        self.until = math.inf

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, envelopes: Iterable[Envelope], not_after: float) -> int:
        """Append these; how many they are."""
        before = len(self._entries)
        self._entries.extend((envelope, not_after) for envelope in envelopes)
        self.until = min(self.until, not_after)
        return len(self._entries) - before

    def take(self) -> tuple[Envelope, float] | None:
        """The next one and its time."""
        return self._entries.popleft() if self._entries else None

    def pass_on(self, entry: tuple[Envelope, float], why: str) -> bool:
        """There is no other relay."""
        del entry, why
        return False

    def take_all(self) -> list[Envelope]:
        """All of them."""
        everything = [envelope for envelope, _ in self._entries]
        self._entries.clear()
        self.until = math.inf
        return everything

    def take_late(self, now: float) -> list[Envelope]:
        """Those whose time has passed."""
        if now < self.until:
            return []
        late = [envelope for envelope, not_after in self._entries if not_after <= now]
        self._entries = deque(entry for entry in self._entries if entry[1] > now)
        self.until = min((not_after for _, not_after in self._entries), default=math.inf)
        return late
