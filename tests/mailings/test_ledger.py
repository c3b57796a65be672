"""The ledger's own rules: claims, leases, late news."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailer.mailings import control, ledger
from mailer.mailings.hands import News, Recipient
from mailer.mailings.models import Delivery, DeliveryState, Lease, Mailing, Span
from mailer.mailings.retry import CAME_BACK, Decision, Kind
from mailer.smtp.marks import Mark
from mailer.subscribers.models import MailingList, Subscription
from tests.mailings.story import (
    assert_domains_are_those_of_the_rows,
    row,
    started,
    states,
)
from tests.people import WEDNESDAY, review

pytestmark = pytest.mark.django_db

SENT = Decision("sent", Kind.ACCEPTED)


def taken(mailing: Mailing, size: int) -> ledger.Group:
    group = ledger.claim(mailing.pk, size, worker="w", journal="j", now=timezone.now())
    assert group is not None
    return group


def begun(group: ledger.Group) -> list[Recipient]:
    recipients = ledger.begin(group, timezone.now())
    assert recipients is not None
    return recipients


def test_two_claims_never_hold_the_same_person() -> None:
    mailing = started(10)
    first, second = begun(taken(mailing, 6)), begun(taken(mailing, 6))
    assert len(first) == 6
    assert len(second) == 4
    assert not {one.delivery for one in first} & {one.delivery for one in second}
    assert ledger.claim(mailing.pk, 6, worker="w", journal="j", now=timezone.now()) is None


def test_what_was_put_off_is_not_claimed_before_its_time() -> None:
    mailing = started(2)
    later = timezone.now() + timedelta(hours=1)
    Span.objects.update(due_at=later)
    assert ledger.claim(mailing.pk, 9, worker="w", journal="j", now=timezone.now()) is None
    assert ledger.claim(mailing.pk, 9, worker="w", journal="j", now=later) is not None


def test_a_person_on_two_lists_is_handed_over_once() -> None:
    mailing = started(1)
    second = MailingList.objects.create(slug="staff")
    review().lists.add(second)
    Mailing.objects.update(lists=[*mailing.lists, second.pk])
    person = row(mailing, "reader0").subscriber
    Subscription.objects.create(
        subscriber=person, mailing_list=second, state="confirmed", requested_at=WEDNESDAY
    )
    assert len(begun(taken(mailing, 5))) == 1


def test_a_lapsed_lease_begins_nothing_even_before_anybody_takes_it_back() -> None:
    mailing = started(3)
    group = taken(mailing, 3)
    assert ledger.begin(group, timezone.now() + ledger.LEASE + timedelta(seconds=1)) is None


def test_a_heartbeat_keeps_a_group() -> None:
    mailing = started(3)
    group = taken(mailing, 3)
    later = timezone.now() + ledger.LEASE
    ledger.heartbeat([group.lease], later)
    assert ledger.begin(group, later + timedelta(seconds=1)) is not None


def test_what_a_frozen_worker_says_late_settles_what_was_uncertain_and_nothing_else() -> None:
    mailing = started(2)
    group = taken(mailing, 2)
    first, second = begun(group)
    ledger.take_back(group.lease, None, timezone.now())
    assert states(mailing) == {"uncertain": 2}
    assert (
        ledger.settle(
            [News(first.delivery, group.lease, mailing.pk, SENT, 250, "ok")], timezone.now()
        )
        == 1
    )
    assert states(mailing) == {"sent": 1, "uncertain": 1}
    # Said twice, or under another lease, it changes nothing.
    assert ledger.settle([News(first.delivery, group.lease, mailing.pk, SENT)], timezone.now()) == 0
    assert (
        ledger.settle([News(second.delivery, group.lease + 1, mailing.pk, SENT)], timezone.now())
        == 0
    )


def test_a_dead_workers_marks_decide_for_each_alone() -> None:
    mailing = started(4)
    group = taken(mailing, 4)
    answered, doubtful, refused, untouched = begun(group)
    marks = {
        answered.delivery: Mark(dot_written=True, code=250),
        doubtful.delivery: Mark(dot_written=True, code=None),
        refused.delivery: Mark(dot_written=True, code=554),
    }
    assert ledger.take_back(group.lease, marks, timezone.now())
    assert not ledger.take_back(group.lease, marks, timezone.now())
    assert states(mailing) == {"sent": 1, "uncertain": 1, "refused": 1, "queued": 1}
    again = Delivery.objects.get(pk=untouched.delivery)
    assert (again.state, again.attempts) == (DeliveryState.QUEUED, 0)
    assert not Lease.objects.exists()


def test_a_reply_with_every_kind_of_sign_is_kept() -> None:
    mailing = started(1)
    group = taken(mailing, 1)
    (one,) = begun(group)
    text = "5.1.1 «انقطع» \\ ' \" \x00 % {}"
    refused = Decision("refused", Kind.NO_MAILBOX)
    ledger.settle([News(one.delivery, group.lease, mailing.pk, refused, 550, text)], timezone.now())
    kept = row(mailing, "reader0")
    assert (kept.smtp_code, kept.smtp_text) == (550, text.replace("\x00", ""))


def test_a_lease_that_vanished_leaves_nobody_behind() -> None:
    mailing = started(4)
    begun(taken(mailing, 2))
    taken(mailing, 2)
    Span.objects.exclude(lease=None).delete()
    Lease.objects.all().delete()
    assert not control.finish(mailing.pk, timezone.now())
    assert states(mailing) == {"uncertain": 2, "queued": 2}


def test_cancelling_takes_a_group_out_of_a_workers_hands() -> None:
    mailing = started(3)
    group = taken(mailing, 3)
    assert control.cancel(mailing.pk, None, timezone.now()) == 3
    assert ledger.begin(group, timezone.now()) is None
    ledger.give_back(group, timezone.now())
    assert states(mailing) == {"cancelled": 3}


def in_doubt(count: int) -> Mailing:
    """A mailing of two, or more, that a dead worker left uncertain."""
    mailing = started(count)
    group = taken(mailing, count)
    begun(group)
    assert ledger.take_back(group.lease, None, timezone.now())
    assert states(mailing) == {"uncertain": count}
    return mailing


def test_what_comes_back_settles_a_doubt_and_the_sums_move_with_it() -> None:
    mailing = in_doubt(3)
    one = row(mailing, "reader1")
    assert ledger.settle_late(mailing.pk, [one.pk], timezone.now()) == 1
    assert states(mailing) == {"sent": 1, "uncertain": 2}
    assert_domains_are_those_of_the_rows(mailing)
    one.refresh_from_db()
    assert (one.state, one.lease_id, one.smtp_text) == (DeliveryState.SENT, None, CAME_BACK)
    assert one.events.get(state=DeliveryState.SENT).smtp_text == CAME_BACK
    assert ledger.settle_late(mailing.pk, [one.pk], timezone.now()) == 0


def test_a_worker_that_comes_back_finds_the_doubt_settled() -> None:
    mailing = started(1)
    group = taken(mailing, 1)
    (recipient,) = begun(group)
    assert ledger.take_back(group.lease, None, timezone.now())
    assert ledger.settle_late(mailing.pk, [recipient.delivery], timezone.now()) == 1
    news = News(recipient.delivery, group.lease, mailing.pk, Decision("refused", Kind.REFUSED), 554)
    assert ledger.settle([news], timezone.now()) == 0
    assert states(mailing) == {"sent": 1}


def test_a_late_report_moves_nothing_but_a_doubt() -> None:
    mailing = started(2)
    waiting = row(mailing, "reader0").pk
    assert ledger.settle_late(mailing.pk, [waiting, 999_999], timezone.now()) == 0
    assert states(mailing) == {"queued": 2}
