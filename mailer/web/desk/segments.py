"""`/desk/segments/`: saved filters of readers, by which a number may be narrowed."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.errors import N_, Refused
from mailer.languages import LANGUAGES
from mailer.subscribers import segmenting, segments
from mailer.subscribers.models import MailingList, Segment
from mailer.subscribers.segments import OPERATORS, Condition, Filter
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.frame import go, page, say, staff
from mailer.web.desk.may import CHANGE_LISTS
from mailer.web.desk.typed import line

#: Rows for one condition each that a form offers beyond those there are.
_MORE = 2


@staff(CHANGE_LISTS, "GET", "POST")
def segments_page(request: HttpRequest) -> HttpResponse:
    """GET lists them, with a form for one more; POST makes it."""
    if request.method == "POST":
        return _save(request, None)
    named = [(one, segments.of(one.definition)) for one in Segment.objects.order_by("name")]
    return page(request, "desk/segments.html", {"segments": named, **_form(None)})


@staff(CHANGE_LISTS, "GET", "POST")
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """GET shows its form, POST changes it."""
    shown = segmenting.find(segment_id)
    if request.method == "POST":
        return _save(request, shown)
    return page(request, "desk/segment.html", _form(shown))


def _form(shown: Segment | None) -> dict[str, object]:
    wanted = segments.of(shown.definition) if shown else Filter()
    return {
        "shown": shown,
        "wanted": wanted,
        "conditions": [*wanted.attributes, *[Condition("", "is")] * _MORE],
        "operators": OPERATORS,
        "lists": MailingList.objects.order_by("slug"),
    }


def _save(request: HttpRequest, shown: Segment | None) -> HttpResponse:
    name, told = line(request, "name", 100), N_("The segment “%(name)s” was saved")
    with noted("reader.segment", told, Area.READER, None, name=name):
        made = segmenting.save(shown, name, _read(request), timezone.now())
    say(request, gettext("The segment “%(name)s” is saved.") % {"name": made.name})
    return go("desk:segments")


def _read(request: HttpRequest) -> Filter:
    known = set(MailingList.objects.values_list("slug", flat=True))
    languages, lists = request.POST.getlist("language"), request.POST.getlist("list")
    return Filter(
        languages=tuple(code for code in LANGUAGES if code in languages),
        lists=tuple(sorted(known & set(lists))),
        attributes=tuple(_conditions(request)),
        joined_since=_day(line(request, "since", 20)),
        never_refused=line(request, "never_refused", 1) == "1",
    )


def _conditions(request: HttpRequest) -> list[Condition]:
    rows = range(segments.MOST_CONDITIONS + _MORE)
    read = [
        Condition(
            line(request, f"attribute-{at}", 60),
            line(request, f"operator-{at}", 10) or "is",
            line(request, f"value-{at}", 200),
        )
        for at in rows
    ]
    return [one for one in read if one.name or one.value]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused(N_("“%(typed)s” is not a date."), typed=typed) from None
