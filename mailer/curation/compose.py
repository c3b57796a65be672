"""Drafting an issue: which articles enter it, in which section, in which order."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet

from mailer.articles.models import Article
from mailer.curation.changes import recorded
from mailer.curation.models import Act, Issue, Item, Publication
from mailer.curation.signoff import hold_still, refuse_unless_open, void
from mailer.errors import N_, NotFound, Refused


def find_publication(slug: str) -> Publication:
    """The publication of a slug; NotFound with a sentence that names those there are."""
    try:
        return Publication.objects.get(slug=slug)
    except Publication.DoesNotExist:
        there_are = ", ".join(Publication.objects.order_by("slug").values_list("slug", flat=True))
        raise NotFound(
            N_("There is no publication “%(slug)s”. There are: %(there_are)s."),
            slug=slug,
            there_are=there_are or "–",
        ) from None


def draft_issue(
    publication: Publication,
    *,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    slot: date | None = None,
    send_at: datetime | None = None,
) -> Issue:
    """Make the next issue with the articles that no earlier issue took.

    `starts_at` (inclusive) and `ends_at` (exclusive) bound the articles' dates of publication.
    Refused when there is nothing to put in, when the slot has its issue already, and when the
    period ends before it begins.
    """
    if starts_at and ends_at and starts_at >= ends_at:
        raise Refused(N_("The period ends before it begins: give the earlier date first."))
    with transaction.atomic():
        # One draft at a time per publication: numbers without gaps, no article in two issues.
        publication = Publication.objects.select_for_update().get(pk=publication.pk)
        _refuse_second(publication, slot)
        articles = _some_free(publication, starts_at, ends_at)
        issue = Issue.objects.create(
            publication=publication,
            number=(publication.issues.aggregate(last=Max("number"))["last"] or 0) + 1,
            date=slot or (send_at or now).astimezone(ZoneInfo(publication.zone)).date(),
            slot=slot,
            starts_at=starts_at or min(article.published_at for article in articles),
            ends_at=ends_at or now,
            send_at=send_at,
            created_at=now,
            changed_at=now,
        )
        _enter(issue, articles)
        return issue


def _refuse_second(publication: Publication, slot: date | None) -> None:
    if slot and (made := publication.issues.filter(slot=slot).first()):
        raise Refused(
            N_("The issue of %(date)s exists already: it is issue %(issue)s."),
            date=slot.isoformat(),
            issue=made.pk,
        )


def _some_free(
    publication: Publication, starts_at: datetime | None, ends_at: datetime | None
) -> list[Article]:
    articles = list(_free(publication, starts_at, ends_at))
    if not articles:
        raise Refused(
            N_(
                "There is nothing to put into a new issue of %(publication)s: no article of "
                "its sources is new in this period. Fetch the sources, or choose other dates."
            ),
            publication=publication.slug,
        )
    return articles


def take_new(issue_id: int, now: datetime, by: User | None = None) -> int:
    """Add the articles that came since the draft, at the end of their sections; how many."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        refuse_unless_open(issue)
        articles = list(_free(issue.publication, issue.starts_at, None))
        if articles:
            void(issue_id, now)
            with recorded(issue, Act.TAKE, by, now):
                _enter(issue, articles)
            Issue.objects.filter(pk=issue_id).update(changed_at=now, ends_at=now)
        return len(articles)


def waiting(issue: Issue) -> int:
    """How many new articles `take_new` would add now."""
    return _free(issue.publication, issue.starts_at, None).count()


def _free(
    publication: Publication, starts_at: datetime | None, ends_at: datetime | None
) -> QuerySet[Article]:
    """The articles of the publication's sources and languages that no issue has taken."""
    taken = Item.objects.filter(publication=publication, article__isnull=False)
    found = (
        Article.objects.filter(
            source__placements__publication=publication, language__in=publication.languages
        )
        .exclude(pk__in=taken.values("article_id"))
        .order_by("language", "-source__weight", "-published_at", "id")
    )
    if starts_at:
        found = found.filter(published_at__gte=starts_at)
    if ends_at:
        found = found.filter(published_at__lt=ends_at)
    return found


def _enter(issue: Issue, articles: Iterable[Article]) -> None:
    """Write an item per article, behind what its section holds already."""
    section_of = dict(issue.publication.placements.values_list("source_id", "section_id"))
    last = {
        (row["language"], row["section_id"]): row["last"]
        for row in issue.items.order_by()
        .values("language", "section_id")
        .annotate(last=Max("position"))
    }

    def place(article: Article) -> tuple[str, int]:
        return article.language, section_of[article.source_id]

    items: list[Item] = []
    # sorted() is stable: within a section the order of `_free` stands.
    for key, members in groupby(sorted(articles, key=place), key=place):
        language, section_id = key
        for position, article in enumerate(members, start=last.get(key, 0) + 1):
            items.append(
                Item(
                    issue=issue,
                    publication=issue.publication,
                    language=language,
                    section_id=section_id,
                    position=position,
                    article=article,
                )
            )
    Item.objects.bulk_create(items, batch_size=500)


def period(publication: Publication, moment: str | None) -> datetime | None:
    """A moment as a person types it (ISO 8601); without a zone it is in the publication's."""
    if moment is None:
        return None
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        raise Refused(
            N_("“%(moment)s” is not a date: write it as 2025-05-21 or 2025-05-21T08:00."),
            moment=moment,
        ) from None
    if read.tzinfo is None:
        read = read.replace(tzinfo=ZoneInfo(publication.zone))
    return read.astimezone(UTC)
