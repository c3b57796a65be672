"""A mailing is stopped by itself, and those who may send are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from mailer.letters.models import Letter
from mailer.mailings import alarms, alert, control, fanout
from mailer.mailings.breaker import Breaker, Refusal
from mailer.mailings.models import Alarm, Mailing, MailingState
from mailer.mailings.retry import Kind
from mailer.web.roles import ADMINISTRATOR, EDITOR, PUBLISHER
from tests.mailings.story import settled, started
from tests.people import WEDNESDAY, reader, review
from tests.web.staff import approved

pytestmark = pytest.mark.django_db


def member(name: str, role: str, address: str | None = None, **more: Any) -> User:
    """Somebody of the office."""
    email = f"{name}@press.example" if address is None else address
    made = User.objects.create_user(name, email, **more)
    made.groups.add(Group.objects.get(name=role))
    return made


def refusal() -> Any:
    """What a breaker says when a relay takes nothing."""
    opened = Breaker().feed(
        [],
        [Refusal(Kind.REFUSED, f"d{n}.example", "554 5.3.0 <x@d.example> No") for n in range(20)],
    )
    assert opened is not None
    return opened.stored()


def test_those_who_may_send_are_told_which_mailing_and_why_and_once() -> None:
    member("salma", EDITOR)
    member("karim", PUBLISHER)
    member("nadia", ADMINISTRATOR)
    member("driss", PUBLISHER, address="")
    member("leila", PUBLISHER, is_active=False)
    mailing = started(8)
    settled(mailing, 3)
    assert alarms.stop(mailing.pk, refusal(), WEDNESDAY)
    assert alert.tell_untold(WEDNESDAY) == 2
    assert alert.tell_untold(WEDNESDAY) == 0
    assert {letter.recipient for letter in Letter.objects.all()} == {
        "karim@press.example",
        "nadia@press.example",
    }
    letter = Letter.objects.all()[0]
    assert (letter.kind, letter.sender_name) == ("alert", "Revue de presse")
    assert letter.subject == "Revue de presse, n° 1 : l’envoi a été mis en pause"
    said = " ".join(letter.text.split())
    assert "Sur les 20 dernières réponses, 20 refusent définitivement" in said
    assert "Remis : 3. Refusés : 0. En attente : 5" in said
    assert reverse("desk:mailing", args=[mailing.pk]) in letter.html
    assert "x@d.example" not in letter.text + letter.html


def test_who_stops_it_second_tells_nobody() -> None:
    mailing = started(1)
    assert alarms.stop(mailing.pk, refusal(), WEDNESDAY)
    assert not alarms.stop(mailing.pk, refusal(), WEDNESDAY)
    assert Alarm.objects.count() == alarms.raised(mailing.pk) == 1
    mailing.refresh_from_db()
    assert mailing.state == MailingState.PAUSED
    assert mailing.paused_why == refusal()


def test_a_mailing_that_a_person_paused_or_ended_is_not_told() -> None:
    mailing = started(1)
    control.pause(mailing.pk, None)
    assert not alarms.stop(mailing.pk, refusal(), WEDNESDAY)
    control.cancel(mailing.pk, None, WEDNESDAY)
    assert not alarms.stop(mailing.pk, refusal(), WEDNESDAY)
    assert not Alarm.objects.exists()


def test_a_second_pause_of_one_mailing_is_told_again_and_a_worker_sees_it() -> None:
    member("karim", PUBLISHER)
    mailing = started(1)
    for times in (1, 2):
        assert alarms.stop(mailing.pk, refusal(), WEDNESDAY)
        assert alarms.raised(mailing.pk) == times
        assert alert.tell_untold(WEDNESDAY) == 1
        control.resume(mailing.pk, None)
    assert Letter.objects.count() == 2


def test_an_alarm_of_yesterday_is_no_news() -> None:
    member("karim", PUBLISHER)
    assert alarms.stop(started(1).pk, refusal(), WEDNESDAY)
    assert alert.tell_untold(WEDNESDAY + timedelta(days=2)) == 0
    assert alert.tell_untold(WEDNESDAY + timedelta(hours=20)) == 1


def test_a_letter_that_cannot_be_written_stops_no_other_alarm(settings: Any) -> None:
    member("karim", PUBLISHER)
    mailing = started(1)
    alarms.stop(mailing.pk, refusal(), WEDNESDAY)
    Alarm.objects.create(mailing=mailing, why={"broken": True}, raised_at=WEDNESDAY)
    last = Alarm.objects.create(mailing=mailing, why=refusal(), raised_at=WEDNESDAY)
    assert alert.tell_untold(WEDNESDAY) == 2
    last.refresh_from_db()
    assert last.told_at == WEDNESDAY
    assert Alarm.objects.filter(told_at=None).count() == 1


def test_each_reads_it_in_the_language_they_read_the_review_in_else_in_its_fallback() -> None:
    for name in ("karim", "amina", "youssef"):
        member(name, PUBLISHER)
    reader("Amina@press.example", "ar")
    reader("youssef@press.example", "en")
    publication = review()
    publication.fallback = "ar"
    publication.save()
    mailing = fanout.start(approved().pk, None, WEDNESDAY)
    alarms.stop(mailing.pk, refusal(), WEDNESDAY)
    alert.tell_untold(WEDNESDAY)
    spoken = {
        letter.recipient.partition("@")[0]: letter.language for letter in Letter.objects.all()
    }
    assert spoken == {"karim": "ar", "amina": "ar", "youssef": "en"}


def test_the_time_is_that_of_the_newsroom() -> None:
    member("karim", PUBLISHER)
    alarms.stop(started(1).pk, refusal(), WEDNESDAY)
    alert.tell_untold(WEDNESDAY)
    # Casablanca is an hour ahead of UTC in May.
    assert "à 07:30" in Letter.objects.get().text
    assert Mailing.objects.get().state == MailingState.PAUSED
