"""A new address, by the link of one hour and a button at the new one."""

from datetime import timedelta

import pytest

from mailer.errors import BadAddress, BadToken, Refused
from mailer.letters.models import Letter
from mailer.subscribers import dossier, erasing, links, moving
from mailer.subscribers.consents import Where
from mailer.subscribers.models import AddressChange, Consent, Subscriber, Suppression
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import token

pytestmark = pytest.mark.django_db
PAGE = Where("/address/")
NEW = "Amina.Idrissi@example.net"


def test_amina_moves_and_links_to_her_data_at_the_old_address_are_void() -> None:
    amina = reader("amina@example.org", "ar")
    old = links.data_url(amina.pk, "amina@example.org", WEDNESDAY).rpartition("/")[2]
    assert moving.ask(amina, NEW, WEDNESDAY)
    letter = Letter.objects.get()
    assert (letter.kind, letter.language, letter.recipient) == ("address", "ar", NEW)
    link = token("address")
    assert moving.look(link, WEDNESDAY).email == NEW
    assert Subscriber.objects.get().email == "amina@example.org"
    for _ in range(2):
        assert moving.confirm(link, where=PAGE, now=WEDNESDAY).done_at == WEDNESDAY
    amina.refresh_from_db()
    assert (amina.email, amina.email_key) == (NEW, NEW.lower())
    assert amina.subscriptions.get().state == "confirmed"
    assert [proof.act for proof in Consent.objects.all()] == ["address changed"]
    with pytest.raises(BadToken, match="used up"):
        dossier.open_file(old, WEDNESDAY)


def test_a_link_lives_one_hour_and_dies_with_its_person() -> None:
    amina = reader("amina@example.org")
    moving.ask(amina, NEW, WEDNESDAY)
    link = token("address")
    with pytest.raises(BadToken, match="expired"):
        moving.confirm(link, where=PAGE, now=WEDNESDAY + timedelta(hours=1))
    erasing.erase(amina.pk, where=PAGE, now=WEDNESDAY)
    with pytest.raises(BadToken, match="used up"):
        moving.confirm(link, where=PAGE, now=WEDNESDAY)
    assert not AddressChange.objects.exists()


def test_an_address_that_is_somebodys_already_stays_theirs() -> None:
    amina, youssef = reader("amina@example.org"), reader("youssef@example.org")
    moving.ask(amina, "Youssef@example.org", WEDNESDAY)
    with pytest.raises(Refused, match="already"):
        moving.confirm(token("address"), where=PAGE, now=WEDNESDAY)
    amina.refresh_from_db()
    assert amina.email == "amina@example.org"
    assert youssef.email == "youssef@example.org"


def test_a_stranger_s_mailbox_gets_three_of_these_a_day_and_a_suppressed_one_none() -> None:
    amina = reader("amina@example.org")
    told = [moving.ask(amina, f"v.ictim+{n}@gmail.com", WEDNESDAY) for n in range(5)]
    assert told == [True] * 3 + [False] * 2
    Suppression.objects.create(email_key="dead@example.org", reason="bounce", at=WEDNESDAY)
    assert not moving.ask(amina, "dead@example.org", WEDNESDAY)
    assert Letter.objects.count() == 3
    with pytest.raises(BadAddress):
        moving.ask(amina, "nobody", WEDNESDAY)
