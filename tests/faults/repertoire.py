"""The other faults by their names."""

from collections.abc import Callable
from functools import partial

from tests.faults.people import Cancelled, Changed, Paused, Unsubscribed, Watched
from tests.faults.redis_troubles import (
    BeatKilled,
    MessageDoubled,
    MessageLost,
    RedisFlush,
    RedisKill,
)
from tests.faults.relays import PLACES, WAYS, Cut, Relay
from tests.faults.troubles import (
    ClockJump,
    DatabaseRestart,
    DiskFull,
    Frozen,
    MarksLost,
    SecondHealer,
    Trouble,
    TwoBeats,
    TwoWorkers,
)

_HOUR = 3600.0

#: Crossed with every crash point.
CROSSED: dict[str, Callable[[], Trouble]] = {
    "database-restart": DatabaseRestart,
    "redis-kill": RedisKill,
    "redis-flush": RedisFlush,
    "message-lost": MessageLost,
    "message-doubled": MessageDoubled,
    "beat-killed": BeatKilled,
    "web-killed-before-commit": partial(Unsubscribed, "unsubscribe_before_commit"),
    "web-killed-after-commit": partial(Unsubscribed, "unsubscribe_after_commit"),
    "two-workers": TwoWorkers,
    "two-beats": TwoBeats,
    "frozen": Frozen,
    "marks-gone": MarksLost,
    "marks-cut": partial(MarksLost, 5),
    "disk-full": DiskFull,
    "clock-forward": partial(ClockJump, _HOUR),
    "clock-back": partial(ClockJump, -_HOUR),
    "unsubscribed": Unsubscribed,
    "changed": Changed,
    "watched": Watched,
    "paused": Paused,
    "cancelled": Cancelled,
}
#: Crossed with the crash points of a healer.
_HEALERS = {"second-healer": SecondHealer}


def trouble(name: str) -> Trouble:
    """The fault of a name, as new; none for an empty one. Raises ValueError."""
    if not name:
        return Trouble()
    if made := (CROSSED | _HEALERS).get(name):
        return made()
    kind, _, rest = name.partition("-")
    place, _, way = rest.partition("-")
    if kind == "relay" and place in PLACES and way in WAYS:
        return Relay(place, way)
    if kind == "cut" and place in PLACES and way.isdigit():
        return Cut(place, int(way))
    raise ValueError(f"there is no fault {name!r}: {', '.join(CROSSED)}, relay-…, cut-…")
