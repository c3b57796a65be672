"""One person's file."""

import json
from datetime import timedelta

import pytest

from mailer.errors import BadToken
from mailer.subscribers import dossier, links
from mailer.subscribers.models import Subscriber
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import AMINA, join

pytestmark = pytest.mark.django_db


def test_aminas_file_holds_what_she_did_and_was_shown_and_is_plain_json() -> None:
    amina = join().subscriber
    told = json.loads(json.dumps(dossier.file_of(amina)))
    assert (told["address"], told["language"]) == (AMINA, "ar")
    assert [one["state"] for one in told["lists"]] == ["confirmed"]
    asked, confirmed = told["acts"]
    assert (asked["act"], confirmed["act"]) == ("requested", "confirmed")
    assert "النشرة الإخبارية" in asked["shown"]
    assert asked["network"] == "196.200.131.0/24"
    assert asked["message_id"] == confirmed["message_id"]
    assert [one["kind"] for one in told["letters"]] == ["confirmation", "welcome"]


def test_a_link_opens_the_file_of_its_person_for_one_hour() -> None:
    amina = reader("amina@example.org")
    link = links.data_url(amina.pk, "amina@example.org", WEDNESDAY).rpartition("/")[2]
    assert dossier.open_file(link, WEDNESDAY + timedelta(minutes=59)) == amina
    with pytest.raises(BadToken, match="expired"):
        dossier.open_file(link, WEDNESDAY + timedelta(hours=1))
    Subscriber.objects.update(email="", email_key=None, erased_at=WEDNESDAY)
    with pytest.raises(BadToken, match="used up"):
        dossier.open_file(link, WEDNESDAY)


def test_the_link_of_a_newsletter_opens_no_file() -> None:
    amina = reader("amina@example.org")
    forwarded = links.preferences_url(amina.pk, WEDNESDAY).rpartition("/")[2]
    with pytest.raises(BadToken, match="something else"):
        dossier.open_file(forwarded, WEDNESDAY)
