"""How far a mailing is, from its sums (pure)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

#: The states in the order a bar shows them: what is settled first.
STATES = (
    "sent",
    "refused",
    "uncertain",
    "suppressed",
    "cancelled",
    "sending",
    "leased",
    "deferred",
    "queued",
)
_SETTLED = STATES[:5]
#: Seconds over which the pace is evened out: groups are written at once, looks fall in between.
_MEMORY = 5.0


@dataclass(frozen=True, slots=True)
class Part:
    """A state's share of the bar: from `start`, `width` wide, of 1000."""

    state: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Progress:
    """`pace` is settled deliveries a second; `left` the seconds to go at that pace, or None."""

    recipients: int
    settled: int
    percent: int
    parts: tuple[Part, ...]
    pace: float
    left: int | None
    at: float


class Look(NamedTuple):
    """How many were settled at a look, when that was, in seconds, and the pace it had shown."""

    settled: int
    at: float
    pace: float | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """What became of the recipients at a domain; `name` is empty for all that have no name here.

    `out` are those who get nothing of it: they left, or it was cancelled.
    """

    name: str
    recipients: int
    sent: int
    refused: int
    uncertain: int
    out: int
    waiting: int
    parts: tuple[Part, ...]


def of_domains(
    recipients: Mapping[str, int], told: Mapping[tuple[str, str], int], whole: int
) -> tuple[Domain, ...]:
    """The named domains, the largest first, then all others together, if there are any.

    `recipients` by domain; `told` counts by (state, domain), as tallies hold them; `whole` is the
    number of all recipients.
    """
    named = sorted(recipients.items(), key=lambda one: (-one[1], one[0]))
    rows = [_domain(name, count, told) for name, count in named]
    others = whole - sum(recipients.values())
    return tuple([*rows, _domain("", others, told)] if others > 0 else rows)


def _domain(name: str, recipients: int, told: Mapping[tuple[str, str], int]) -> Domain:
    settled = {state: max(told.get((state, name), 0), 0) for state in _SETTLED}
    waiting = max(recipients - sum(settled.values()), 0)
    return Domain(
        name=name,
        recipients=recipients,
        sent=settled["sent"],
        refused=settled["refused"],
        uncertain=settled["uncertain"],
        out=settled["suppressed"] + settled["cancelled"],
        waiting=waiting,
        parts=tuple(_parts({**settled, "queued": waiting}, recipients)),
    )


def of_sums(
    sums: Mapping[str, int],
    *,
    began: float,
    now: float,
    seen: Look | None,
    running: bool,
) -> Progress:
    """What to show of `sums` (recipients and a number per state); times in seconds.

    The pace is that since the last look, evened out, when there was one within the last minute;
    else the average.
    """
    recipients = sums["recipients"]
    settled = sum(sums[state] for state in _SETTLED)
    pace = _pace(settled, began, now, seen)
    left = math.ceil((recipients - settled) / pace) if running and pace >= 0.01 else None
    return Progress(
        recipients=recipients,
        settled=settled,
        percent=100 * settled // recipients if recipients else 100,
        parts=tuple(_parts(sums, recipients)),
        pace=pace,
        left=left if settled < recipients else None,
        at=now,
    )


def _pace(settled: int, began: float, now: float, seen: Look | None) -> float:
    if seen and 0 <= seen.settled <= settled and 0.2 <= now - seen.at <= 60:
        since = now - seen.at
        fresh = (settled - seen.settled) / since
        if seen.pace is None or not 0 <= seen.pace < math.inf:
            return fresh
        return seen.pace + (fresh - seen.pace) * (1 - math.exp(-since / _MEMORY))
    return settled / max(now - began, 1.0)


def _parts(counts: Mapping[str, int], whole: int) -> list[Part]:
    parts: list[Part] = []
    start = 0.0
    for state in STATES:
        count = counts.get(state, 0)
        width = 1000 * count / (whole or 1)
        parts.append(Part(state, count, round(start, 2), round(width, 2)))
        start += width
    return parts
