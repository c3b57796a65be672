"""Signing off: every step is seen by the one before it."""

from typing import Any

import pytest
from django.db import connection

from mailer.curation import arrange, compose, signoff
from mailer.curation.models import Approval, Issue
from mailer.errors import N_, NotFound, Refused
from tests.people import WEDNESDAY, article, karim, review, source

pytestmark = pytest.mark.django_db
SUM = "a" * 64


@pytest.fixture
def issue() -> Issue:
    matin = source("matin")
    for title in ("Un", "Deux", "Trois"):
        article(matin, title)
    return compose.draft_issue(review(), now=WEDNESDAY)


def test_a_draft_is_approved_sent_and_done(issue: Issue) -> None:
    publisher = karim()
    signoff.approve(issue.pk, SUM, publisher, WEDNESDAY)
    standing = signoff.standing(issue.pk)
    assert standing is not None
    assert (standing.checksum, standing.by) == (SUM, publisher)
    signoff.mark_sending(issue.pk, WEDNESDAY)
    signoff.mark_sent(issue.pk, WEDNESDAY)
    signoff.mark_sent(issue.pk, WEDNESDAY)
    issue.refresh_from_db()
    assert issue.state == "sent"


def test_a_second_signature_is_refused(issue: Issue) -> None:
    signoff.approve(issue.pk, SUM, None, WEDNESDAY)
    with pytest.raises(Refused, match="approved already"):
        signoff.approve(issue.pk, SUM, None, WEDNESDAY)
    assert Approval.objects.count() == 1


def test_any_edit_voids_the_signature_and_keeps_its_row(issue: Issue) -> None:
    signoff.approve(issue.pk, SUM, None, WEDNESDAY)
    item = issue.items.all()[0]
    arrange.edit_item(item.pk, headline="Un titre meilleur", now=WEDNESDAY)
    issue.refresh_from_db()
    assert issue.state == "draft"
    assert signoff.standing(issue.pk) is None
    assert Approval.objects.get().voided_at == WEDNESDAY


def test_what_is_on_its_way_can_no_longer_be_changed(issue: Issue) -> None:
    item = issue.items.all()[0]
    signoff.approve(issue.pk, SUM, None, WEDNESDAY)
    signoff.mark_sending(issue.pk, WEDNESDAY)
    for change in (
        lambda: arrange.edit_item(item.pk, headline="Trop tard", now=WEDNESDAY),
        lambda: arrange.hide_item(item.pk, hidden=True, now=WEDNESDAY),
        lambda: arrange.move_item(item.pk, 2, now=WEDNESDAY),
        lambda: arrange.set_words(issue.pk, "fr", "Bonjour", now=WEDNESDAY),
        lambda: compose.take_new(issue.pk, WEDNESDAY),
    ):
        with pytest.raises(Refused, match="being sent"):
            change()
    item.refresh_from_db()
    assert (item.headline, item.hidden) == ("", False)


def test_an_issue_that_was_not_approved_cannot_start(issue: Issue) -> None:
    with pytest.raises(Refused, match="must be approved first"):
        signoff.mark_sending(issue.pk, WEDNESDAY)


def test_a_held_issue_says_why_and_is_reopened_without_an_hour(issue: Issue) -> None:
    Issue.objects.filter(pk=issue.pk).update(send_at=WEDNESDAY)
    signoff.approve(issue.pk, SUM, None, WEDNESDAY)
    signoff.hold(issue.pk, {"id": N_("Its hour was missed."), "values": {}}, WEDNESDAY)
    issue.refresh_from_db()
    assert (issue.state, issue.held_why["id"]) == ("held", "Its hour was missed.")
    signoff.reopen(issue.pk, WEDNESDAY)
    issue.refresh_from_db()
    assert (issue.state, issue.held_why, issue.send_at) == ("draft", None, None)


def test_an_unknown_issue_is_told_with_the_next_step() -> None:
    with pytest.raises(NotFound, match="mailer compile"):
        signoff.approve(4711, SUM, None, WEDNESDAY)


def test_moving_an_entry_makes_room(issue: Issue) -> None:
    def order() -> list[str]:
        return [item.article.title for item in issue.items.all() if item.article]

    assert order() == ["Un", "Deux", "Trois"]
    last = issue.items.all()[2]
    arrange.move_item(last.pk, 1, now=WEDNESDAY)
    assert order() == ["Trois", "Un", "Deux"]
    arrange.move_item(last.pk, 99, now=WEDNESDAY)
    assert order() == ["Un", "Deux", "Trois"]


def test_an_entry_moves_to_the_end_of_another_section(issue: Issue) -> None:
    first = issue.items.all()[0]
    ccme = review().sections.get(slug="ccme")
    arrange.move_to_section(first.pk, ccme.pk, now=WEDNESDAY)
    first.refresh_from_db()
    assert (first.section_id, first.position) == (ccme.pk, 1)


def test_empty_words_go_back_to_the_articles_own(issue: Issue) -> None:
    item = issue.items.all()[0]
    arrange.edit_item(item.pk, headline="Le nôtre", note="À lire.", now=WEDNESDAY)
    arrange.edit_item(item.pk, headline="", now=WEDNESDAY)
    item.refresh_from_db()
    assert (item.headline, item.note) == ("", "À lire.")


def test_the_editors_word_is_kept_per_language(issue: Issue) -> None:
    arrange.set_words(issue.pk, "ar", " مرحبا ", now=WEDNESDAY)
    arrange.set_words(issue.pk, "fr", "Bonjour", now=WEDNESDAY)
    arrange.set_words(issue.pk, "fr", "", now=WEDNESDAY)
    issue.refresh_from_db()
    assert issue.editor_words == {"ar": "مرحبا"}


def test_an_entry_that_somebody_moves_meanwhile_is_moved_where_it_then_is(issue: Issue) -> None:
    item = issue.items.order_by("position")[0]
    section = review().sections.exclude(pk=item.section_id)[0]
    done: list[bool] = []

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "curation_issue"' in sql and not done:
            done.append(True)
            arrange.move_to_section(item.pk, section.pk, now=WEDNESDAY)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        arrange.move_item(item.pk, 2, now=WEDNESDAY)

    item.refresh_from_db()
    assert (item.section_id, item.position) == (section.pk, 1)
