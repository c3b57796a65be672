"""When a publication is due (pure).

Times are local to a named zone, never to an offset: Africa/Casablanca leaves UTC+1 for UTC every
Ramadan. A local time that a clock change skips is taken after the gap; one that comes twice, the
first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days and the hour of a publication: ISO weekdays (1 = Monday), local `hour` in `zone`."""

    weekdays: frozenset[int]
    hour: time
    zone: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One date of the calendar and the moment (UTC) at which its issue is due."""

    date: date
    at: datetime


def slots(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Slot]:
    """The slots due from `start` (inclusive) to `end` (exclusive), in order."""
    zone = ZoneInfo(calendar.zone)
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date() + timedelta(days=1)
    while day <= last:
        if day.isoweekday() in calendar.weekdays:
            at = datetime.combine(day, calendar.hour, zone).astimezone(UTC)
            if start <= at < end:
                yield Slot(day, at)
        day += timedelta(days=1)


def next_slot(calendar: Calendar, now: datetime) -> Slot | None:
    """The first slot after `now`; None when no weekday is set."""
    return next(slots(calendar, now + timedelta(microseconds=1), now + timedelta(days=9)), None)


def open_slots(
    calendar: Calendar, now: datetime, *, draft: timedelta, grace: timedelta
) -> list[Slot]:
    """The slots whose issue should exist at `now`.

    From `draft` before its hour, an issue is drafted; until `grace` after it, a clock that was
    down still makes it.
    """
    return list(slots(calendar, now - grace, now + draft + timedelta(microseconds=1)))
