"""`/desk/publications/<slug>/calendar/<move|hours|rules|remove>/`: what is otherwise, by hand."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.curation.calendar import regular
from mailer.curation.compose import find_publication
from mailer.curation.models import Hours, Move, Publication
from mailer.errors import N_, NotFound, Refused
from mailer.mailings.clock import calendar_of, follow
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import SETTLE
from mailer.web.desk.typed import day, hour, line, whole

#: A day late is no hour that was missed; less than this, and the clock's own beat would miss it.
_LEAST_GRACE, _MOST_GRACE = 5, 1440


@staff(SETTLE, "POST")
def calendar_change(request: HttpRequest, slug: str, act: str) -> HttpResponse:
    """Change it, and let the issues that are drafted for its dates follow."""
    with transaction.atomic():
        found = find_publication(slug)
        publication = Publication.objects.select_for_update().get(pk=found.pk)
        before = calendar_of(publication)
        _ACTS[act](request, publication)
        note(
            "publication.calendar",
            N_("The calendar of %(slug)s was changed"),
            Area.PUBLICATION,
            publication.pk,
            slug=publication.slug,
        )
        follow(publication, before, timezone.now())
    say(request, gettext("The calendar is changed; what is drafted follows it."))
    return go("desk:calendar", slug)


def _move(request: HttpRequest, publication: Publication) -> None:
    """One date to another day or hour, or to none; said again, the later word holds."""
    date = day(request, "date")
    if not regular(calendar_of(publication), date):
        raise Refused(
            N_("%(date)s is no date of this calendar: there is nothing to move."),
            date=date.isoformat(),
        )
    gone = request.POST.get("gone") == "1"
    Move.objects.update_or_create(
        publication=publication,
        date=date,
        defaults={
            "to": None if gone else day(request, "to"),
            "hour": hour(request, "hour") if request.POST.get("hour") and not gone else None,
            "why": line(request, "why", 200),
        },
    )


def _hours(request: HttpRequest, publication: Publication) -> None:
    """Another hour from a day to a day; two that overlap would be a riddle."""
    first, last = day(request, "first"), day(request, "last")
    if first > last:
        raise Refused(N_("The first day comes after the last one."))
    if publication.hours.filter(first__lte=last, last__gte=first).exists():
        raise Refused(N_("Some of these days have other hours already: remove them first."))
    Hours.objects.create(
        publication=publication,
        first=first,
        last=last,
        hour=hour(request, "hour"),
        why=line(request, "why", 200),
    )


def _rules(request: HttpRequest, publication: Publication) -> None:
    """Days of the month, what a missed hour means, how thin is too thin, whose eyes."""
    publication.monthdays = _monthdays(line(request, "monthdays", 100))
    grace = whole(request, "grace")
    if not _LEAST_GRACE <= grace <= _MOST_GRACE:
        raise Refused(
            N_("The time after a missed hour lies between %(least)s and %(most)s minutes."),
            least=_LEAST_GRACE,
            most=_MOST_GRACE,
        )
    publication.grace_minutes = grace
    publication.least_entries = min(whole(request, "least"), 1000)
    publication.four_eyes = request.POST.get("four_eyes") == "1"
    publication.save(update_fields=["monthdays", "grace_minutes", "least_entries", "four_eyes"])


def _monthdays(typed: str) -> list[int]:
    found: set[int] = set()
    for part in typed.replace("،", ",").replace(",", " ").split():
        if not (part.isascii() and part.isdigit() and 1 <= int(part[:3]) <= 31):
            raise Refused(N_("“%(typed)s” is no day of a month."), typed=part[:40])
        found.add(int(part))
    return sorted(found)


def _remove(request: HttpRequest, publication: Publication) -> None:
    """A move or a period of this publication, by its id; of another one it is not found."""
    kept = publication.hours if request.POST.get("kind") == "hours" else publication.moves
    removed, _ = kept.filter(pk=whole(request, "id")).delete()
    if not removed:
        raise NotFound(N_("This is not in the calendar any more."))


_ACTS = {"move": _move, "hours": _hours, "rules": _rules, "remove": _remove}
