"""Who gets an issue: counted beforehand, then written down, the same people."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mailer.curation import signoff
from mailer.curation.models import Approval, Issue, IssueState
from mailer.editions.freeze import issue_checksum, sign
from mailer.errors import MailerError, NotFound, Refused
from mailer.mailings import fanout
from mailer.mailings.models import Delivery, Mailing
from mailer.subscribers.models import MailingList, Subscription, Suppression
from tests.mailings.story import approved_issue, readers, states
from tests.people import WEDNESDAY, karim, nadia, reader, review

pytestmark = pytest.mark.django_db


def everybody() -> None:
    """Three who get it, one of them after a pause, and one for each reason not to."""
    reader("youssef@example.org")
    reader("amina@example.org", "ar")
    reader("grace@example.org", "en")
    reader("pending@example.org", state="pending")
    reader("left@example.org", state="unsubscribed")
    reader("bounced@example.org")
    Suppression.objects.create(email_key="bounced@example.org", reason="bounce", at=WEDNESDAY)
    away = reader("away@example.org")
    away.paused_until = timezone.now() + timedelta(weeks=2)
    away.save()
    back = reader("back@example.org")
    back.paused_until = timezone.now() - timedelta(hours=1)
    back.save()
    gone = reader("gone@example.org")
    gone.email, gone.email_key, gone.erased_at = "", None, WEDNESDAY
    gone.save()


def test_the_verdict_counts_each_person_once_and_says_why() -> None:
    issue = approved_issue()
    everybody()
    verdict = fanout.verdict(issue.pk)
    assert verdict.would_send == 3
    assert verdict.by_language == {"fr": 2, "ar": 1}
    assert verdict.left_out == {
        "no_edition": 1,
        "unconfirmed": 1,
        "unsubscribed": 1,
        "suppressed": 1,
        "paused": 1,
        "erased": 1,
    }


def test_the_fan_out_writes_whom_the_verdict_counted() -> None:
    issue = approved_issue()
    everybody()
    verdict = fanout.verdict(issue.pk)
    mailing = fanout.start(issue.pk, karim(), timezone.now())
    assert states(mailing) == {"queued": verdict.would_send}
    assert mailing.left_out == verdict.left_out
    assert mailing.deadline_at - mailing.created_at == timedelta(hours=48)
    issue.refresh_from_db()
    assert issue.state == IssueState.SENDING


def test_each_gets_the_edition_of_their_language_or_the_fallback() -> None:
    issue = approved_issue()
    everybody()
    publication = review()
    publication.fallback = "fr"
    publication.save()
    Approval.objects.all().delete()
    Issue.objects.update(state=IssueState.DRAFT)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    mailing = fanout.start(issue.pk, None, timezone.now())
    got = dict(
        Delivery.objects.filter(mailing=mailing).values_list(
            "subscriber__email", "edition__language"
        )
    )
    assert got == {
        "youssef@example.org": "fr",
        "amina@example.org": "ar",
        "grace@example.org": "fr",
        "back@example.org": "fr",
    }


def test_a_person_on_two_lists_gets_one_mail_and_one_confirmation_is_enough() -> None:
    issue = approved_issue()
    youssef = reader("youssef@example.org", state="unsubscribed")
    second = MailingList.objects.create(slug="staff")
    Subscription.objects.create(
        subscriber=youssef, mailing_list=second, state="confirmed", requested_at=WEDNESDAY
    )
    review().lists.add(second)
    assert fanout.verdict(issue.pk).would_send == 1


def test_a_publication_without_a_list_mails_nobody() -> None:
    issue = approved_issue()
    reader("youssef@example.org")
    review().lists.clear()
    assert fanout.verdict(issue.pk).would_send == 0


def test_a_second_mailing_is_refused_and_names_the_first() -> None:
    reader("youssef@example.org")
    issue = approved_issue()
    first = fanout.start(issue.pk, None, timezone.now())
    with pytest.raises(Refused, match=f"it is mailing {first.pk} of"):
        fanout.start(issue.pk, None, timezone.now())


def test_an_issue_that_nobody_would_get_is_refused_and_may_be_sent_later() -> None:
    issue = approved_issue()
    with pytest.raises(Refused, match="Nobody would get"):
        fanout.start(issue.pk, None, timezone.now())
    reader("youssef@example.org")
    assert fanout.start(issue.pk, None, timezone.now()).left_out == {}


def test_an_issue_that_nobody_signed_is_refused() -> None:
    issue = approved_issue()
    signoff.void(issue.pk, timezone.now())
    with pytest.raises(Refused, match="not approved"):
        fanout.start(issue.pk, None, timezone.now())
    assert not Mailing.objects.exists()


def test_an_edition_or_an_audience_that_changed_since_the_signature_is_refused() -> None:
    issue = approved_issue()
    review().lists.add(MailingList.objects.create(slug="everybody-else"))
    with pytest.raises(Refused, match="no longer what was approved"):
        fanout.start(issue.pk, None, timezone.now())


def test_an_issue_that_does_not_exist_is_named() -> None:
    with pytest.raises(NotFound, match="no issue 77"):
        fanout.verdict(77)


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_make_one_mailing() -> None:
    issue = approved_issue()
    readers(50)
    made: list[Mailing] = []
    refused: list[MailerError] = []
    together = threading.Barrier(3)

    def press() -> None:
        together.wait()
        try:
            made.append(fanout.start(issue.pk, None, timezone.now()))
        except MailerError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(refused) == 2
    assert all(f"mailing {made[0].pk}" in str(error) for error in refused)
    assert states(made[0]) == {"queued": 50}


def test_above_a_set_size_two_publishers_must_have_signed(settings: Any) -> None:
    settings.MAILER_SECOND_PUBLISHER = 1
    issue = approved_issue()
    readers(2)
    signoff.void(issue.pk, timezone.now())
    checksum = issue_checksum(issue.pk)
    sign(issue.pk, checksum, karim(), WEDNESDAY)
    with pytest.raises(Refused, match="more than 1 people, and only karim has signed"):
        fanout.start(issue.pk, None, timezone.now())
    assert not Mailing.objects.exists()
    sign(issue.pk, checksum, nadia(), WEDNESDAY)
    assert fanout.start(issue.pk, None, timezone.now()).checksum == checksum


def test_a_mailing_of_the_set_size_needs_one_signature(settings: Any) -> None:
    settings.MAILER_SECOND_PUBLISHER = 2
    issue = approved_issue()
    readers(2)
    assert fanout.start(issue.pk, None, timezone.now())
