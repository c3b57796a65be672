"""Drafting: every article once, in its section, in its language."""

from datetime import date, timedelta

import pytest

from mailer.curation import compose, signoff
from mailer.curation.models import Issue, Item
from mailer.errors import NotFound, Refused
from tests.people import WEDNESDAY, article, review, source

pytestmark = pytest.mark.django_db


def titles(issue: Issue, language: str = "fr") -> list[str]:
    items = issue.items.filter(language=language).select_related("article")
    return [item.article.title for item in items if item.article]


def test_the_first_issue_takes_what_there_is_newest_first() -> None:
    matin = source("matin")
    article(matin, "Hier", at=WEDNESDAY - timedelta(days=1))
    article(matin, "Ce matin")
    issue = compose.draft_issue(review(), now=WEDNESDAY)
    assert issue.number == 1
    assert issue.date == date(2025, 5, 21)
    assert titles(issue) == ["Ce matin", "Hier"]


def test_the_next_issue_takes_only_what_no_earlier_issue_took() -> None:
    matin = source("matin")
    article(matin, "Ancien")
    compose.draft_issue(review(), now=WEDNESDAY)
    article(matin, "Arrivé trop tard", at=WEDNESDAY - timedelta(days=3))
    second = compose.draft_issue(review(), now=WEDNESDAY)
    assert second.number == 2
    assert titles(second) == ["Arrivé trop tard"]


def test_the_period_includes_its_beginning_and_excludes_its_end() -> None:
    matin = source("matin")
    start, end = WEDNESDAY, WEDNESDAY + timedelta(days=1)
    article(matin, "Avant", at=start - timedelta(seconds=1))
    article(matin, "Au début", at=start)
    article(matin, "À la fin", at=end)
    issue = compose.draft_issue(review(), now=WEDNESDAY, starts_at=start, ends_at=end)
    assert titles(issue) == ["Au début"]


def test_each_article_enters_the_section_of_its_source_and_the_edition_of_its_language() -> None:
    ccme, monde = source("ccme", "ccme"), source("monde", "immigration-monde")
    article(monde, "Dans le monde")
    article(ccme, "Au conseil")
    article(monde, "في العالم", language="ar")
    issue = compose.draft_issue(review(), now=WEDNESDAY)
    assert titles(issue) == ["Au conseil", "Dans le monde"]
    assert titles(issue, "ar") == ["في العالم"]


def test_a_language_that_the_publication_does_not_have_stays_out() -> None:
    article(source("berlin", language="de"), "Nachrichten")
    with pytest.raises(Refused, match="nothing to put into"):
        compose.draft_issue(review(), now=WEDNESDAY)


def test_an_issue_of_nothing_is_refused_and_uses_up_no_number() -> None:
    with pytest.raises(Refused):
        compose.draft_issue(review(), now=WEDNESDAY)
    article(source("matin"), "Enfin")
    assert compose.draft_issue(review(), now=WEDNESDAY).number == 1


def test_a_slot_has_one_issue() -> None:
    matin = source("matin")
    article(matin, "Un")
    first = compose.draft_issue(review(), now=WEDNESDAY, slot=date(2025, 5, 26))
    article(matin, "Deux")
    with pytest.raises(Refused, match=f"it is issue {first.pk}"):
        compose.draft_issue(review(), now=WEDNESDAY, slot=date(2025, 5, 26))


def test_the_articles_of_a_discarded_issue_are_free_again() -> None:
    article(source("matin"), "À reprendre")
    first = compose.draft_issue(review(), now=WEDNESDAY)
    signoff.discard(first.pk, WEDNESDAY)
    assert titles(compose.draft_issue(review(), now=WEDNESDAY)) == ["À reprendre"]


def test_new_articles_enter_a_draft_only_when_asked_for_and_void_the_signature() -> None:
    matin = source("matin")
    article(matin, "Le premier")
    issue = compose.draft_issue(review(), now=WEDNESDAY)
    signoff.approve(issue.pk, "0" * 64, None, WEDNESDAY)
    article(matin, "Le retardataire", at=WEDNESDAY + timedelta(minutes=5))
    assert compose.waiting(issue) == 1
    assert titles(issue) == ["Le premier"]
    assert compose.take_new(issue.pk, WEDNESDAY) == 1
    assert titles(issue) == ["Le premier", "Le retardataire"]
    assert signoff.standing(issue.pk) is None
    assert compose.take_new(issue.pk, WEDNESDAY) == 0


def test_an_article_cannot_enter_a_publication_twice_whatever_the_code_does() -> None:
    from django.db import IntegrityError

    article(source("matin"), "Une fois")
    item = compose.draft_issue(review(), now=WEDNESDAY).items.get()
    item.pk = None
    with pytest.raises(IntegrityError):
        Item.objects.bulk_create([item])


def test_an_unknown_publication_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="revue-de-presse"):
        compose.find_publication("inconnue")


def test_a_time_without_a_zone_is_in_the_publications() -> None:
    moment = compose.period(review(), "2025-05-21T08:00")
    assert moment is not None
    assert moment.isoformat() == "2025-05-21T07:00:00+00:00"
    with pytest.raises(Refused, match="not a date"):
        compose.period(review(), "mercredi")
