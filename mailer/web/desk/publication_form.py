"""What the form of a publication holds, read into its rows. Every reader raises Refused."""

import json
from functools import cache
from hashlib import sha256
from zoneinfo import available_timezones

from django.http import HttpRequest
from django.utils.text import slugify

from mailer.curation.models import Mode, PdfUse, Pictures, Publication, Section, Takes
from mailer.editions.press import NO_EXTRA, installed
from mailer.errors import N_, Misconfigured, Refused
from mailer.languages import LANGUAGES
from mailer.subscribers import address
from mailer.web.desk.typed import hour, line, text, zone


@cache
def zones() -> list[str]:
    """The time zones there are, by name, without the historical aliases that have no region."""
    return sorted(name for name in available_timezones() if "/" in name and "Etc" not in name)


#: The columns that the form holds; the sections come beside them.
_HELD = (
    *("names", "languages", "fallback", "sender", "reply_to", "postal_address", "pictures"),
    *("article_pictures", "pdf", "count_clicks", "mode", "takes", "clock_on", "weekdays", "hour"),
    "zone",
)


def stamp(publication: Publication) -> str:
    """SHA-256, in hex, of all that the form shows: what it was made from."""
    sections = list(publication.sections.order_by("pk").values_list("pk", "names"))
    held = [[getattr(publication, name) for name in _HELD], sections]
    return sha256(json.dumps(held, default=str, sort_keys=True).encode()).hexdigest()


def refuse_stale(request: HttpRequest, publication: Publication) -> None:
    """Raises Refused for a form made from settings that are no longer these.

    It comes out of a tab that was left open, or by the back button, and holds every setting: what
    was changed since would be undone, unseen.
    """
    seen = line(request, "seen", 64)
    if seen and seen != stamp(publication):
        raise Refused(
            N_(
                "The settings of %(slug)s were changed since you opened this form, and nothing of"
                " yours was saved: look at them again."
            ),
            slug=publication.slug,
        )


def read_into(request: HttpRequest, publication: Publication) -> None:
    """Set the publication's fields from the form; nothing is stored yet."""
    publication.names = per_language(request, "name", 200)
    if not publication.names:
        raise Refused(N_("A publication needs a name in at least one language."))
    publication.languages = [code for code in LANGUAGES if code in request.POST.getlist("language")]
    fallback = line(request, "fallback", 8)
    publication.fallback = fallback if fallback in publication.languages else ""
    publication.sender = _address(request, "sender")
    publication.reply_to = _address(request, "reply_to")
    publication.postal_address = text(request, "postal_address", 1000)
    within = request.POST.get("pictures") == Pictures.CID
    publication.pictures = Pictures.CID if within else Pictures.HTTPS
    publication.article_pictures = request.POST.get("article_pictures") == "1"
    publication.pdf = _pdf(request, publication.pdf)
    publication.count_clicks = request.POST.get("count_clicks") == "1"
    automatic = request.POST.get("mode") == Mode.AUTOMATIC
    publication.mode = Mode.AUTOMATIC if automatic else Mode.APPROVAL
    takes = request.POST.get("takes")
    publication.takes = takes if takes in Takes.values else publication.takes
    publication.clock_on = request.POST.get("clock_on") == "1"
    chosen = request.POST.getlist("weekday")
    publication.weekdays = [day for day in range(1, 8) if str(day) in chosen]
    publication.hour = hour(request, "hour")
    publication.zone = zone(request, "zone")


def save_sections(request: HttpRequest, publication: Publication) -> None:
    """Rename the sections there are; a name in the empty row adds one, unless it is there."""
    sections = list(publication.sections.all())
    for section in sections:
        if names := per_language(request, f"section-{section.pk}", 200):
            Section.objects.filter(pk=section.pk).update(names=names)
    added = per_language(request, "section-new", 200)
    if added and all(section.names != added for section in sections):
        Section.objects.create(
            publication=publication,
            slug=_free_slug(added, {section.slug for section in sections}),
            names=added,
            position=max((section.position for section in sections), default=0) + 1,
        )


def _free_slug(names: dict[str, str], taken: set[str]) -> str:
    wished = slugify(names.get("en") or names.get("fr") or "")[:40] or "section"
    number = 1
    slug = wished
    while slug in taken:
        number += 1
        slug = f"{wished}-{number}"
    return slug


def per_language(request: HttpRequest, name: str, limit: int) -> dict[str, str]:
    """What was typed into a field of each language, by its code; empty ones are left out."""
    named = {code: line(request, f"{name}-{code}", limit) for code in LANGUAGES}
    return {code: typed for code, typed in named.items() if typed}


def _pdf(request: HttpRequest, before: str) -> str:
    """How the PDF goes out. A PDF that nothing here can print is not promised to readers."""
    wished = request.POST.get("pdf", "")
    chosen = wished if wished in PdfUse.values else ""
    if chosen and chosen != before and not installed():
        raise Misconfigured(NO_EXTRA)
    return chosen


def _address(request: HttpRequest, name: str) -> str:
    typed = line(request, name, 320)
    return address.parse(typed).typed if typed else ""
