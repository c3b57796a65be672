"""When a source is visited next, and what state its answers leave it in (pure).

next visit = max(setting, ttl, max-age, Expires, Retry-After), 15 minutes – 24 hours, ± 20 %
a failure doubles the pause, up to 24 hours; three parse failures: broken, tried daily;
a 410: gone, never again by itself
"""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from mailer.articles.dates import plausible

FLOOR = timedelta(minutes=15)
CAP = timedelta(hours=24)
_JITTER = 0.2
_BROKEN_AFTER = 3
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)

Outcome = Literal["read", "unchanged", "unreadable", "unreachable", "gone"]
State = Literal["active", "broken", "gone", "paused"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source has been doing: its state, and its failures in a row, of reading and of any."""

    state: State
    failures: int
    parse_failures: int


def standing(before: Standing, outcome: Outcome) -> Standing:
    """The standing after a visit. A paused source stays paused, whatever a manual visit found."""
    if outcome in ("read", "unchanged"):
        return Standing("paused" if before.state == "paused" else "active", 0, 0)
    parse_failures = before.parse_failures + 1 if outcome == "unreadable" else before.parse_failures
    state: State = before.state
    if outcome == "gone":
        state = "gone"
    elif state == "active" and parse_failures >= _BROKEN_AFTER:
        state = "broken"
    return Standing(state, before.failures + 1, parse_failures)


def next_visit(
    now: datetime,
    *,
    interval: timedelta,
    after: Standing,
    asked: int = 0,
    seed: str = "",
) -> datetime:
    """The time of the next visit.

    `asked` is the longest pause, in seconds, that the feed or the server asks for. `seed` makes
    the jitter repeatable: it spreads sources that were added together.
    """
    pause = max(interval, timedelta(seconds=asked), FLOOR)
    if after.state == "broken":
        pause = CAP
    elif after.failures:
        # 2**7 of the floor is past the cap already.
        pause = max(timedelta(seconds=asked), max(interval, FLOOR) * 2 ** min(after.failures, 7))
    share = random.Random(seed).uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
    return now + min(max(pause * share, timedelta(seconds=asked), FLOOR), CAP)


def freshness(cache_control: str, expires: str, now: datetime) -> int:
    """Seconds for which an answer calls itself fresh (RFC 9111 §5.2.2.1, §5.3); 0: it does not."""
    if re.search(r"no-(?:cache|store)", cache_control, re.IGNORECASE):
        return 0
    age = _MAX_AGE.search(cache_control)
    return int(age.group(1)) if age else _seconds_until(expires, now)


def retry_after(value: str, now: datetime) -> int:
    """Seconds that a Retry-After header asks to wait, given as such or as a date (RFC 9110)."""
    value = value.strip()
    return int(value[:9]) if value.isdecimal() else _seconds_until(value, now)


def _seconds_until(date: str, now: datetime) -> int:
    try:
        moment = plausible(parsedate_to_datetime(date)) if date else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0  # `Expires: 0` and `-1` are common
    return max(0, int((moment - now).total_seconds())) if moment else 0
