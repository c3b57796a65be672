"""Rows that are older than the retention go; the sums of their mailing stay as they were."""

import threading
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from mailer import tasks
from mailer.celery import app
from mailer.errors import Refused
from mailer.mailings import control, fanout, history, ledger, retention, tallies
from mailer.mailings.models import (
    Delivery,
    DeliveryState,
    Event,
    Mailing,
    MailingKind,
    MailingState,
    Tally,
)
from mailer.mailings.retry import Decision, Kind
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import (
    assert_nobody_lost_nobody_twice,
    child,
    finish,
    settled,
    started,
    states,
    until,
)

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=401)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 4)


def ended(mailing: Mailing, ago: timedelta = LONG_AGO) -> Mailing:
    """The mailing, ended so long ago, with one of its people refused."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, 1, worker="w", journal="", now=now)
    assert group
    (one,) = ledger.begin(group, now) or []
    no = Decision("refused", Kind.NO_MAILBOX)
    told = ledger.News(one.delivery, group.lease, mailing.pk, no, 550, "5.1.1 who?", "example.org")
    ledger.settle([told], now)
    ledger.end_leases([group.lease])
    settled(mailing, 1_000_000)
    assert control.finish(mailing.pk, now)
    Mailing.objects.filter(pk=mailing.pk).update(finished_at=now - ago)
    mailing.refresh_from_db()
    return mailing


def another(of: Mailing) -> Mailing:
    """The same issue once more, to everybody."""
    return fanout.start(of.issue_id, None, timezone.now(), MailingKind.CORRECTION)


def kept(mailing: Mailing) -> int:
    return Delivery.objects.filter(mailing=mailing).count()


def sums(mailing: Mailing) -> dict[str, Any]:
    return {**asdict(ledger.sums(mailing.pk)), "domains": tallies.by_domain(mailing.pk)}


def test_the_rows_of_an_old_mailing_go_and_its_sums_stay() -> None:
    old = ended(started(11))
    before, domains = sums(old), old.domains
    assert (before["sent"], before["refused"]) == (10, 1)
    now = timezone.now()
    assert retention.fold_old(now) is False
    old.refresh_from_db()
    assert (kept(old), Event.objects.count()) == (0, 0)
    assert sums(old) == before
    assert (old.folded_at, old.domains, old.state) == (now, domains, MailingState.DONE)
    # What a thousand workers had added up lies together.
    assert Tally.objects.filter(mailing=old).count() <= 3


def test_a_second_time_changes_nothing() -> None:
    old = ended(started(3))
    retention.fold_old(timezone.now())
    old.refresh_from_db()
    first, before = old.folded_at, sums(old)
    assert retention.fold_old(timezone.now()) is False
    old.refresh_from_db()
    assert (old.folded_at, sums(old)) == (first, before)


def interleave(first: Mailing, second: Mailing) -> None:
    """As two fan-outs at once may write them: each second id is the other mailing's."""
    ids = [list(Delivery.objects.filter(mailing=one).order_by("id")) for one in (first, second)]
    for nth, pair in enumerate(zip(*ids, strict=True)):
        for side, one in enumerate(pair):
            Event.objects.filter(delivery=one.pk).update(delivery=1_000_000 + 2 * nth + side)
            Delivery.objects.filter(pk=one.pk).update(id=1_000_000 + 2 * nth + side)
    for one in (first, second):
        found = Delivery.objects.filter(mailing=one).order_by("id").values_list("id", flat=True)
        one.first, one.last = found[0], found.reverse()[0]
        one.save(update_fields=["first", "last"])


def test_a_mailing_whose_ids_lie_between_keeps_every_row_event_and_sum() -> None:
    old = ended(started(9))
    young = ended(another(old), timedelta(days=399))
    interleave(old, young)
    before = sums(old), sums(young)
    retention.fold_old(timezone.now())
    assert (kept(old), kept(young)) == (0, 9)
    assert (sums(old), sums(young)) == before
    assert [one.delivery.mailing_id for one in Event.objects.all()] == [young.pk]
    # Bound to nothing but its own rows, which still bear out its sums.
    young.refresh_from_db()
    assert not ledger.audit(young, timezone.now())


@pytest.mark.parametrize("state", [MailingState.RUNNING, MailingState.PAUSED])
def test_what_has_not_ended_is_kept_however_old(state: str) -> None:
    old = ended(started(2))
    Mailing.objects.update(state=state)
    assert retention.fold_old(timezone.now()) is False
    assert kept(old) == 2


def test_what_a_worker_still_holds_is_kept() -> None:
    mailing = started(2)
    ledger.claim(mailing.pk, 1, worker="w", journal="", now=timezone.now())
    Mailing.objects.update(state=MailingState.CANCELLED, finished_at=timezone.now() - LONG_AGO)
    assert retention.fold_old(timezone.now()) is False
    assert kept(mailing) == 2


def test_what_is_not_settled_is_kept_and_found_again() -> None:
    mailing = started(2)
    mailing.spans.all().delete()
    Mailing.objects.update(state=MailingState.CANCELLED, finished_at=timezone.now() - LONG_AGO)
    retention.fold_old(timezone.now())
    assert kept(mailing) == 2
    control.settle_ended(timezone.now())
    assert states(mailing) == {"cancelled": 2}
    retention.fold_old(timezone.now())
    assert kept(mailing) == 0
    assert ledger.sums(mailing.pk).cancelled == 2


def test_zero_days_keep_everything_for_ever(settings: Any) -> None:
    settings.MAILER_KEEP_DELIVERIES = 0
    old = ended(started(2), timedelta(days=40_000))
    assert retention.fold_old(timezone.now()) is False
    assert kept(old) == 2


def test_sums_that_were_wrong_are_mended_while_the_rows_can_still_tell() -> None:
    old = ended(started(5))
    right = sums(old)
    tallies.move(old.pk, DeliveryState.SENT, DeliveryState.UNCERTAIN, 2)
    retention.fold_old(timezone.now())
    assert sums(old) == right


def test_it_stops_when_its_time_is_over_and_goes_on_where_it_stood(settings: Any) -> None:
    old = ended(started(9))
    before = sums(old)
    assert retention.fold_old(timezone.now(), seconds=0) is True
    assert kept(old) == 9
    # Begun is begun: what remains goes, whatever the setting is by then.
    settings.MAILER_KEEP_DELIVERIES = 0
    assert retention.fold_old(timezone.now()) is False
    assert kept(old) == 0
    assert sums(old) == before


def test_a_batch_that_fails_is_undone_whole_and_done_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = ended(started(9))
    before = sums(old)
    with monkeypatch.context() as broken:
        broken.setattr("mailer.mailings.statements.FOLD_ROWS", "DELETE FROM nowhere")
        with pytest.raises(DatabaseError):
            retention.fold_old(timezone.now())
    assert (kept(old), Event.objects.count()) == (9, 1)
    assert retention.fold_old(timezone.now()) is False
    assert kept(old) == 0
    assert sums(old) == before


def test_half_folded_rows_are_never_taken_for_the_whole() -> None:
    old = ended(started(9))
    before = sums(old)
    retention.fold_old(timezone.now(), seconds=0)
    retention._fold_batch(old.pk)
    old.refresh_from_db()
    assert kept(old) == 5
    with pytest.raises(Refused, match="folded into its sums"):
        ledger.rows(old.issue_id)
    now = timezone.now()
    with pytest.raises(Refused, match="folded into its sums"):
        ledger.ask_again(old, DeliveryState.REFUSED, None, now, now)
    # A worker that comes back makes a mailing go on; its end does not count what is left as all.
    Mailing.objects.update(state=MailingState.RUNNING)
    assert control.finish(old.pk, timezone.now())
    assert sums(old) == before


def test_an_issue_lists_those_of_its_mailings_that_are_kept() -> None:
    old = ended(started(3))
    young = ended(another(old), timedelta(days=1))
    retention.fold_old(timezone.now())
    assert len(list(ledger.rows(old.issue_id))) == kept(young) == 3


def test_a_history_says_that_older_mailings_can_no_longer_be_told() -> None:
    ended(started(2))
    retention.fold_old(timezone.now())
    found = history.of(history.find("reader0@example.org"))
    assert (found.entries, found.folded) == ((), 1)


def test_the_clock_asks_for_it() -> None:
    old = ended(started(2))
    assert "mailer.tasks.fold_old" in {one["task"] for one in app.conf.beat_schedule.values()}
    tasks.fold_old()
    assert kept(old) == 0


@pytest.mark.django_db(transaction=True)
def test_two_at_once_fold_each_row_once() -> None:
    old = ended(started(60))
    before = sums(old)

    def fold() -> None:
        retention.fold_old(timezone.now())
        connection.close()

    threads = [threading.Thread(target=fold) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    while kept(old):
        retention.fold_old(timezone.now())
    assert sums(old) == before


@pytest.mark.django_db(transaction=True)
def test_a_mailing_under_way_goes_on_beside_it(server: FakeSmtp) -> None:
    old = ended(started(200))
    before, running = sums(old), another(old)
    worker = child(running)
    until(lambda: len(server.accepted) > 20)
    assert retention.fold_old(timezone.now()) is False
    assert worker.wait(60) == 0
    finish(running)
    assert states(running) == {"sent": 200}
    assert_nobody_lost_nobody_twice(running, server)
    assert (kept(old), sums(old)) == (0, before)
