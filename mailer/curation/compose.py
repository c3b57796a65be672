"""Drafting an issue: which articles enter it, in which section, in which order."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Min, QuerySet

from mailer.articles.models import Article
from mailer.curation.changes import recorded
from mailer.curation.models import Act, Issue, IssueState, Item, Publication
from mailer.curation.propose import offer_again, propose
from mailer.curation.signoff import OPEN, find, hold_still, refuse_unless_open, void
from mailer.curation.taking import enter, free, waiting_articles
from mailer.errors import N_, NotFound, Refused
from mailer.stories.sort import sort_new
from mailer.trail.models import Area
from mailer.trail.note import note


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
    """Make the next issue with the articles that no earlier issue took, an entry a story.

    `starts_at` (inclusive) and `ends_at` (exclusive) bound the articles' dates of publication.
    Refused when there is nothing to put in, when the slot has its issue already, and when the
    period ends before it begins.
    """
    if starts_at and ends_at and starts_at >= ends_at:
        raise Refused(N_("The period ends before it begins: give the earlier date first."))
    sort_new(now)
    propose(publication)
    with transaction.atomic():
        # One draft at a time per publication: numbers without gaps, no article in two issues.
        publication = Publication.objects.select_for_update().get(pk=publication.pk)
        _refuse_second(publication, slot)
        articles = free(publication, starts_at, ends_at)
        earliest = _earliest(publication, articles)
        issue = Issue.objects.create(
            publication=publication,
            number=(publication.issues.aggregate(last=Max("number"))["last"] or 0) + 1,
            # A date that was moved names the slot; what is printed is the day it comes out.
            date=(send_at or now).astimezone(ZoneInfo(publication.zone)).date(),
            slot=slot,
            starts_at=starts_at or earliest,
            ends_at=ends_at or now,
            send_at=send_at,
            created_at=now,
            changed_at=now,
        )
        if not enter(issue, articles):
            # Rules left out all there was: the number is not used up.
            raise _refuse_nothing(publication)
        offer_again(publication)
        told = N_("No. %(number)s was drafted")
        note("issue.drafted", told, Area.ISSUE, issue.pk, number=issue.number)
        return issue


def draft_correction(issue_id: int, words: Mapping[str, str], now: datetime) -> Issue:
    """Make the issue that corrects a sent one: its readers, its languages, an entry in each.

    `words` is the headline of that entry by language; editors write what was wrong, and it is
    signed and sent as any other. Refused for what was not sent, and while another one is open.
    """
    with transaction.atomic():
        wrong = hold_still(issue_id)
        if wrong.state != IssueState.SENT:
            raise Refused(
                N_("Issue %(issue)s is not sent yet: there is nothing to correct by mail."),
                issue=issue_id,
            )
        _refuse_open_correction(wrong)
        Publication.objects.select_for_update().get(pk=wrong.publication_id)
        numbers = wrong.publication.issues.aggregate(last=Max("number"))
        issue = Issue.objects.create(
            publication=wrong.publication,
            number=(numbers["last"] or 0) + 1,
            date=now.astimezone(ZoneInfo(wrong.publication.zone)).date(),
            corrects=wrong,
            created_at=now,
            changed_at=now,
        )
        section = wrong.publication.sections.all()[0]
        Item.objects.bulk_create(
            Item(
                issue=issue,
                publication=wrong.publication,
                language=language,
                section=section,
                position=1,
                headline=words[language],
            )
            for language in wrong.editions.values_list("language", flat=True)
            if language in words
        )
        told = N_("No. %(number)s was drafted, a correction of No. %(wrong)s")
        values = {"number": issue.number, "wrong": wrong.number}
        note("issue.drafted", told, Area.ISSUE, issue.pk, **values)
        return issue


def _refuse_open_correction(wrong: Issue) -> None:
    if made := wrong.corrections.filter(state__in=OPEN).first():
        raise Refused(
            N_("A correction of issue %(issue)s is open already: it is issue %(made)s."),
            issue=wrong.pk,
            made=made.pk,
        )


def _refuse_second(publication: Publication, slot: date | None) -> None:
    if slot and (made := publication.issues.filter(slot=slot).first()):
        raise Refused(
            N_("The issue of %(date)s exists already: it is issue %(issue)s."),
            date=slot.isoformat(),
            issue=made.pk,
        )


def _earliest(publication: Publication, articles: QuerySet[Article]) -> datetime:
    earliest: datetime | None = articles.aggregate(at=Min("published_at"))["at"]
    if earliest is None:
        raise _refuse_nothing(publication)
    return earliest


def _refuse_nothing(publication: Publication) -> Refused:
    return Refused(
        N_(
            "There is nothing to put into a new issue of %(publication)s: no article of "
            "its sources is new in this period. Fetch the sources, or choose other dates."
        ),
        publication=publication.slug,
    )


def take_new(issue_id: int, now: datetime, by: User | None = None) -> int:
    """Add the articles that came since the draft; how many.

    Those of a story that the issue has go beside its entry, the others behind their sections.
    """
    issue = find(issue_id)
    if issue.corrects_id:
        return 0
    sort_new(now)
    propose(issue.publication)
    with transaction.atomic():
        # As in a draft: no article in two issues.
        Publication.objects.select_for_update().get(pk=issue.publication_id)
        issue = hold_still(issue_id)
        refuse_unless_open(issue)
        with recorded(issue, Act.TAKE, by, now):
            taken = enter(issue, free(issue.publication, issue.starts_at, None, issue))
        if taken:
            void(issue_id, now)
            Issue.objects.filter(pk=issue_id).update(changed_at=now, ends_at=now)
        return taken


def waiting(issue: Issue) -> int:
    """How many new articles `take_new` would add now; a correction takes none."""
    return 0 if issue.corrects_id else waiting_articles(issue)


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
