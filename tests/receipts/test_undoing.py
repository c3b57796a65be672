"""What a report led to is taken back, and what it could not prove is done."""

import pytest
from django.utils import timezone

from mailer.errors import NotFound, Refused
from mailer.mailings import alarms
from mailer.mailings.models import Event
from mailer.receipts import dialogue, record, undoing
from mailer.receipts.models import Outcome, Receipt, Way
from mailer.receipts.taking import take
from mailer.subscribers.models import Consent, Subscription
from tests.people import karim
from tests.receipts.reports import report, words
from tests.receipts.story import (
    AMINA,
    GRACE,
    YOUSSEF,
    delivery,
    returned,
    sent,
    sent_again,
    suppressed,
    verp,
)

pytestmark = pytest.mark.django_db


def came(raw: bytes) -> Receipt:
    take(Way.MAILBOX, raw, timezone.now())
    return Receipt.objects.latest("pk")


def full(name: str) -> bytes:
    return report(YOUSSEF, back_to=verp(YOUSSEF), status="5.2.2", said="552 full", name=name)


def test_staff_take_a_suppression_back_once() -> None:
    sent()
    receipt = came(report(AMINA, back_to=verp(AMINA)))
    by = karim()
    told = undoing.undo(receipt.pk, by, timezone.now())
    assert (told.undone_by, suppressed()) == (by, {})
    with pytest.raises(Refused):
        undoing.undo(receipt.pk, by, timezone.now())
    came(report(AMINA, back_to=verp(AMINA), name="another"))
    assert suppressed() == {AMINA: "bounce"}, "it says so again"


def test_soft_bounces_that_staff_forgave_are_counted_anew() -> None:
    sent(YOUSSEF)
    for number in range(5):
        if number:
            sent_again(number)
        receipt = came(full(f"f{number}"))
    assert suppressed() == {YOUSSEF: "soft"}
    undoing.undo(receipt.pk, karim(), timezone.now())
    came(full("f6"))
    assert suppressed() == {}


def test_another_reason_to_send_nothing_outlives_the_undoing() -> None:
    sent()
    first = came(report(AMINA, back_to=verp(AMINA)))
    second = came(report(AMINA, back_to=verp(AMINA), name="second"))
    assert (first.outcome, second.outcome) == (Outcome.SUPPRESSED, Outcome.KNOWN)
    with pytest.raises(Refused):
        undoing.undo(second.pk, karim(), timezone.now())
    assert suppressed() == {AMINA: "bounce"}


def test_a_misread_request_to_leave_is_taken_back_with_its_proof() -> None:
    sent()
    link = returned(GRACE).partition("Message-ID: ")[2].partition("\n")[0]
    receipt = came(words("STOP", From=GRACE, Subject="Re: x", In_Reply_To=link))
    assert receipt.outcome == Outcome.UNSUBSCRIBED
    undoing.undo(receipt.pk, karim(), timezone.now())
    assert Subscription.objects.get(subscriber__email=GRACE).state == "confirmed"
    acts = Consent.objects.filter(subscriber__email=GRACE).order_by("pk")
    assert [one.act for one in acts][-2:] == ["unsubscribed", "restored"]


def test_who_left_again_meanwhile_stays_gone() -> None:
    sent()
    link = returned(GRACE).partition("Message-ID: ")[2].partition("\n")[0]
    receipt = came(words("STOP", From=GRACE, Subject="Re: x", In_Reply_To=link))
    Subscription.objects.filter(subscriber__email=GRACE).update(left_at=timezone.now())
    undoing.undo(receipt.pk, karim(), timezone.now())
    assert Subscription.objects.get(subscriber__email=GRACE).state == "unsubscribed"


def test_staff_unsubscribe_who_could_not_prove_it_and_take_that_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent()
    monkeypatch.setattr(record, "_FEW", 0)
    receipt = came(words("", From=GRACE, Subject="unsubscribe"))
    by = karim()
    assert undoing.act(receipt.pk, by, timezone.now()).outcome == Outcome.UNSUBSCRIBED
    assert Subscription.objects.get(subscriber__email=GRACE).state == "unsubscribed"
    undoing.undo(receipt.pk, by, timezone.now())
    assert Subscription.objects.get(subscriber__email=GRACE).state == "confirmed"


def test_staff_decide_about_the_refusals_of_a_mailing_that_was_stopped() -> None:
    mailing = sent()
    alarms.stop(mailing.pk, Refused("no").stored(), timezone.now())
    past = timezone.now() - 2 * dialogue.SETTLED
    Event.objects.create(
        delivery_id=delivery(AMINA).pk,
        at=past,
        state=4,
        smtp_code=550,
        smtp_text="5.1.1 unknown user",
    )
    dialogue.read_refusals(timezone.now())
    receipt = Receipt.objects.get()
    assert (receipt.outcome, suppressed()) == (Outcome.DOUBTED, {})
    by = karim()
    assert undoing.act(receipt.pk, by, timezone.now()).outcome == Outcome.SUPPRESSED
    assert suppressed() == {AMINA: "bounce"}
    with pytest.raises(Refused):
        undoing.act(receipt.pk, by, timezone.now())


def test_a_report_that_is_not_there_is_told() -> None:
    by = karim()
    for number in (404, 2**70):
        with pytest.raises(NotFound):
            undoing.undo(number, by, timezone.now())
