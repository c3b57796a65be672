"""When a publication is due (pure).

Times are local to a named zone, never to an offset: Africa/Casablanca leaves UTC+1 for UTC every
Ramadan. A local time that a clock change skips is taken after the gap; one that comes twice, the
first time.

    days of week or month ──moved by hand──▸ dates ──the hour, or that of a period──▸ slots
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: How far ahead a next date is looked for: nearly always within the first of these.
_HORIZONS = (timedelta(days=9), timedelta(days=70), timedelta(days=400))


@dataclass(frozen=True, slots=True)
class Moved:
    """What becomes of one date: the day it moves to (None: nothing comes out), another hour."""

    to: date | None
    hour: time | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """Another hour from `first` to `last`, both inclusive."""

    first: date
    last: date
    hour: time
    why: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days and the hour of a publication, and what is otherwise.

    `weekdays` are ISO numbers (1 = Monday); `monthdays`, where there are some, hold instead of
    them, and one that a month has not is its last day. `hour` is local in `zone`.
    """

    weekdays: frozenset[int]
    hour: time
    zone: str
    monthdays: frozenset[int] = frozenset()
    moves: Mapping[date, Moved] = field(default_factory=dict)
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One date of the calendar and the moment (UTC) at which its issue is due.

    `date` is the date by rule, whatever day it was moved to: it names the slot for ever.
    """

    date: date
    at: datetime
    why: str = ""


def slots(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Slot]:
    """The slots due from `start` (inclusive) to `end` (exclusive), in order."""
    zone = ZoneInfo(calendar.zone)
    first = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date() + timedelta(days=1)
    found = [*_by_rule(calendar, first, last), *_moved_into(calendar, first, last)]
    for slot in sorted(found, key=lambda slot: slot.at):
        if start <= slot.at < end:
            yield slot


def regular(calendar: Calendar, day: date) -> bool:
    """Whether the rule gives this day, before anything is moved."""
    if not calendar.monthdays:
        return day.isoweekday() in calendar.weekdays
    length = monthrange(day.year, day.month)[1]
    return day.day in {min(number, length) for number in calendar.monthdays}


def next_slot(calendar: Calendar, now: datetime) -> Slot | None:
    """The first slot after `now`; None when there is none in more than a year."""
    after = now + timedelta(microseconds=1)
    found = (next(slots(calendar, after, now + far), None) for far in _HORIZONS)
    return next((slot for slot in found if slot), None)


def open_slots(
    calendar: Calendar, now: datetime, *, draft: timedelta, grace: timedelta
) -> list[Slot]:
    """The slots whose issue should exist at `now`.

    From `draft` before its hour, an issue is drafted; until `grace` after it, a clock that was
    down still makes it.
    """
    return list(slots(calendar, now - grace, now + draft + timedelta(microseconds=1)))


def ramadan(year: int) -> tuple[date, date]:
    """The first and the last day of the Ramadan that begins in a year of ours, by calculation.

    The tabular calendar of the astronomers (30 years of 10,631 days): a day or two before or after
    what is seen and announced. Of two that begin in one year, the first.
    """
    # The Hijra began on 16 July 622 of the Julian calendar, day 227,015 of date.toordinal().
    hijri = (date(year, 1, 1).toordinal() - 227015) * 30 // 10631 + 1
    while (first := _tabular(hijri, 9)).year < year:
        hijri += 1
    return first, _tabular(hijri, 10) - timedelta(days=1)


def _tabular(year: int, month: int) -> date:
    """The first day of a month of the tabular Islamic calendar."""
    months = (month - 1) * 29 + month // 2
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + months
    return date.fromordinal(227015 + days)


def _by_rule(calendar: Calendar, first: date, last: date) -> Iterator[Slot]:
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day not in calendar.moves and regular(calendar, day):
            yield _slot(calendar, day, day, None, "")


def _moved_into(calendar: Calendar, first: date, last: date) -> Iterator[Slot]:
    for day, moved in calendar.moves.items():
        if moved.to and first <= moved.to <= last and regular(calendar, day):
            yield _slot(calendar, day, moved.to, moved.hour, moved.why)


def _slot(calendar: Calendar, day: date, to: date, hour: time | None, why: str) -> Slot:
    period = next((one for one in calendar.periods if one.first <= to <= one.last), None)
    if hour is None:
        hour = period.hour if period else calendar.hour
        why = why or (period.why if period else "")
    at = datetime.combine(to, hour, ZoneInfo(calendar.zone)).astimezone(UTC)
    return Slot(day, at, why)
