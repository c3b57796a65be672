"""One's own data: by a fresh link only, to be read, taken away, moved and erased."""

import html
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailer.letters.models import Letter
from mailer.subscribers import consents, links, optin
from mailer.subscribers.models import MailingList, SignupRequest, Subscriber, Suppression
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import token

pytestmark = pytest.mark.django_db
AMINA = "amina@example.org"


@pytest.fixture
def browser() -> Client:
    """A browser that reads English and keeps the rules of a site that checks forms."""
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


def _text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def _preferences(person: Subscriber) -> str:
    return "/preferences/" + links.preferences_url(person.pk, timezone.now()).rpartition("/")[2]


def _data(person: Subscriber) -> str:
    made = links.data_url(person.pk, person.email_key or "", timezone.now())
    return "/data/" + made.rpartition("/")[2]


def test_a_forwarded_newsletter_mails_the_link_to_its_reader_and_opens_nothing(
    browser: Client,
) -> None:
    amina = reader(AMINA, "en")
    page = _preferences(amina)
    assert AMINA not in _text(browser.get(page))
    answer = browser.post(page, {"act": "data"})
    assert "on its way" in _text(answer)
    assert AMINA not in _text(answer)
    optin.take_requests(timezone.now())
    letter = Letter.objects.get()
    assert (letter.kind, letter.recipient) == ("data", AMINA)
    assert AMINA in _text(browser.get(f"/data/{token('data')}"))
    assert browser.get(f"/data/{page.rpartition('/')[2]}").status_code == 400


def test_the_form_that_asks_for_the_link_answers_the_same_to_everybody(browser: Client) -> None:
    reader("known@example.org")
    Suppression.objects.create(email_key="suppressed@example.org", reason="x", at=WEDNESDAY)
    answers = [
        browser.post("/data/?lang=en", {"email": f"{name}@example.org"})
        for name in ("known", "suppressed", "new")
    ]
    answers.append(browser.post("/data/?lang=en", {"email": AMINA, "website": "x"}))
    assert len({(a.status_code, a.content, str(sorted(a.items()))) for a in answers}) == 1
    assert (answers[0].status_code, answers[0]["Location"]) == (303, "/data/sent/?lang=en")
    assert browser.get("/data/sent/").status_code == 200
    optin.take_requests(timezone.now())
    assert [letter.recipient for letter in Letter.objects.all()] == ["known@example.org"]
    assert browser.post("/data/", {"email": "nobody"}).status_code == 400


def test_amina_takes_her_data_away_as_a_file(browser: Client) -> None:
    amina = reader(AMINA, "ar")
    answer = browser.get(f"{_data(amina)}/file.json")
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer["Cache-Control"] == "no-store"
    told = json.loads(answer.content)
    assert (told["address"], told["deliveries"]) == (AMINA, [])
    assert told["lists"][0]["state"] == "confirmed"


def test_her_acts_are_dated_in_her_language_by_the_clock_of_the_readers(browser: Client) -> None:
    at = datetime(2025, 5, 21, 23, 30, tzinfo=UTC)
    for language, said in (
        ("ar", "22 ماي 2025، 00:30"),
        ("fr", "22 mai 2025, 00:30"),
        ("en", "22 May 2025, 00:30"),
    ):
        amina = reader(f"amina-{language}@example.org", language)
        where = consents.Where("/preferences/")
        consents.record_of_person(amina, consents.Act.PAUSED, where=where, now=at)
        assert f'<time datetime="{at.isoformat()}">{said}</time>' in _text(
            browser.get(f"{_data(amina)}?lang={language}")
        )


def test_amina_changes_her_address(browser: Client) -> None:
    amina = reader(AMINA, "en")
    page = _data(amina)
    asked = browser.post(page, {"act": "address", "email": "idrissi@example.net"})
    assert "a mail is on its way there" in _text(asked)
    bad = browser.post(page, {"act": "address", "email": "<b>nobody"})
    assert bad.status_code == 400
    assert "<b>" not in bad.content.decode()
    link = f"/address/{token('address')}"
    assert "Use this address" in _text(browser.get(link))
    amina.refresh_from_db()
    assert amina.email == AMINA
    for _ in range(2):
        assert "Your address is changed" in _text(browser.post(link))
    amina.refresh_from_db()
    assert amina.email == "idrissi@example.net"
    assert browser.get(page).status_code == 400


def test_amina_erases_everything_and_the_page_knows_her_no_more(browser: Client) -> None:
    amina = reader(AMINA, "en")
    page = _data(amina)
    assert "Erase my data" in _text(browser.get(page))
    assert "Your data are erased" in _text(browser.post(page, {"act": "erase"}))
    amina.refresh_from_db()
    assert (amina.email, amina.subscriptions.get().state) == ("", "unsubscribed")
    for again in (browser.get(page), browser.post(page, {"act": "erase"})):
        assert again.status_code == 400
        assert "used up" in _text(again)


def test_a_post_that_says_nothing_erases_nothing(browser: Client) -> None:
    amina = reader(AMINA)
    for told in ({}, {"act": ""}, {"act": "\0"}, {"act": "ERASE"}):
        assert browser.post(_data(amina), told).status_code == 200
    amina.refresh_from_db()
    assert amina.email == AMINA


def test_amina_chooses_her_lists_and_what_is_new_must_be_confirmed(browser: Client) -> None:
    MailingList.objects.create(slug="culture", names={"en": "Culture"}, public=True)
    MailingList.objects.create(slug="staff", names={"en": "Staff only"})
    amina = reader(AMINA, "en")
    page = _preferences(amina)
    shown = _text(browser.get(page))
    assert "Culture" in shown
    assert "Staff only" not in shown
    form = {"language": "en", "name": "", "shown": ["revue-de-presse", "culture", "staff"]}
    answer = browser.post(page, {**form, "list": ["culture", "staff"]})
    assert "asks you to confirm" in _text(answer)
    states = dict(amina.subscriptions.values_list("mailing_list__slug", "state"))
    assert states == {"revue-de-presse": "unsubscribed"}
    optin.take_requests(timezone.now())
    assert SignupRequest.objects.get().list_slug == "culture"
    browser.post(f"/confirm/{token('confirm')}")
    assert amina.subscriptions.get(mailing_list__slug="culture").state == "confirmed"


def test_amina_pauses_and_the_page_says_until_when(browser: Client) -> None:
    amina = reader(AMINA, "en")
    page = _preferences(amina)
    paused = _text(browser.post(page, {"language": "en", "name": "", "weeks": "4"}))
    assert re.search(r"No mail until \d{1,2} \w+ \d{4}", paused)
    kept = _text(browser.post(page, {"language": "en", "name": "", "weeks": ""}))
    assert "No mail until" in kept
    assert "No mail until" not in _text(browser.post(page, {"name": "", "weeks": "0"}))
    refused = browser.post(page, {"name": "", "weeks": "9"})
    assert refused.status_code == 400
    assert "no pause that we offer" in _text(refused)
