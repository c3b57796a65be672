"""Pause, resume and cancel by hand, and what each refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailer.curation.models import IssueState
from mailer.errors import N_, NotFound, Refused
from mailer.mailings import control, ledger, recovery
from mailer.mailings.models import Mailing, MailingState
from tests.mailings.story import started, states
from tests.people import karim

pytestmark = pytest.mark.django_db


def state(mailing: Mailing) -> str:
    return str(Mailing.objects.get(pk=mailing.pk).state)


def test_a_mailing_is_paused_resumed_and_cancelled() -> None:
    mailing, publisher = started(2), karim()
    control.pause(mailing.pk, publisher, {"id": N_("too many refusals"), "values": {}})
    assert state(mailing) == MailingState.PAUSED
    control.resume(mailing.pk, publisher)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.paused_why) == (MailingState.RUNNING, None)
    control.cancel(mailing.pk, publisher, timezone.now())
    assert states(mailing) == {"cancelled": 2}
    mailing.issue.refresh_from_db()
    assert mailing.issue.state == IssueState.SENT


def test_the_time_a_mailing_stood_still_is_added_to_its_deadline() -> None:
    mailing = started(2)
    control.pause(mailing.pk, None)
    a_week_ago = timezone.now() - timedelta(days=7)
    Mailing.objects.update(stopped_at=a_week_ago, deadline_at=a_week_ago + timedelta(hours=5))
    control.resume(mailing.pk, None)
    recovery.heal(timezone.now())
    assert states(mailing) == {"queued": 2}
    left = Mailing.objects.get(pk=mailing.pk).deadline_at - timezone.now()
    assert timedelta(hours=4) < left < timedelta(hours=6)


def test_what_comes_too_late_is_refused_with_the_state_it_found() -> None:
    mailing = started(1)
    control.cancel(mailing.pk, None, timezone.now())
    with pytest.raises(Refused, match="was cancelled"):
        control.pause(mailing.pk, None)
    with pytest.raises(Refused, match="was cancelled"):
        control.resume(mailing.pk, None)
    with pytest.raises(Refused, match="was cancelled"):
        control.cancel(mailing.pk, None, timezone.now())


def test_a_mailing_that_does_not_exist_is_named() -> None:
    with pytest.raises(NotFound, match="no mailing 88"):
        control.pause(88, None)


def test_a_mailing_whose_last_reader_left_is_done_at_the_next_look() -> None:
    mailing = started(1)
    control.cancel(mailing.pk, None, timezone.now())
    Mailing.objects.filter(pk=mailing.pk).update(state=MailingState.RUNNING)
    recovery.heal(timezone.now())
    assert state(mailing) == MailingState.DONE


def test_a_mailing_with_something_open_is_never_finished() -> None:
    mailing = started(1)
    assert not control.finish(mailing.pk, timezone.now())
    assert state(mailing) == MailingState.RUNNING


def test_the_clock_rings_for_what_is_due_and_in_nobodys_hands() -> None:
    mailing = started(2)
    assert recovery.unfinished(timezone.now()) == [mailing.pk]
    ledger.claim(mailing.pk, 1, worker="w", journal="j", now=timezone.now())
    assert recovery.unfinished(timezone.now()) == []
