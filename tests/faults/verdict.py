"""The invariants, from the relay's log and the database, and what is told of a case."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from mailer.mailings import ledger
from mailer.mailings.models import Delivery, DeliveryState, Lease, Mailing, Span
from tests.faults.clock import TICK

if TYPE_CHECKING:
    from tests.faults.cases import Case
    from tests.faults.play import Play

#: The clock looks so often: what has become due since its last look is not late.
_CLOCK = timedelta(seconds=TICK)
#: What the product logs when it finds its sums wrong.
_MENDED = "its sums were not those of its rows"
_OPEN = ("queued", "leased", "sending", "deferred")


@dataclass
class Verdict:
    """What became of a case; `wrong` is empty when all held.

    `hit` says whether its crash points were really passed; `counts` and `healer_counts` how often
    each point was, by a process that came to its end.
    """

    case: "Case"
    hit: bool = False
    wrong: list[str] = field(default_factory=list)
    accepted: int = 0
    connections: int = 0
    states: dict[str, int] = field(default_factory=dict)
    allowed: int = 0
    unsure: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    healer_counts: dict[str, int] = field(default_factory=dict)
    log: str = ""


def observe(play: "Play", verdict: Verdict) -> None:
    """Fill in what the relay's log and the database say at the end, and what is wrong with it."""
    verdict.accepted = len(play.server.accepted)
    verdict.connections = play.server.connections
    verdict.states = _states(play)
    verdict.unsure = verdict.states.get("uncertain", 0)
    verdict.allowed = play.doubt + play.trouble.doubts(play)
    for look in (_sums, _copies, _doubts, _end, _hostile):
        verdict.wrong += look(play, verdict)
    verdict.wrong += play.trouble.check(play)
    if play.failures and not play.trouble.raises:
        verdict.wrong.append(f"a task failed: {play.failures[0]}")


def two_minutes(play: "Play") -> Iterator[str]:
    """I6: within two minutes of a fault's end every due delivery is being worked on, by itself."""
    now, stuck = play.stage.clock.now(), Counter[str]()
    if leases := Lease.objects.count():
        stuck["leases that nobody has ended"] = leases
    if Mailing.objects.get(pk=play.mailing).state != "running":
        return
    for span in Span.objects.filter(mailing=play.mailing, lease=None):
        waiting = Delivery.objects.filter(id__gte=span.first, id__lte=span.last)
        if span.due_at <= now - _CLOCK:
            stuck["due, and nobody's"] += waiting.count()
        elif fresh := waiting.filter(attempts=0).count():
            minutes = (span.due_at - now).total_seconds() / 60
            stuck[f"never tried, and due in {minutes:.0f} minutes"] += fresh
    for how, many in stuck.items():
        yield f"I6: after two minutes {many} are {how}"


def _states(play: "Play") -> dict[str, int]:
    sums = asdict(ledger.sums(play.mailing))
    del sums["recipients"]
    return {name: count for name, count in sums.items() if count}


def _sums(play: "Play", verdict: Verdict) -> Iterator[str]:
    """I1: each recipient is in exactly one state, and the sum holds; nothing had to be mended."""
    rows = list(ledger.rows(play.stage.cast.issue))
    people, everybody = {row.subscriber for row in rows}, play.readers
    if people != everybody or len(rows) != len(people):
        yield f"I1: {len(rows)} rows for {len(people)} of {len(everybody)} readers"
    yield from at_any_instant(play)
    if _MENDED in play.log():
        yield "I1: the sums were not those of the rows, and were mended at the end"


def at_any_instant(play: "Play") -> Iterator[str]:
    """The sums are those of the rows, whoever has just died."""
    for _ in range(20):
        told = Counter(row.state for row in ledger.rows(play.stage.cast.issue))
        if told == Counter(_states(play)):
            return
        time.sleep(0.01)  # a transaction of the dead one may just be ending
    yield f"I1: the rows say {dict(told)}, the sums {_states(play)}"


def _copies(play: "Play", verdict: Verdict) -> Iterator[str]:
    """I2: nobody twice, nobody `sent` who got nothing, nobody got it and is neither."""
    taken = Counter(one.message_id for one in play.server.accepted)
    known = {row.message_id: row for row in ledger.rows(play.stage.cast.issue)}
    for named, times in taken.items():
        if named not in known:
            yield f"I2: {named} was taken, and is nobody's"
        elif times > 1:
            yield f"I2: {known[named].address!r} got {times} copies"
        elif known[named].state not in ("sent", "uncertain"):
            yield f"I2: {known[named].address!r} got a copy and is {known[named].state}"
    for named, row in known.items():
        if row.state == "sent" and not taken[named]:
            yield f"I2: {row.address!r} is sent and got nothing"


def _doubts(play: "Play", verdict: Verdict) -> Iterator[str]:
    """No more in doubt than were on a line whose process died, and none that nobody began."""
    if verdict.unsure > verdict.allowed:
        yield f"{verdict.unsure} are uncertain, where {verdict.allowed} may be"
    if play.marks_survive:
        begun = play.server.invited
        unsure = Delivery.objects.filter(mailing=play.mailing, state=DeliveryState.UNCERTAIN)
        for address in unsure.values_list("subscriber__email", flat=True):
            if address.isascii() and address not in begun:
                yield f"{address!r} is uncertain, and the relay never asked for the message"


def _end(play: "Play", verdict: Verdict) -> Iterator[str]:
    """It comes to its end, and nothing stays in anybody's hands."""
    mailing = Mailing.objects.get(pk=play.mailing)
    if mailing.state != play.end:
        yield f"the mailing is {mailing.state}, not {play.end}"
    left = {name: count for name, count in verdict.states.items() if name in _OPEN}
    if left and play.end != "paused":
        yield f"the mailing has not come to its end: {left}"
    if leases := Lease.objects.count():
        yield f"{leases} leases stay"
    if journals := [path.name for path in play.journals()]:
        yield f"journals stay: {journals}"
    if mailing.state == "done" and mailing.issue.state != "sent":
        yield f"the issue is {mailing.issue.state}"


def _hostile(play: "Play", verdict: Verdict) -> Iterator[str]:
    """I7: the hostile reader stops nobody, and writes to nobody."""
    if any(play.stage.cast.injected in line for line in play.server.commands):
        yield "I7: an address was injected"
    eve = Delivery.objects.get(mailing=play.mailing, subscriber=play.stage.cast.eve)
    if eve.state == DeliveryState.UNCERTAIN and not play.marks_survive:
        return
    if eve.state not in (DeliveryState.REFUSED, DeliveryState.CANCELLED) and play.end == "done":
        yield f"I7: the hostile reader is {DeliveryState(eve.state).name.lower()}"


def moment() -> str:
    """Now, for a report."""
    return f"{timezone.now():%Y-%m-%d %H:%M} UTC"
