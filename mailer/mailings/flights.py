"""What one process has on the wire: which delivery belongs to which lease (pure)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.mailings.hands import Group, News, Recipient, domain_of
from mailer.mailings.retry import decide
from mailer.smtp.envelope import Outcome

#: Of what a server says, as much as people read.
_TEXT = 500


#: The plain end of nearly every delivery, made once.
_SENT = decide(Outcome(0, "sent", "dot", 250), 0, timedelta(0))

_Flight = tuple[int, int, str]  # lease, attempts made before, domain


@dataclass(slots=True)
class _Open:
    mailing: int
    deadline: datetime
    left: int


class Flights:
    """Deliveries that were handed over and have no outcome in the database yet."""

    def __init__(self) -> None:
        self._flights: dict[int, _Flight] = {}
        self._open: dict[int, _Open] = {}

    def __len__(self) -> int:
        return len(self._flights)

    @property
    def leases(self) -> list[int]:
        """The leases that are still needed."""
        return list(self._open)

    def depart(
        self,
        group: Group,
        deadline: datetime,
        named: Collection[str],
        recipients: Iterable[Recipient],
    ) -> None:
        """They are about to be handed over, until this deadline; `named` domains are told apart."""
        lease = group.lease
        leaving = {
            one.delivery: (
                lease,
                one.attempts,
                domain if (domain := domain_of(one.email)) in named else "",
            )
            for one in recipients
        }
        self._flights.update(leaving)
        self._open[lease] = _Open(group.mailing, deadline, len(leaving))

    def news(self, outcomes: Iterable[Outcome], now: datetime) -> list[News]:
        """What becomes of them, to be written."""
        return [self._news(one, now) for one in outcomes if one.key in self._flights]

    def landed(self, news: Iterable[News]) -> list[int]:
        """These were written; the leases of which nothing is on the wire any more."""
        for one in news:
            del self._flights[one.delivery]
            self._open[one.lease].left -= 1
        finished = [lease for lease, held in self._open.items() if not held.left]
        for lease in finished:
            del self._open[lease]
        return finished

    def _news(self, outcome: Outcome, now: datetime) -> News:
        lease, attempts, domain = self._flights[outcome.key]
        held = self._open[lease]
        if outcome.kind == "sent":
            decision = _SENT
        else:
            decision = decide(outcome, attempts, held.deadline - now)
        text = _line(outcome) if outcome.stage != "queue" else None
        return News(outcome.key, lease, held.mailing, decision, outcome.code, text, domain)


def _line(outcome: Outcome) -> str:
    """What the ledger keeps: a refusal with the enhanced code at its head, as servers write it.

    Without it nobody could tell later what a 550 meant.
    """
    if outcome.kind == "sent" or not outcome.enhanced:
        return outcome.text[:_TEXT]
    return f"{outcome.enhanced} {outcome.text}"[:_TEXT]
