"""Leaving, by one click or by the page."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from mailer.errors import BadToken
from mailer.letters import outbox
from mailer.letters.models import Letter
from mailer.subscribers import consents, links, optout
from mailer.subscribers.consents import Where
from mailer.subscribers.models import Consent, MailingList, Subscriber, Subscription
from tests.people import WEDNESDAY, reader

pytestmark = pytest.mark.django_db
PAGE = Where("/unsubscribe/")


def _link(subscriber: Subscriber, list_id: int | None = None) -> str:
    tie = subscriber.subscriptions.first()
    assert tie is not None
    url = links.unsubscribe_url(subscriber.pk, tie.mailing_list_id if list_id is None else list_id)
    return url.rpartition("/")[2]


def test_amina_leaves_at_once_with_proof_and_a_farewell() -> None:
    amina = reader("amina@example.org", "ar")
    departure = optout.unsubscribe(_link(amina), where=PAGE, now=WEDNESDAY)
    assert (departure.name, departure.over) == ("النشرة الإخبارية", True)
    tie = amina.subscriptions.get()
    assert (tie.state, tie.left_at) == ("unsubscribed", WEDNESDAY)
    proof = Consent.objects.get()
    assert (proof.act, proof.language, proof.origin) == ("unsubscribed", "ar", "/unsubscribe/")
    assert Letter.objects.get().kind == "farewell"


def test_a_second_click_ten_years_later_says_the_same_and_does_nothing() -> None:
    amina = reader("amina@example.org", "ar")
    link = _link(amina)
    optout.unsubscribe(link, where=PAGE, now=WEDNESDAY)
    later = WEDNESDAY + timedelta(days=3650)
    assert optout.unsubscribe(link, where=PAGE, now=later).over
    assert amina.subscriptions.get().left_at == WEDNESDAY
    assert Letter.objects.count() == Consent.objects.count() == 1


def test_looking_at_the_page_changes_nothing() -> None:
    amina = reader("amina@example.org", "ar")
    assert not optout.look(_link(amina), WEDNESDAY).over
    assert amina.subscriptions.get().state == "confirmed"


def test_a_link_ends_its_own_list_and_a_link_for_every_list_ends_all() -> None:
    grace = reader("grace@example.org", "en")
    culture = MailingList.objects.create(slug="culture", names={"en": "Culture"})
    Subscription.objects.create(
        subscriber=grace, mailing_list=culture, state="confirmed", requested_at=WEDNESDAY
    )
    optout.unsubscribe(_link(grace, culture.pk), where=PAGE, now=WEDNESDAY)
    states = dict(grace.subscriptions.values_list("mailing_list__slug", "state"))
    assert states == {"culture": "unsubscribed", "revue-de-presse": "confirmed"}
    departure = optout.unsubscribe(_link(grace, links.EVERY_LIST), where=PAGE, now=WEDNESDAY)
    assert departure.name == "Culture, Press review"
    assert set(grace.subscriptions.values_list("state", flat=True)) == {"unsubscribed"}


def test_nobody_else_leaves() -> None:
    amina, youssef = reader("amina@example.org"), reader("youssef@example.org")
    optout.unsubscribe(_link(amina), where=PAGE, now=WEDNESDAY)
    assert youssef.subscriptions.get().state == "confirmed"


def test_who_never_confirmed_leaves_without_a_farewell() -> None:
    amina = reader("amina@example.org", state="pending")
    optout.unsubscribe(_link(amina), where=PAGE, now=WEDNESDAY)
    assert amina.subscriptions.get().state == "unsubscribed"
    assert not Letter.objects.exists()


def test_a_farewell_that_cannot_be_written_does_not_undo_the_leaving(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amina = reader("amina@example.org")

    def crash(*_args: object, **_kwargs: object) -> Letter:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(outbox, "post", crash)
    optout.unsubscribe(_link(amina), where=PAGE, now=WEDNESDAY)
    assert amina.subscriptions.get().state == "unsubscribed"


def test_leaving_that_cannot_be_proven_is_not_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    amina = reader("amina@example.org")

    def full(*_args: object, **_kwargs: object) -> Consent:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(consents, "record", full)
    with pytest.raises(DatabaseError):
        optout.unsubscribe(_link(amina), where=PAGE, now=WEDNESDAY)
    assert amina.subscriptions.get().state == "confirmed"


def test_a_link_of_a_person_who_is_not_there_says_so() -> None:
    link = links.unsubscribe_url(999_999, 1).rpartition("/")[2]
    with pytest.raises(BadToken, match="not known here"):
        optout.unsubscribe(link, where=PAGE, now=WEDNESDAY)


def test_a_mail_ends_the_list_that_its_link_is_for_or_every_list() -> None:
    grace = reader("grace@example.org", "en")
    culture = MailingList.objects.create(slug="culture", names={"en": "Culture"})
    Subscription.objects.create(
        subscriber=grace, mailing_list=culture, state="confirmed", requested_at=WEDNESDAY
    )
    mail = {"where": Where("mail (mailbox)"), "now": WEDNESDAY, "message_id": "<their@mail>"}
    (ended,) = optout.leave_by_mail(grace, culture.pk, **mail)
    assert grace.subscriptions.get(pk=ended).mailing_list == culture
    assert grace.subscriptions.get(mailing_list__slug="revue-de-presse").state == "confirmed"
    assert len(optout.leave_by_mail(grace, **mail)) == 1
    assert set(grace.subscriptions.values_list("state", flat=True)) == {"unsubscribed"}
    assert set(Consent.objects.values_list("message_id", flat=True)) == {"<their@mail>"}


def test_leaving_some_lists_by_the_preferences_leaves_the_others() -> None:
    grace = reader("grace@example.org", "en")
    culture = MailingList.objects.create(slug="culture", names={"en": "Culture"})
    Subscription.objects.create(
        subscriber=grace, mailing_list=culture, state="confirmed", requested_at=WEDNESDAY
    )
    optout.leave(grace, ["culture", "nowhere"], where=PAGE, now=WEDNESDAY)
    states = dict(grace.subscriptions.values_list("mailing_list__slug", "state"))
    assert states == {"culture": "unsubscribed", "revue-de-presse": "confirmed"}
