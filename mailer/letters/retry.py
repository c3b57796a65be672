"""What becomes of a letter after an attempt (pure)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Kind = Literal["sent", "refused", "deferred", "uncertain", "returned"]
NextState = Literal["queued", "sent", "refused", "uncertain"]

#: How long a letter waits after its first, second, … 4xx reply: two days in all, which is less
#: than a confirmation link lives.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 960, 960))
#: How long until a relay that could not be reached is tried again: it uses up no attempt.
RELAY_WAIT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Step:
    """The next state; `wait` counts for `queued` alone; `counts` says whether it was an attempt."""

    state: NextState
    wait: timedelta = timedelta()
    counts: bool = True


def next_step(kind: Kind, attempts: int) -> Step:
    """From what the wire said and the attempts before this one, what to do.

    A letter that stays uncertain is not sent again: its reader asks again, and knows best.
    """
    if kind == "returned":
        return Step("queued", RELAY_WAIT, counts=False)
    if kind != "deferred":
        return Step(kind)
    if attempts < len(WAITS):
        return Step("queued", WAITS[attempts])
    return Step("refused")
