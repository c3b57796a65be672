"""One provider refuses by policy: its part stands still, and everybody else has their mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mailer.errors import Refused
from mailer.letters.models import Letter
from mailer.mailings import alert, control, fanout, holding, send
from mailer.mailings.holding import BELIEVED, Holds
from mailer.mailings.models import Alarm, Mailing, MailingState
from mailer.mailings.recovery import heal
from mailer.web.roles import PUBLISHER
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import (
    approved_issue,
    assert_nobody_lost_nobody_twice,
    finish,
    make_due,
    readers,
    started,
    states,
)
from tests.mailings.test_alert import member
from tests.people import WEDNESDAY, reader

WHY = Refused("no").stored()


def mixed(others: int, there: int) -> Mailing:
    """A mailing to so many at example.org, and so many at Orange, by turns of its two domains."""
    issue = approved_issue()
    readers(others)
    for number in range(there):
        reader(f"lecteur{number}@{('orange.fr', 'wanadoo.fr')[number % 2]}")
    return fanout.start(issue.pk, None, timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_refuses_by_policy_holds_up_its_own_part_alone(server: FakeSmtp) -> None:
    member("karim", PUBLISHER)
    server.at("RCPT", "550 5.7.1 not from you", match="orange.fr")
    server.at("RCPT", "550 5.7.1 not from you", match="wanadoo.fr")
    mailing = mixed(60, 200)
    for _ in range(5):
        send.work(mailing.pk, 5)
    mailing.refresh_from_db()
    told = states(mailing)
    assert mailing.state == MailingState.RUNNING
    assert told["sent"] == 60
    # Twenty open it; what the connections had begun meanwhile comes in besides.
    assert 20 <= told["refused"] <= 100
    assert told["queued"] == 200 - told["refused"]
    (held,) = holding.standing(mailing.pk)
    assert held.provider == "orange.fr"
    assert alert.tell_untold(timezone.now()) == 1
    assert "orange.fr" in Letter.objects.get(kind="alert").subject

    server.behave()
    holding.release(mailing.pk, "orange.fr", None, timezone.now())
    send.close()  # a worker believes for two seconds what it read
    finish(mailing)
    assert states(mailing) == {"sent": 260 - told["refused"], "refused": told["refused"]}
    assert_nobody_lost_nobody_twice(mailing, server)


@pytest.mark.django_db
def test_a_part_is_held_once_and_told_once_and_released_once() -> None:
    mailing = started(4)
    assert holding.hold(mailing.pk, "orange.fr", WHY, WEDNESDAY)
    assert not holding.hold(mailing.pk, "orange.fr", WHY, WEDNESDAY)
    assert Alarm.objects.filter(mailing=mailing, provider="orange.fr").count() == 1
    holding.release(mailing.pk, "orange.fr", None, WEDNESDAY)
    with pytest.raises(Refused):
        holding.release(mailing.pk, "orange.fr", None, WEDNESDAY)
    assert holding.hold(mailing.pk, "orange.fr", WHY, WEDNESDAY)


@pytest.mark.django_db
def test_a_mailing_that_is_over_has_no_part_to_hold() -> None:
    mailing = started(4)
    control.cancel(mailing.pk, None, timezone.now())
    assert not holding.hold(mailing.pk, "orange.fr", WHY, WEDNESDAY)
    assert not Alarm.objects.exists()


@pytest.mark.django_db
def test_a_worker_reads_the_holds_anew_every_few_seconds() -> None:
    mailing = started(1)
    now = [0.0]
    holds = Holds(mailing.pk, clock=lambda: now[0])
    asked = ["a@Wanadoo.fr", "b@example.org"]
    assert holds.waits(asked) == [0.0, 0.0]
    holding.hold(mailing.pk, "orange.fr", WHY, WEDNESDAY)
    assert holds.waits(asked) == [0.0, 0.0]
    now[0] = BELIEVED
    assert holds.waits(asked) == [holding.WAIT, 0.0]


@pytest.mark.django_db(transaction=True)
def test_who_was_just_being_put_off_is_let_go_by_the_clock(server: FakeSmtp) -> None:
    mailing = mixed(1, 2)
    holding.hold(mailing.pk, "orange.fr", WHY, WEDNESDAY)
    now = timezone.now()
    holding.release(mailing.pk, "orange.fr", None, now)
    send.work(mailing.pk, 1)
    # As if the worker had not known it yet.
    mailing.spans.create(first=mailing.first, last=mailing.last, due_at=now + timedelta(hours=1))
    heal(now + timedelta(seconds=20))
    assert not mailing.spans.filter(due_at__gt=now).exists()
    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 3}
