"""Reading the trail: the newest first, a page at a time."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from mailer.trail.models import Act, Area

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose acts, about what, from when (inclusive) to when (exclusive); None asks for all."""

    by: int | None = None
    area: str | None = None
    about: int | None = None
    start: datetime | None = None
    end: datetime | None = None


def acts(asked: Asked, before: int | None = None) -> tuple[list[Act], int | None]:
    """A page of acts older than the act `before`; the id to ask on with, None at the end."""
    found = _found(asked)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PER_PAGE + 1])
    more = rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None
    return rows[:PER_PAGE], more


def of_issue(issue_id: int) -> list[Act]:
    """What was done to one issue, the newest first."""
    return acts(Asked(area=Area.ISSUE, about=issue_id))[0]


def people() -> list[User]:
    """Who ever did something."""
    return list(User.objects.filter(pk__in=Act.objects.values("by")).order_by("username"))


def _found(asked: Asked) -> QuerySet[Act]:
    found = Act.objects.all()
    wanted = {
        "by": asked.by,
        "area": asked.area,
        "about": asked.about,
        "at__gte": asked.start,
        "at__lt": asked.end,
    }
    return found.filter(**{name: value for name, value in wanted.items() if value is not None})
