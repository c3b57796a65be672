"""A person asks again: for those who were refused, and for those in doubt."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from mailer.errors import NotFound, Refused
from mailer.mailings import control, ledger, reasons, send
from mailer.mailings.fanout import DEADLINE
from mailer.mailings.models import DeliveryState, Event, Mailing, MailingState
from mailer.mailings.retry import WITHOUT_MARKS, Decision, Kind
from mailer.subscribers.models import Subscription
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import (
    assert_domains_are_those_of_the_rows,
    assert_nobody_lost_nobody_twice,
    finish,
    row,
    started,
    states,
)
from tests.people import karim

pytestmark = pytest.mark.django_db(transaction=True)

UNKNOWN = Decision("uncertain", Kind.UNKNOWN)


def refused_three_ways(server: FakeSmtp) -> Mailing:
    """Ten readers, of whom one is refused by policy, one has a full mailbox, one is unknown."""
    server.at("RCPT", "550 5.7.1 rejected by policy", match="reader1@")
    server.at("RCPT", "552 5.2.2 mailbox full", match="reader2@")
    server.at("RCPT", "550 5.1.1 no such user", match="reader3@")
    mailing = started(10)
    finish(mailing)
    assert states(mailing) == {"sent": 7, "refused": 3}
    server.behave()
    return mailing


def test_the_reasons_of_a_mailings_refusals_are_counted(server: FakeSmtp) -> None:
    mailing = refused_three_ways(server)
    assert reasons.refusals(mailing) == {Kind.POLICY: 1, Kind.FULL: 1, Kind.NO_MAILBOX: 1}


def test_the_refused_get_it_again_by_the_same_message_id_but_not_who_does_not_exist(
    server: FakeSmtp,
) -> None:
    mailing, publisher = refused_three_ways(server), karim()
    known = {one.address: one.message_id for one in ledger.rows(mailing.issue_id)}
    assert control.retry_refused(mailing.pk, publisher, timezone.now()) == 2
    assert_domains_are_those_of_the_rows(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 9, "refused": 1}
    late = {one.recipient: one.message_id for one in server.accepted[-2:]}
    assert late == {name: known[name] for name in ("reader1@example.org", "reader2@example.org")}
    assert_nobody_lost_nobody_twice(mailing, server)
    assert row(mailing, "reader3").state == DeliveryState.REFUSED


def test_who_is_named_by_the_reason_is_asked_again_alone(server: FakeSmtp) -> None:
    mailing = refused_three_ways(server)
    assert control.retry_refused(mailing.pk, karim(), timezone.now(), [Kind.NO_MAILBOX]) == 1
    finish(mailing)
    assert server.recipients()[-1] == "reader3@example.org"
    assert states(mailing) == {"sent": 8, "refused": 2}


def test_a_done_mailing_runs_again_until_a_new_deadline_and_ends_again(server: FakeSmtp) -> None:
    mailing = refused_three_ways(server)
    Mailing.objects.update(deadline_at=timezone.now() - timedelta(days=3))
    now = timezone.now()
    control.retry_refused(mailing.pk, karim(), now)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.finished_at) == (MailingState.RUNNING, None)
    assert mailing.deadline_at == now + DEADLINE
    finish(mailing)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DONE
    assert mailing.finished_at is not None


def test_each_that_is_asked_again_has_an_event_with_the_persons_name(
    server: FakeSmtp, caplog: pytest.LogCaptureFixture
) -> None:
    mailing, publisher = refused_three_ways(server), karim()
    with caplog.at_level(logging.INFO, "mailer"):
        control.retry_refused(mailing.pk, publisher, timezone.now())
    asked = Event.objects.filter(state=DeliveryState.QUEUED)
    assert {event.by for event in asked} == {publisher}
    assert {event.delivery_id for event in asked} == {
        row(mailing, "reader1").pk,
        row(mailing, "reader2").pk,
    }
    assert "2 refused are sent again, by karim" in caplog.text


def test_a_paused_mailing_stays_paused(server: FakeSmtp) -> None:
    server.at("RCPT", "550 5.7.1 rejected by policy", match="reader1@")
    mailing, publisher = started(3), karim()
    send.work(mailing.pk)
    Mailing.objects.update(state=MailingState.PAUSED)
    control.retry_refused(mailing.pk, publisher, timezone.now())
    mailing.refresh_from_db()
    assert mailing.state == MailingState.PAUSED
    assert states(mailing) == {"sent": 2, "queued": 1}


def test_the_uncertain_may_get_it_twice_by_one_message_id(server: FakeSmtp) -> None:
    server.at("DOT", cut=True, accept=True, times=1, match="reader1@")
    mailing = started(4)
    finish(mailing)
    assert states(mailing) == {"sent": 3, "uncertain": 1}
    assert control.resend_uncertain(mailing.pk, karim(), timezone.now()) == 1
    finish(mailing)
    assert states(mailing) == {"sent": 4}
    copies = server.copies()
    twice = [who for who, times in copies.items() if times == 2]
    assert [recipient for recipient, _ in twice] == ["reader1@example.org"]
    assert len(copies) == 4
    assert_domains_are_those_of_the_rows(mailing)


def test_why_the_uncertain_are_uncertain_is_told_apart() -> None:
    mailing = started(3)
    for number, marks in enumerate((None, None, {})):
        now = timezone.now()
        group = ledger.claim(mailing.pk, 1, worker="w", journal="j", now=now)
        assert group is not None
        (one,) = ledger.begin(group, now) or []
        if number == 2:
            news = [ledger.News(one.delivery, group.lease, mailing.pk, UNKNOWN, None, "line cut")]
            ledger.settle(news, now)
        ledger.take_back(group.lease, marks, now)
    lost, broken = reasons.doubts(mailing)
    assert (lost.sentence, lost.said, lost.count) == (WITHOUT_MARKS, "", 2)
    assert (broken.sentence, broken.said, broken.count) == (Kind.UNKNOWN.value, "line cut", 1)


def test_who_left_meanwhile_gets_nothing_however_often_it_is_asked(server: FakeSmtp) -> None:
    mailing = refused_three_ways(server)
    Subscription.objects.filter(subscriber__email="reader1@example.org").update(
        state="unsubscribed"
    )
    assert control.retry_refused(mailing.pk, karim(), timezone.now()) == 2
    finish(mailing)
    assert states(mailing) == {"sent": 8, "suppressed": 1, "refused": 1}
    assert "reader1@example.org" not in server.recipients()
    assert_domains_are_those_of_the_rows(mailing)


def test_a_cancelled_mailing_is_not_sent_again() -> None:
    mailing = started(2)
    control.cancel(mailing.pk, None, timezone.now())
    with pytest.raises(Refused, match="was cancelled: nothing of it is sent again"):
        control.retry_refused(mailing.pk, karim(), timezone.now())
    assert_domains_are_those_of_the_rows(mailing)


def test_a_mailing_of_which_only_sums_are_kept_is_not_sent_again(server: FakeSmtp) -> None:
    mailing = refused_three_ways(server)
    Mailing.objects.update(folded_at=timezone.now())
    with pytest.raises(Refused, match="only the sums are kept"):
        control.retry_refused(mailing.pk, karim(), timezone.now())


def test_nothing_to_do_is_told_in_a_sentence(server: FakeSmtp) -> None:
    mailing, publisher = started(2), karim()
    finish(mailing)
    before = mailing.deadline_at
    with pytest.raises(Refused, match="nobody is refused for one of the chosen reasons"):
        control.retry_refused(mailing.pk, publisher, timezone.now())
    with pytest.raises(Refused, match="nobody is uncertain"):
        control.resend_uncertain(mailing.pk, publisher, timezone.now())
    with pytest.raises(NotFound, match="no mailing 88"):
        control.resend_uncertain(88, publisher, timezone.now())
    mailing.refresh_from_db()
    assert (mailing.state, mailing.deadline_at) == (MailingState.DONE, before)


def test_what_was_put_off_past_the_deadline_is_asked_again(server: FakeSmtp) -> None:
    server.at("RCPT", "450 4.2.0 later", match="reader1@")
    mailing = started(3)
    send.work(mailing.pk)
    Mailing.objects.update(deadline_at=timezone.now())
    finish(mailing)
    assert reasons.refusals(mailing) == {Kind.TOO_LATE: 1}
    assert_domains_are_those_of_the_rows(mailing)
    server.behave()
    control.retry_refused(mailing.pk, karim(), timezone.now())
    finish(mailing)
    assert states(mailing) == {"sent": 3}
    assert_nobody_lost_nobody_twice(mailing, server)
