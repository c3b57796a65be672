"""`/desk/publications/<slug>/calendar/`: the dates of a publication, a month at a time."""

from calendar import Calendar as Weeks
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.curation.calendar import Calendar, Moved, Slot, ramadan, regular, slots
from mailer.curation.compose import find_publication
from mailer.curation.models import Issue, Publication
from mailer.mailings.clock import calendar_of
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_PUBLICATION


@dataclass(frozen=True, slots=True)
class Day:
    """One field of the month: what comes out, what would have, the issues that there are."""

    date: date
    of_month: bool
    hours: tuple[tuple[time, Slot], ...]
    away: Moved | None
    issues: tuple[Issue, ...]


@staff(SEE_PUBLICATION, "GET")
def calendar_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The month of `?month=2026-02`, else this one; what is otherwise; publishers change it."""
    publication = find_publication(slug)
    today = timezone.now().astimezone(ZoneInfo(publication.zone)).date()
    first = _month(request.GET.get("month", ""), today)
    context = {
        "publication": publication,
        "today": today,
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=31)).replace(day=1),
        "weeks": _weeks(publication, first),
        "moves": publication.moves.filter(date__gte=today - timedelta(days=60)),
        "periods": publication.hours.filter(last__gte=today - timedelta(days=60)),
        "ramadan": _coming_ramadan(today),
        "monthdays": ", ".join(str(day) for day in publication.monthdays),
    }
    return page(request, "desk/calendar.html", context)


def _month(wanted: str, today: date) -> date:
    """The first day of a month that is asked for, within ten years."""
    try:
        asked = date.fromisoformat(f"{wanted}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if abs(asked.year - today.year) <= 10 else today.replace(day=1)


def _coming_ramadan(today: date) -> tuple[date, date]:
    found = (ramadan(year) for year in (today.year, today.year + 1))
    return next(each for each in found if each[1] >= today)


def _weeks(publication: Publication, first: date) -> list[list[Day]]:
    days = Weeks().monthdatescalendar(first.year, first.month)
    calendar, zone = calendar_of(publication), ZoneInfo(publication.zone)
    start = datetime.combine(days[0][0], time(), zone).astimezone(UTC)
    end = datetime.combine(days[-1][-1] + timedelta(days=1), time(), zone).astimezone(UTC)
    due: dict[date, list[tuple[time, Slot]]] = {}
    for slot in slots(calendar, start, end):
        local = slot.at.astimezone(zone)
        due.setdefault(local.date(), []).append((local.time(), slot))
    issues: dict[date, list[Issue]] = {}
    for issue in publication.issues.filter(date__range=(days[0][0], days[-1][-1])):
        issues.setdefault(issue.date, []).append(issue)
    return [[_day(calendar, day, first, due, issues) for day in week] for week in days]


def _day(
    calendar: Calendar,
    day: date,
    first: date,
    due: Mapping[date, list[tuple[time, Slot]]],
    issues: Mapping[date, list[Issue]],
) -> Day:
    moved = calendar.moves.get(day)
    gone = moved if moved and moved.to != day and regular(calendar, day) else None
    return Day(
        date=day,
        of_month=day.month == first.month,
        hours=tuple(due.get(day, [])),
        away=gone,
        issues=tuple(issues.get(day, [])),
    )
