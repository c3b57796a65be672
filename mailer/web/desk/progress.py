"""How far a mailing is, from its sums (pure)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

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


def of_sums(
    sums: Mapping[str, int],
    *,
    began: float,
    now: float,
    seen: tuple[int, float] | None,
    running: bool,
) -> Progress:
    """What to show of `sums` (recipients and a number per state); times in seconds.

    The pace is since the last look when there was one within the last minute, else on average.
    """
    recipients = sums["recipients"]
    settled = sum(sums[state] for state in _SETTLED)
    pace = _pace(settled, began, now, seen)
    left = math.ceil((recipients - settled) / pace) if running and pace >= 0.01 else None
    return Progress(
        recipients=recipients,
        settled=settled,
        percent=100 * settled // recipients if recipients else 100,
        parts=tuple(_parts(sums)),
        pace=pace,
        left=left if settled < recipients else None,
        at=now,
    )


def _pace(settled: int, began: float, now: float, seen: tuple[int, float] | None) -> float:
    if seen and 0 <= seen[0] <= settled and 0.2 <= now - seen[1] <= 60:
        return (settled - seen[0]) / (now - seen[1])
    return settled / max(now - began, 1.0)


def _parts(sums: Mapping[str, int]) -> list[Part]:
    whole = sums["recipients"] or 1
    parts: list[Part] = []
    start = 0.0
    for state in STATES:
        width = 1000 * sums[state] / whole
        parts.append(Part(state, sums[state], round(start, 2), round(width, 2)))
        start += width
    return parts
