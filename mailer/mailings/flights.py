"""What one process has on the wire: which delivery belongs to which lease (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailer.mailings.hands import News, Recipient
from mailer.mailings.retry import decide
from mailer.smtp.envelope import Outcome

#: Of what a server says, as much as people read.
_TEXT = 500


@dataclass(frozen=True, slots=True)
class _Flight:
    lease: int
    attempts: int
    deadline: datetime


class Flights:
    """Deliveries that were handed over and have no outcome in the database yet."""

    def __init__(self) -> None:
        self._flights: dict[int, _Flight] = {}
        self._open: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._flights)

    @property
    def leases(self) -> list[int]:
        """The leases that are still needed."""
        return list(self._open)

    def depart(self, lease: int, deadline: datetime, recipients: Iterable[Recipient]) -> None:
        """They are about to be handed over, under this lease, until this deadline."""
        leaving = {one.delivery: _Flight(lease, one.attempts, deadline) for one in recipients}
        self._flights.update(leaving)
        self._open[lease] = self._open.get(lease, 0) + len(leaving)

    def news(self, outcomes: Iterable[Outcome], now: datetime) -> list[News]:
        """What becomes of them, to be written."""
        return [self._news(one, now) for one in outcomes if one.key in self._flights]

    def landed(self, news: Iterable[News]) -> list[int]:
        """These were written; the leases of which nothing is on the wire any more."""
        finished = []
        for one in news:
            del self._flights[one.delivery]
            self._open[one.lease] -= 1
            if not self._open[one.lease]:
                del self._open[one.lease]
                finished.append(one.lease)
        return finished

    def _news(self, outcome: Outcome, now: datetime) -> News:
        flight = self._flights[outcome.key]
        decision = decide(outcome, flight.attempts, flight.deadline - now)
        text = outcome.text[:_TEXT] if outcome.stage != "queue" else None
        return News(outcome.key, flight.lease, decision, outcome.code, text)
