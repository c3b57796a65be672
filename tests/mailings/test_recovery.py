"""Healing: leases of the dead, of the frozen and of machines that are gone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from mailer.mailings import control, ledger, recovery
from mailer.mailings.hands import News, Recipient
from mailer.mailings.journals import BOOT, Journals, journals
from mailer.mailings.models import DeliveryState, Mailing, MailingState
from mailer.mailings.retry import NOT_BEGUN
from mailer.smtp.marks import Marks
from tests.mailings.story import started, states

pytestmark = pytest.mark.django_db

LATER = ledger.LEASE + recovery.GRACE + timedelta(seconds=1)


def handed_over(mailing: Mailing, journal: str) -> list[int]:
    """Two deliveries that are sending under a lease that names this journal, one more leased."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, 2, worker="w", journal=journal, now=now)
    assert group is not None
    recipients = ledger.begin(group, now)
    assert recipients is not None
    assert ledger.claim(mailing.pk, 1, worker="w", journal=journal, now=now) is not None
    return [one.delivery for one in recipients]


def doubts(mailing: Mailing) -> list[str]:
    """What the ledger says beside its uncertain rows."""
    unsure = mailing.deliveries.filter(state=DeliveryState.UNCERTAIN)
    return list(unsure.values_list("smtp_text", flat=True))


def test_a_worker_that_lives_keeps_what_it_holds(data: Path) -> None:
    mailing = started(3)
    with Marks(journals()) as marks:
        handed_over(mailing, f"{BOOT}/{marks.path.name}")
        recovery.heal(timezone.now())
        assert states(mailing) == {"sending": 2, "leased": 1}


def test_a_worker_that_is_frozen_may_have_sent_what_it_was_handing_over(data: Path) -> None:
    mailing = started(3)
    with Marks(journals()) as marks:
        handed_over(mailing, f"{BOOT}/{marks.path.name}")
        recovery.heal(timezone.now() + LATER)
        assert states(mailing) == {"uncertain": 2, "queued": 1}
        assert all("fell silent" in said for said in doubts(mailing))


def test_a_dead_workers_marks_are_believed_at_once_and_then_forgotten(data: Path) -> None:
    mailing = started(3)
    marks = Marks(journals())
    first, _ = handed_over(mailing, f"{BOOT}/{marks.path.name}")
    marks.dots([first])
    marks.close()  # as when the process dies: the lock goes, the file stays
    recovery.heal(timezone.now())
    assert states(mailing) == {"uncertain": 1, "queued": 2}
    assert ["after the message was complete" in said for said in doubts(mailing)] == [True]
    assert not list(journals().iterdir())


def test_marks_from_before_the_machine_started_anew_are_not_believed(data: Path) -> None:
    mailing = started(3)
    marks = Marks(journals())
    first, _ = handed_over(mailing, f"anotherboot/{marks.path.name}")
    marks.dots([first])
    marks.close()
    recovery.heal(timezone.now())
    assert states(mailing) == {"sending": 2, "leased": 1}
    recovery.heal(timezone.now() + LATER)
    assert states(mailing) == {"uncertain": 2, "queued": 1}


def test_healing_twice_is_healing_once(data: Path) -> None:
    mailing = started(3)
    handed_over(mailing, "elsewhere/lost.marks")
    for _ in range(2):
        recovery.heal(timezone.now() + LATER)
        assert states(mailing) == {"uncertain": 2, "queued": 1}


def test_what_comes_back_after_the_end_is_sent_after_all() -> None:
    mailing = started(2)
    recipients, lease = begun(mailing)
    recovery.heal(timezone.now() + LATER)
    mailing.refresh_from_db()
    assert (states(mailing), mailing.state) == ({"uncertain": 2}, MailingState.DONE)

    # The worker was only frozen: it knows that one of them never left.
    ledger.settle([News(recipients[0].delivery, lease, mailing.pk, NOT_BEGUN)], timezone.now())
    recovery.heal(timezone.now())
    assert states(mailing) == {"uncertain": 1, "queued": 1}
    assert recovery.unfinished(timezone.now()) == [mailing.pk]


def test_what_comes_back_after_a_cancellation_is_cancelled() -> None:
    mailing = started(2)
    recipients, lease = begun(mailing)
    control.cancel(mailing.pk, None, timezone.now())
    ledger.settle(
        [News(one.delivery, lease, mailing.pk, NOT_BEGUN) for one in recipients], timezone.now()
    )
    recovery.heal(timezone.now())
    assert states(mailing) == {"cancelled": 2}


def test_a_reply_that_a_frozen_worker_marked_is_believed(data: Path) -> None:
    mailing = started(3)
    with Marks(journals()) as marks:
        first, second = handed_over(mailing, f"{BOOT}/{marks.path.name}")
        marks.dots([first, second])
        marks.reply(first, 250)
        recovery.heal(timezone.now() + LATER)
        assert states(mailing) == {"sent": 1, "uncertain": 1, "queued": 1}
        marks.clear([first, second])


def test_a_journal_that_another_healer_has_just_done_with_stops_nobody(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = started(3)
    marks = Marks(journals())
    first, _ = handed_over(mailing, f"{BOOT}/{marks.path.name}")
    marks.dots([first])
    marks.close()

    def look_and_be_late() -> Journals:
        found = Journals()
        for path in found.abandoned.values():
            path.unlink()
        return found

    monkeypatch.setattr(recovery, "Journals", look_and_be_late)
    recovery.heal(timezone.now())
    assert states(mailing) == {"sending": 2, "leased": 1}


def begun(mailing: Mailing) -> tuple[list[Recipient], int]:
    """Everybody of it, handed over by a worker elsewhere; and the lease."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, 100, worker="w", journal="elsewhere/x", now=now)
    assert group is not None
    recipients = ledger.begin(group, now)
    assert recipients is not None
    return recipients, group.lease
