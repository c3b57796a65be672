"""Requests that nobody confirmed."""

from datetime import timedelta

import pytest

from mailer.errors import BadToken
from mailer.letters.models import Letter
from mailer.subscribers import confirmation, links, optout, pending
from mailer.subscribers.models import (
    Consent,
    MailingList,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import AMINA, PAGE, ask, join, token

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_amina_who_forgot_is_reminded_once_and_confirms_by_the_new_link() -> None:
    ask()
    old = token("confirm")
    assert pending.remind(WEDNESDAY + 2 * DAY) == 0
    assert [pending.remind(WEDNESDAY + day * DAY) for day in (3, 4, 20)] == [1, 0, 0]
    reminder = Letter.objects.latest("pk")
    assert (reminder.kind, reminder.language, reminder.recipient) == ("reminder", "ar", AMINA)
    with pytest.raises(BadToken, match="expired"):
        confirmation.confirm(old, where=PAGE, now=WEDNESDAY + 4 * DAY)
    confirmed = confirmation.confirm(token("confirm"), where=PAGE, now=WEDNESDAY + 4 * DAY)
    assert confirmed.state == "confirmed"
    assert Consent.objects.latest("pk").message_id == reminder.message_id


def test_who_asks_twice_is_still_reminded_once() -> None:
    ask()
    pending.remind(WEDNESDAY + 3 * DAY)
    ask(now=WEDNESDAY + 4 * DAY)
    assert pending.remind(WEDNESDAY + 8 * DAY) == 0


def test_nobody_else_is_reminded() -> None:
    reader("confirmed@example.org")
    reader("left@example.org", state="unsubscribed")
    gone = reader("erased@example.org", state="pending")
    Subscriber.objects.filter(pk=gone.pk).update(email="", email_key=None, erased_at=WEDNESDAY)
    reader("suppressed@example.org", state="pending")
    Suppression.objects.create(email_key="suppressed@example.org", reason="bounce", at=WEDNESDAY)
    assert pending.remind(WEDNESDAY + 5 * DAY) == 0


def test_after_thirty_days_nothing_of_the_request_is_left() -> None:
    ask()
    Letter.objects.update(state="sent", settled_at=WEDNESDAY)
    assert pending.purge(WEDNESDAY + 29 * DAY) == 0
    pending.tend(WEDNESDAY + 30 * DAY)
    assert not Subscription.objects.exists()
    assert not Consent.objects.exists()
    assert not SignupRequest.objects.exists()
    assert [
        AMINA in str(row) for row in (Letter.objects.values(), Subscriber.objects.values())
    ] == [
        False,
        False,
    ]


def test_a_letter_that_waits_for_a_purged_person_is_not_sent() -> None:
    ask()
    pending.purge(WEDNESDAY + 30 * DAY)
    letter = Letter.objects.get()
    assert (letter.state, letter.recipient, letter.text) == ("refused", "", "")


def test_who_reads_another_list_loses_the_request_alone() -> None:
    MailingList.objects.create(slug="culture", names={"fr": "Culture"}, public=True)
    grace = reader("grace@example.org", "en")
    ask("grace@example.org", list_slug="culture")
    pending.purge(WEDNESDAY + 30 * DAY)
    grace.refresh_from_db()
    assert grace.email == "grace@example.org"
    assert [tie.mailing_list.slug for tie in grace.subscriptions.all()] == ["revue-de-presse"]


def test_who_was_a_reader_before_is_again_one_who_left_and_old_links_stay_dead() -> None:
    subscription = join()
    optout.unsubscribe(token("unsubscribe"), where=PAGE, now=WEDNESDAY)
    ask(now=WEDNESDAY + DAY)
    link = token("confirm")
    pending.purge(WEDNESDAY + 31 * DAY)
    subscription.refresh_from_db()
    assert (subscription.state, subscription.left_at) == ("unsubscribed", WEDNESDAY)
    assert Subscriber.objects.get().email == AMINA
    with pytest.raises(BadToken):
        confirmation.confirm(link, where=PAGE, now=WEDNESDAY + 32 * DAY)


def test_a_link_of_a_purged_request_says_so() -> None:
    ask()
    subscriber = Subscriber.objects.get()
    pending.purge(WEDNESDAY + 30 * DAY)
    late = links.confirm_url(subscriber.pk, 1, 1, WEDNESDAY + 30 * DAY).rpartition("/")[2]
    with pytest.raises(BadToken, match="used up"):
        confirmation.confirm(late, where=PAGE, now=WEDNESDAY + 30 * DAY)


def test_the_rows_of_the_form_go_after_two_days_and_what_staff_may_look_at_after_thirty() -> None:
    for outcome in ("mailed", "limited", "refused", "failed"):
        SignupRequest.objects.create(
            email="", language="fr", received_at=WEDNESDAY, taken_at=WEDNESDAY, outcome=outcome
        )
    SignupRequest.objects.create(email=AMINA, language="fr", received_at=WEDNESDAY)
    pending.sweep(WEDNESDAY + 3 * DAY)
    left = set(SignupRequest.objects.values_list("outcome", flat=True))
    assert left == {"refused", "failed", ""}
    pending.sweep(WEDNESDAY + 31 * DAY)
    assert SignupRequest.objects.get().email == AMINA
