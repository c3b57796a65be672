"""What breaks programs, typed into every public form: refused in a sentence, or taken as typed."""

import html
import json
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.utils import timezone

from mailer.errors import BadAddress
from mailer.subscribers import address, links, optin
from mailer.subscribers.models import AddressChange, SignupRequest, Subscriber
from tests.naughty import NAUGHTY, addresses
from tests.people import reader

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
KINDS = pytest.mark.parametrize("kind", NAUGHTY)
#: What turns a line round, breaks it or drives a terminal stands on no page, and in no header.
UNSEEN = set("\x00\x1b\x7f\r\n\u2028\u2029\u202a\u202b\u202d\u202e")
#: Pages whose address holds something that anybody may type.
PATHS = ("confirm", "not-me", "preferences", "unsubscribe", "data", "address", "archive")
QUESTIONS = (
    *("/?lang={0}", "/?list={0}", "/subscribe/?list={0}&lang={0}", "/subscribe/json?lang={0}"),
    *("/subscribe/snippet/?list={0}", "/data/?lang={0}", "/archive/?lang={0}"),
    "/archive/revue-de-presse/?q={0}&page={0}",
)


@pytest.fixture
def browser() -> Client:
    """A browser that reads English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture(autouse=True)
def endless(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here is stopped for asking often, and no form waits meanwhile."""
    monkeypatch.setattr(optin, "_REST", 0)
    settings.MAILER_SIGNUPS_PER_NETWORK = settings.MAILER_SIGNUPS_PER_HOUR = 1_000_000


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _quoted(text: str) -> str:
    return quote(_bytes(text), safe="")


def _post(browser: Client, page: str, **fields: str) -> Any:
    # As a browser's bytes, half a character and all.
    body = urlencode({name: _bytes(value) for name, value in fields.items()})
    return browser.post(page, body, content_type=FORM)


def _refusal(page: str) -> str:
    found = re.search(r'role="alert"[^>]*>(.*?)</', page, re.DOTALL)
    return html.unescape(found[1]).strip() if found else ""


def _as_read(text: str) -> str:
    """What arrives of what was typed: bytes that are no text are read as U+FFFD."""
    return _bytes(text).decode("utf-8", "replace")


def _usable(text: str) -> bool:
    try:
        address.parse(text)
    except BadAddress:
        return False
    return True


@KINDS
def test_an_address_at_the_sign_up_form_is_taken_as_typed_or_refused_in_a_sentence(
    browser: Client, kind: str
) -> None:
    for text in (each for one in NAUGHTY[kind] for each in addresses(one)):
        answer = _post(browser, "/subscribe/", email=text, list="revue-de-presse")
        page = answer.content.decode()
        row = SignupRequest.objects.latest("pk")
        if _usable(_as_read(text)):
            assert (answer.status_code, row.outcome) == (303, ""), ascii(text)
            assert address.key(row.email) == address.key(_as_read(text))
        else:
            assert (answer.status_code, row.outcome) == (400, "refused"), ascii(text)
            assert _refusal(page).endswith((".", "…")), ascii(text)
        assert "<script>alert" not in page
        assert not set(page) & UNSEEN - {"\n"}, ascii(text)
    optin.take_requests(timezone.now(), limit=1000)
    assert not SignupRequest.objects.filter(outcome="failed").exists()


@KINDS
def test_the_scripts_of_other_pages_are_told_the_same(browser: Client, kind: str) -> None:
    for text in (each for one in NAUGHTY[kind] for each in addresses(one)):
        told = {"email": text, "list": "revue-de-presse"}
        answer = browser.post("/subscribe/json", json.dumps(told), content_type="application/json")
        says = answer.json()
        if _usable(text):
            assert answer.status_code == 202, ascii(text)
        else:
            assert answer.status_code == 400, ascii(text)
            assert says["error"].endswith("."), ascii(text)


@KINDS
def test_no_other_field_of_the_form_is_believed(browser: Client, kind: str) -> None:
    amina = "amina@example.org"
    for text in NAUGHTY[kind]:
        unknown = _post(browser, "/subscribe/", email=amina, list=text)
        # A form that names no list means the first one.
        assert unknown.status_code == (404 if text else 303), ascii(text)
        odd = {"language": text, "wording": text, "proof": text, "wording-revue-de-presse": text}
        assert _post(browser, "/subscribe/", email=amina, **odd).status_code == 303, ascii(text)
        told = json.dumps({"email": amina, **odd})
        scripted = browser.post("/subscribe/json", told, content_type="application/json")
        # Of more than 10 kB nothing is read.
        assert scripted.status_code == (202 if len(told) <= 10_000 else 400), ascii(text)
    optin.take_requests(timezone.now(), limit=1000)
    assert not SignupRequest.objects.filter(outcome="failed").exists()


@KINDS
def test_a_reader_with_any_name_keeps_a_page_that_shows_it(browser: Client, kind: str) -> None:
    amina = reader("amina@example.org", "en")
    page = "/preferences/" + links.preferences_url(amina.pk, timezone.now()).rpartition("/")[2]
    for text in NAUGHTY[kind]:
        answer = _post(browser, page, name=text)
        assert answer.status_code == 200, ascii(text)
        amina.refresh_from_db()
        shown = re.search(r'name="name"[^>]*value="([^"]*)"', answer.content.decode())
        assert shown
        assert html.unescape(shown[1]) == amina.name
        assert not set(amina.name) & UNSEEN, ascii(amina.name)
        for odd in ({"language": text}, {"weeks": text}):
            refused = _post(browser, page, name="Amina", **odd)
            assert refused.status_code in (200, 400), ascii(text)
            assert refused.status_code == 200 or _refusal(refused.content.decode())
        assert _post(browser, page, name="Amina", shown=text, list=text).status_code == 200
    assert Subscriber.objects.get().language == "en"


@KINDS
def test_a_new_address_and_the_form_for_ones_data_are_as_careful(
    browser: Client, kind: str
) -> None:
    amina = reader("amina@example.org", "en")
    page = (
        "/data/" + links.data_url(amina.pk, "amina@example.org", timezone.now()).rpartition("/")[2]
    )
    for text in (each for one in NAUGHTY[kind] for each in addresses(one)):
        usable = _usable(_as_read(text))
        asked = _post(browser, "/data/", email=text)
        assert asked.status_code == (303 if usable else 400), ascii(text)
        moved = _post(browser, page, act="address", email=text)
        assert moved.status_code in ((200, 400) if usable else (400,)), ascii(text)
        assert moved.status_code == 200 or _refusal(moved.content.decode()), ascii(text)
    for text in NAUGHTY[kind]:
        assert _post(browser, page, act=text).status_code == 200
    optin.take_requests(timezone.now(), limit=1000)
    assert not SignupRequest.objects.filter(outcome="failed").exists()
    assert all(_usable(change.email) for change in AddressChange.objects.all())


@KINDS
def test_no_address_of_a_page_breaks_it_or_changes_anything(browser: Client, kind: str) -> None:
    reader("amina@example.org", "en")
    for text in NAUGHTY[kind]:
        token = _quoted(text)
        for path in PATHS:
            for answer in (browser.get(f"/{path}/{token}"), browser.post(f"/{path}/{token}")):
                assert answer.status_code < 500, (path, ascii(text))
                assert b"<script>alert" not in answer.content
        for question in QUESTIONS:
            answer = browser.get(question.format(token))
            assert answer.status_code in (200, 404), (question, ascii(text))
            assert b"<script>alert" not in answer.content
    assert Subscriber.objects.get().subscriptions.get().state == "confirmed"
