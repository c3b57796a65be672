"""The proof: appended and never changed, the text kept by version."""

import pytest
from django.db import DatabaseError, transaction

from mailer.subscribers import confirmation, optin, wording
from mailer.subscribers.consents import Act, Where, record
from mailer.subscribers.models import Consent, Wording
from mailer.subscribers.optin import Asked
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import FORM, PAGE, ask, join, token

pytestmark = pytest.mark.django_db


def test_the_database_itself_refuses_to_change_a_proof() -> None:
    join()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Consent.objects.update(act="imported")
    proof = Consent.objects.earliest("pk")
    proof.network = ""
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        proof.save()
    assert set(Consent.objects.values_list("act", flat=True)) == {"requested", "confirmed"}


def test_a_text_is_kept_once_for_all_who_were_shown_it() -> None:
    for name in ("amina", "hanane"):
        ask(f"{name}@example.org")
    ask("youssef@example.org", "fr")
    assert Wording.objects.count() == 2
    first, second, third = Consent.objects.order_by("pk")
    assert first.wording == second.wording != third.wording
    assert first.shown == wording.request_text("النشرة الإخبارية", "ar")
    assert first.wording is not None
    assert first.wording.version == wording.version(first.shown)


def _asked_with(version: str, language: str = "ar") -> Consent:
    asked = Asked("amina@example.org", language, "revue-de-presse", version)
    optin.write_down(asked, where=FORM, now=WEDNESDAY)
    optin.take_requests(WEDNESDAY)
    return Consent.objects.latest("pk")


def test_a_form_in_french_that_asks_for_arabic_mails_proves_the_french_text() -> None:
    french = wording.request_text("Revue de presse", "fr")
    proof = _asked_with(wording.version(french))
    assert (proof.shown, proof.language) == (french, "fr")


def test_a_form_that_is_a_year_old_proves_the_text_of_last_year() -> None:
    amina = reader("other@example.org")
    old = "L'ancien texte"
    where = Where("/subscribe/")
    record(amina.subscriptions.get(), Act.REQUESTED, text=old, where=where, now=WEDNESDAY)
    proof = _asked_with(wording.version(old))
    assert (proof.shown, proof.language) == (old, "fr")


@pytest.mark.parametrize("version", ["", "0" * 16, "x" * 500, "\0", "'; DROP"])
def test_a_version_that_is_none_of_ours_proves_todays_text(version: str) -> None:
    assert _asked_with(version).shown == wording.request_text("النشرة الإخبارية", "ar")


def test_what_another_site_showed_is_named() -> None:
    where = Where("/subscribe/", "196.200.131.0/24", "https://www.example.org")
    optin.write_down(Asked("a@example.org", "ar", "revue-de-presse"), where=where, now=WEDNESDAY)
    optin.take_requests(WEDNESDAY)
    proof = Consent.objects.get()
    assert (proof.origin, proof.site) == ("/subscribe/", "https://www.example.org")


def test_the_proof_of_the_button_names_the_text_and_the_mail() -> None:
    ask()
    confirmation.confirm(token("confirm"), where=PAGE, now=WEDNESDAY)
    asked, confirmed = Consent.objects.order_by("pk")
    assert confirmed.wording != asked.wording
    assert confirmed.message_id == asked.message_id != ""
