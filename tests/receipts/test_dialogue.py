"""What was refused in the dialogue itself is a report like any other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailer.mailings.models import Event, Mailing
from mailer.receipts import dialogue
from mailer.receipts.models import Receipt
from mailer.receipts.verdicts import Verdict
from tests.receipts.story import AMINA, GRACE, YOUSSEF, delivery, sent, suppressed

pytestmark = pytest.mark.django_db


def refused(address: str, code: int, text: str, *, ago: int = 300, state: int = 4) -> Event:
    at = timezone.now() - timedelta(seconds=ago)
    return Event.objects.create(
        delivery_id=delivery(address).pk, at=at, state=state, smtp_code=code, smtp_text=text
    )


def verdicts() -> dict[str, str]:
    found = Receipt.objects.values_list("subscriber__email", "verdict")
    return dict(found)


def test_each_refusal_is_taken_once_for_what_it_says() -> None:
    sent()
    refused(AMINA, 550, "5.1.1 User unknown")
    refused(YOUSSEF, 550, "5.7.1 refused by policy")
    refused(GRACE, 452, "4.2.2 mailbox full", state=5)
    refused(GRACE, 452, "4.2.2 mailbox full until the deadline")
    assert not dialogue.read_refusals(timezone.now())
    dialogue.read_refusals(timezone.now())
    assert verdicts() == {
        AMINA: Verdict.HARD,
        YOUSSEF: Verdict.POLICY,
        GRACE: Verdict.FULL,
    }
    assert suppressed() == {AMINA: "bounce"}


def test_what_is_just_being_written_is_left_for_the_next_round() -> None:
    sent()
    refused(AMINA, 550, "5.1.1 User unknown", ago=5)
    dialogue.read_refusals(timezone.now())
    assert not Receipt.objects.exists()
    dialogue.read_refusals(timezone.now() + dialogue.SETTLED)
    assert verdicts() == {AMINA: Verdict.HARD}


def test_a_refusal_of_a_mailing_whose_rows_are_gone_stops_nobody() -> None:
    mailing = sent()
    refused(AMINA, 550, "5.1.1 User unknown")
    Event.objects.create(
        delivery_id=999_999, at=timezone.now() - timedelta(hours=1), state=4, smtp_code=550
    )
    refused(GRACE, 550, "5.1.1 User unknown")
    dialogue.read_refusals(timezone.now())
    assert set(verdicts()) == {AMINA, GRACE}
    assert Mailing.objects.get().pk == mailing.pk
