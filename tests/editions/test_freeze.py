"""Signing: exactly what was seen, or nothing."""

from typing import Any

import pytest

from mailer.curation import arrange, compose, signoff
from mailer.curation.models import Issue
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.inspection import preflight
from mailer.errors import Refused
from mailer.subscribers.models import MailingList
from tests.people import WEDNESDAY, article, karim, review, source

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue() -> Issue:
    article(source("lematin"), "Un titre")
    issue = compose.draft_issue(review(), now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    return issue


def test_the_publisher_signs_what_was_seen(issue: Issue) -> None:
    seen = issue_checksum(issue.pk)
    publisher = karim()
    approval = sign(issue.pk, seen, publisher, WEDNESDAY)
    assert (approval.checksum, approval.by) == (seen, publisher)


def test_what_changed_meanwhile_is_not_signed(issue: Issue) -> None:
    seen = issue_checksum(issue.pk)
    arrange.set_words(issue.pk, "fr", "Un mot de la rédaction", now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    with pytest.raises(Refused, match="has changed since you looked"):
        sign(issue.pk, seen, None, WEDNESDAY)
    assert signoff.standing(issue.pk) is None


def test_the_audience_is_part_of_what_is_signed(issue: Issue) -> None:
    before = issue_checksum(issue.pk)
    press = MailingList.objects.create(slug="presse", names={"fr": "Presse"})
    review().lists.add(press)
    assert issue_checksum(issue.pk) != before


def test_an_issue_that_was_never_compiled_cannot_be_signed() -> None:
    article(source("lematin"), "Un titre")
    issue = compose.draft_issue(review(), now=WEDNESDAY)
    with pytest.raises(Refused, match="has no edition"):
        sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)


def test_on_this_machine_a_missing_sender_only_warns(issue: Issue, settings: Any) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:2525?tls=none smtp://127.0.0.1:2526?tls=none"
    found = preflight(issue, WEDNESDAY)
    assert [finding.forbids for finding in found] == [False, False]
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)


def test_towards_the_world_a_missing_sender_forbids(issue: Issue, settings: Any) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:2525 smtp://relay.example:587"
    with pytest.raises(Refused, match="no sender address"):
        sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    publication = review()
    publication.sender = "revue@ccme.example"
    publication.save()
    compile_issue(issue.pk, WEDNESDAY)
    with pytest.raises(Refused, match="no postal address"):
        sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    publication.postal_address = "Avenue Annakhil, Rabat"
    publication.save()
    compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)


def test_a_template_that_lost_its_way_out_forbids(issue: Issue) -> None:
    edition = issue.editions.get()
    edition.html = "<p>Sans issue</p>"
    edition.save()
    with pytest.raises(Refused, match="no unsubscription link"):
        sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
