"""The preflight of an issue, from its rows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailer.curation import arrange
from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue
from mailer.editions.compile import compile_issue
from mailer.editions.deadlinks import digest_of
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.inspection import preflight
from mailer.editions.look import choose
from mailer.editions.models import LinkCheck
from mailer.editions.preflight import Place
from mailer.errors import Refused
from tests.people import WEDNESDAY, article, review, source

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(hours=1)
LONG = " ".join(f"Le chapitre {number} du rapport dit ceci." for number in range(20))


@pytest.fixture
def issue() -> Issue:
    publication = review()
    publication.sender, publication.postal_address = "revue@ccme.example", "Rabat"
    publication.save()
    matin = source("lematin")
    article(matin, "Le premier titre", lead=LONG)
    article(matin, "Le second titre")
    made = draft_issue(publication, now=WEDNESDAY)
    compile_issue(made.pk, WEDNESDAY)
    return made


def told(issue: Issue, at: Any = LATER) -> list[str]:
    return [str(one.sentence) for one in preflight(issue, at)]


def test_an_issue_in_order_is_told_nothing(issue: Issue) -> None:
    assert told(issue) == []


def test_an_issue_without_an_entry_may_not_leave(issue: Issue) -> None:
    for item in issue.items.all():
        arrange.hide_item(item.pk, hidden=True, now=LATER)
    compile_issue(issue.pk, LATER)
    (found,) = preflight(issue, LATER)
    assert (found.forbids, found.place) == (True, Place("issue"))


def test_a_pasted_article_is_refused_at_its_entry_and_our_own_words_are_not(issue: Issue) -> None:
    first, second = issue.items.order_by("position")
    arrange.edit_item(second.pk, lead=LONG, now=LATER)
    compile_issue(issue.pk, LATER)
    assert told(issue) == [], "it repeats another article, which is no quotation of its own"
    arrange.edit_item(first.pk, lead=LONG[:400], now=LATER)
    compile_issue(issue.pk, LATER)
    (found,) = preflight(issue, LATER)
    assert (found.forbids, found.place) == (True, Place("issue", "fr", first.pk))
    with pytest.raises(Refused, match="may only be quoted"):
        sign(issue.pk, issue_checksum(issue.pk), None, LATER)
    assert first.article is not None
    first.article.source.rights = "licensed"
    first.article.source.save()
    assert told(issue) == []


def test_a_link_found_dead_warns_at_its_entry(issue: Issue) -> None:
    second = issue.items.order_by("position")[1]
    assert second.article is not None
    address = digest_of(second.article.url)
    LinkCheck.objects.create(digest=address, dead=True, checked_at=LATER)
    (found,) = preflight(issue, LATER)
    assert (found.forbids, found.place) == (False, Place("issue", "fr", second.pk))
    assert "link of entry 2" in str(found.sentence)


def test_a_past_date_warns_by_the_clock_of_the_publication(issue: Issue) -> None:
    last_minute = LATER.replace(hour=22, minute=30)
    assert told(issue, last_minute) == []
    assert "which is past" in told(issue, last_minute + timedelta(hours=1))[0]


def test_a_faint_look_and_a_forgotten_place_warn(issue: Issue) -> None:
    choose(review(), "cedar", {"light": {"muted": "#eeeeee"}, "footers": {"fr": "XXX"}}, LATER)
    compile_issue(issue.pk, LATER)
    first, second = told(issue)
    assert "1 texts of Revue de presse are too faint" in first
    assert "“XXX” was left to be filled in" in second


def test_a_heavy_issue_is_said_to_be_clipped(issue: Issue) -> None:
    edition = issue.editions.get()
    edition.html = edition.html.replace("</main>", "é" * 40_000 + "</main>")
    edition.save()
    assert "Gmail shows 100" in told(issue)[0]
    assert replace(preflight(issue, LATER)[0]).forbids is False
