"""`/feed/<publication>.<lang>.xml`: the numbers of a publication in one language, as RSS 2.0."""

from datetime import UTC, datetime, time

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Rss201rev2Feed
from django.views.decorators.http import require_safe

from mailer.editions.compile import archive_url, online_url
from mailer.editions.models import Edition
from mailer.web.archive.find import published
from mailer.web.public.page import public

#: A feed reader has seen the older ones.
_NEWEST = 20


@require_safe
@public
def feed(_request: HttpRequest, publication: str, language: str) -> HttpResponse:
    """Each number once, under its permanent address; the newest first."""
    title, sent = published(publication)
    editions = (
        Edition.objects.filter(issue__in=sent.filter(recalled_at=None), language=language)
        .select_related("issue__publication")
        .defer("html", "text")
        .order_by("-issue__number")[:_NEWEST]
    )
    made = Rss201rev2Feed(
        title=title.name(language),
        link=archive_url(title),
        description=title.name(language),
        language=language,
    )
    for edition in editions:
        address = online_url(edition.issue, language)
        made.add_item(
            title=edition.subject,
            link=address,
            description=edition.preheader,
            unique_id=address,
            unique_id_is_permalink=True,
            pubdate=datetime.combine(edition.issue.date, time(), UTC),
        )
    answer = HttpResponse(made.writeString("utf-8"), content_type=made.content_type)
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
