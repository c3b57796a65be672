"""Two publishers sign a large issue, whoever comes first, and however often."""

from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from mailer.curation import arrange, compose, signoff
from mailer.curation.models import Approval, Issue
from mailer.errors import Refused
from tests.people import WEDNESDAY, article, karim, nadia, review, salma, source

SUM, OTHER = "a" * 64, "b" * 64


def drafted() -> Issue:
    article(source("matin"), "Un")
    return compose.draft_issue(review(), now=WEDNESDAY)


def sign(issue: Issue, by: User | None, checksum: str = SUM) -> Approval:
    return signoff.approve(issue.pk, checksum, by, WEDNESDAY)


def signers(issue: Issue) -> list[str]:
    return [one.by.username if one.by else "the clock" for one in signoff.signatures(issue.pk)]


@pytest.mark.django_db
class TestWhereTwoMustSign:
    @pytest.fixture(autouse=True)
    def _two(self, settings: Any) -> None:
        settings.MAILER_SECOND_PUBLISHER = 1000

    def test_the_second_signs_beside_the_first_and_it_stays_approved(self) -> None:
        issue = drafted()
        sign(issue, karim())
        sign(issue, nadia())
        assert signers(issue) == ["karim", "nadia"]
        issue.refresh_from_db()
        assert issue.state == "approved"
        assert signoff.lacking(issue.pk, 5000) is None

    def test_the_same_person_twice_is_told_that_it_takes_another(self) -> None:
        issue, publisher = drafted(), karim()
        sign(issue, publisher)
        with pytest.raises(Refused, match="a second signature is another publisher's"):
            sign(issue, publisher)
        assert signers(issue) == ["karim"]

    def test_a_third_is_not_needed(self) -> None:
        issue = drafted()
        sign(issue, karim())
        sign(issue, nadia())
        with pytest.raises(Refused, match="approved already"):
            sign(issue, salma())

    def test_under_another_checksum_one_signs_alone_and_the_first_signature_is_gone(self) -> None:
        issue, first = drafted(), karim()
        sign(issue, first)
        sign(issue, nadia(), OTHER)
        assert signers(issue) == ["nadia"]
        sign(issue, first, OTHER)
        assert signers(issue) == ["nadia", "karim"]

    def test_any_change_voids_both_and_each_may_sign_again(self) -> None:
        issue, first, second = drafted(), karim(), nadia()
        sign(issue, first)
        sign(issue, second)
        arrange.edit_item(issue.items.all()[0].pk, headline="Mieux", now=WEDNESDAY)
        assert signers(issue) == []
        issue.refresh_from_db()
        assert issue.state == "draft"
        sign(issue, second, OTHER)
        sign(issue, first, OTHER)
        assert signers(issue) == ["nadia", "karim"]
        assert Approval.objects.count() == 4

    def test_the_clock_is_no_publisher_and_two_sign_beside_it(self) -> None:
        issue = drafted()
        sign(issue, None)
        assert "only the clock has signed it" in str(signoff.lacking(issue.pk, 1001))
        sign(issue, karim())
        assert "only karim has signed it" in str(signoff.lacking(issue.pk, 1001))
        sign(issue, nadia())
        assert signoff.lacking(issue.pk, 1001) is None
        with pytest.raises(Refused, match="approved already"):
            sign(issue, None)

    def test_the_clock_does_not_countersign(self) -> None:
        issue = drafted()
        sign(issue, karim())
        with pytest.raises(Refused, match="approved already"):
            sign(issue, None)

    def test_it_is_above_the_number_that_a_second_is_asked_for(self) -> None:
        issue = drafted()
        sign(issue, karim())
        assert signoff.lacking(issue.pk, 1000) is None
        lack = signoff.lacking(issue.pk, 1001)
        assert lack is not None
        assert lack.values == {"issue": issue.pk, "most": 1000, "name": "karim"}

    def test_what_was_sent_is_signed_by_nobody_any_more(self) -> None:
        issue = drafted()
        sign(issue, karim())
        signoff.mark_sending(issue.pk, WEDNESDAY)
        with pytest.raises(Refused, match="being sent"):
            sign(issue, nadia())


@pytest.mark.django_db
def test_where_one_is_enough_a_second_signature_is_refused() -> None:
    issue = drafted()
    sign(issue, karim())
    with pytest.raises(Refused, match="approved already"):
        sign(issue, nadia())
    assert signoff.lacking(issue.pk, 10**9) is None
    # Unless it is of something else by now: then it is the one that holds.
    sign(issue, User.objects.get(username="nadia"), OTHER)
    assert signers(issue) == ["nadia"]


def _at_once(issue: Issue, people: list[User]) -> list[str]:
    """All of them sign in the same moment; what each was told."""
    told: list[str] = []

    def one(by: User) -> None:
        try:
            sign(issue, by)
            told.append("signed")
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=one, args=[by]) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_both_sign(settings: Any) -> None:
    settings.MAILER_SECOND_PUBLISHER = 1
    issue = drafted()
    assert _at_once(issue, [karim(), nadia()]) == ["signed", "signed"]
    assert sorted(signers(issue)) == ["karim", "nadia"]


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_windows_signs_once(settings: Any) -> None:
    settings.MAILER_SECOND_PUBLISHER = 1
    issue, publisher = drafted(), karim()
    refused, signed = _at_once(issue, [publisher, publisher])
    assert signed == "signed"
    assert "karim has signed" in refused
    assert signers(issue) == ["karim"]


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_two_sign(settings: Any) -> None:
    settings.MAILER_SECOND_PUBLISHER = 1
    issue = drafted()
    people = [karim(), nadia(), salma(), User.objects.create_user("driss")]
    assert _at_once(issue, people).count("signed") == 2
    assert len(signers(issue)) == 2
