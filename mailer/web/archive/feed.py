"""`/feed/<publication>.<lang>.xml`: the numbers of a publication in one language, as RSS 2.0."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import conditional_page, require_safe

from mailer.curation.models import Publication
from mailer.editions.archive import public_editions
from mailer.editions.compile import archive_url, online_url, pdf_url
from mailer.editions.models import Edition
from mailer.editions.page import Entry
from mailer.editions.stored import from_json
from mailer.errors import N_, NotFound
from mailer.mailings.models import Mailing, MailingKind
from mailer.web.archive.find import title_of
from mailer.web.public.page import public

#: A feed reader has seen the older ones.
_NEWEST = 20
#: Minutes for which a reader need not ask again (RSS 2.0, `ttl`): a review comes out once a day.
_TTL = 60


@conditional_page
@require_safe
@public
def feed(_request: HttpRequest, publication: str, language: str) -> HttpResponse:
    """Each number once, under its permanent address; the newest first. Who has it gets a 304."""
    title = title_of(publication)
    if language not in title.languages:
        raise NotFound(N_("This publication does not come out in this language."))
    name = title.name(language)
    made = Rss201rev2Feed(
        title=name,
        link=archive_url(title),
        description=name,
        language=language,
        feed_url=settings.MAILER_URL + reverse("feed", args=[publication, language]),
        ttl=_TTL,
    )
    for edition in _newest(title, language):
        made.add_item(**_item(edition))
    answer = HttpResponse(made.writeString("utf-8"), content_type=made.content_type)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _newest(title: Publication, language: str) -> QuerySet[Edition]:
    begun = Mailing.objects.filter(issue=OuterRef("issue"), kind=MailingKind.FULL)
    return (
        public_editions(title)
        .filter(language=language)
        .defer(None)
        .defer("html", "text", "headers", "entries", "printed__content")
        .select_related("issue__publication", "printed")
        .annotate(begun_at=Subquery(begun.values("created_at")[:1]))
        .order_by("-issue__number")[:_NEWEST]
    )


def _item(edition: Edition) -> dict[str, Any]:
    issue, address = edition.issue, online_url(edition.issue, edition.language)
    zone = ZoneInfo(issue.publication.zone)
    midnight = datetime.combine(issue.date, time(), zone).astimezone(UTC)
    return {
        "title": edition.subject,
        "link": address,
        "description": _headlines(edition) if edition.page else edition.preheader,
        "unique_id": address,
        "unique_id_is_permalink": True,
        "pubdate": getattr(edition, "begun_at", None) or midnight,
        "enclosures": list(_enclosures(edition)),
    }


def _headlines(edition: Edition) -> str:
    """The contents of the edition in HTML: its headlines, each a link to its entry."""
    page, address = from_json(edition.page), online_url(edition.issue, edition.language)
    sections = [
        (
            section.title,
            format_html_join("", _LINE, (_line(one, address) for one in section.entries)),
        )
        for section in page.sections
    ]
    inside = format_html_join("", "<h3>{}</h3><ol>{}</ol>", sections)
    return format_html(
        '<div lang="{}" dir="{}">{}</div>', page.language.code, page.language.dir, inside
    )


_LINE = '<li value="{}"><a href="{}#entry-{}" lang="{}" dir="{}">{}</a></li>'


def _line(entry: Entry, address: str) -> tuple[int, str, int, str, str, str]:
    language = entry.language
    return entry.number, address, entry.number, language.code, language.dir, entry.headline


def _enclosures(edition: Edition) -> Iterator[Enclosure]:
    # What was signed was printed from the page as it is, and neither changes any more.
    kept = getattr(edition, "printed", None) if edition.pdf else None
    if kept and kept.digest:
        address = pdf_url(edition.issue, edition.language)
        yield Enclosure(address, str(kept.size), "application/pdf")
