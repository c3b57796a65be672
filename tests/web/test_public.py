"""The readers' pages, as a browser, a mail program and a link scanner meet them."""

import html
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from celery import Celery
from django.apps import apps
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from mailer.letters.models import Letter
from mailer.subscribers import consents, links, optin
from mailer.subscribers.models import (
    AddressChange,
    Consent,
    MailingList,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import token

pytestmark = pytest.mark.django_db
AMINA = "amina@example.org"
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def browser() -> Client:
    """A browser that reads Arabic and keeps the rules of a site that checks forms."""
    return Client(headers={"accept-language": "ar-MA,ar;q=0.9,fr;q=0.5"}, enforce_csrf_checks=True)


def _sign_up(browser: Client, email: str = AMINA, **fields: str) -> HttpResponse:
    posted = {"email": email, "language": "ar", "list": "revue-de-presse", **fields}
    answer: Any = browser.post("/subscribe/", posted)
    return answer


def _text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table: what a GET must leave as it was."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
    }


def _links_of(email: str = AMINA) -> dict[str, str]:
    """A pending person's links, of every purpose."""
    pending = reader(email, "ar", state="pending")
    tie = pending.subscriptions.get()
    now = timezone.now()
    return {
        "confirm": links.confirm_url(pending.pk, tie.mailing_list_id, tie.round, now),
        "not-me": links.disown_url(pending.pk, tie.mailing_list_id, tie.round, now),
        "preferences": links.preferences_url(pending.pk, now),
        "unsubscribe": links.unsubscribe_url(pending.pk, tie.mailing_list_id),
        "data": links.data_url(pending.pk, pending.email_key or "", now),
        "address": links.address_url(pending.pk, _change(pending).pk, now),
    }


def _change(person: Subscriber) -> AddressChange:
    return AddressChange.objects.create(
        subscriber=person, email="new@example.net", limit_key="", requested_at=timezone.now()
    )


def _path(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def test_amina_signs_up_confirms_and_leaves_in_arabic(browser: Client) -> None:
    page = browser.get("/")
    assert '<html lang="ar" dir="rtl">' in page.content.decode()
    assert "النشرة الإخبارية" in page.content.decode()

    answer = _sign_up(browser)
    assert (answer.status_code, answer["Location"]) == (303, "/subscribe/sent/?lang=ar")
    assert browser.get(answer["Location"]).status_code == 200
    optin.take_requests(timezone.now())

    link = f"/confirm/{token('confirm')}"
    assert '<form method="post"' in browser.get(link).content.decode()
    assert Subscription.objects.get().state == "pending"
    assert browser.post(link).status_code == 200
    assert Subscription.objects.get().state == "confirmed"
    assert Consent.objects.filter(act="confirmed").get().network == "127.0.0.0/24"

    leave = f"/unsubscribe/{token('unsubscribe')}"
    assert '<form method="post"' in browser.get(leave).content.decode()
    assert Subscription.objects.get().state == "confirmed"
    assert browser.post(leave).status_code == 200
    assert Subscription.objects.get().state == "unsubscribed"
    assert '<form method="post"' not in browser.get(leave).content.decode()
    assert not browser.cookies


def test_the_answer_to_the_form_is_the_same_for_everybody(browser: Client) -> None:
    reader("known@example.org")
    reader("pending@example.org", state="pending")
    Suppression.objects.create(email_key="suppressed@example.org", reason="x", at=WEDNESDAY)
    answers = [
        _sign_up(browser, f"{who}@example.org") for who in ("new", "known", "pending", "suppressed")
    ]
    assert len({(a.status_code, a.content, str(sorted(a.items()))) for a in answers}) == 1
    assert SignupRequest.objects.count() == 4


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("amina@example.org\r\nBcc: x@example.org", "invisible character"),
        ("a\0b@example.org", "invisible character"),
        ("a" * 388 + "@example.org", "400"),
        ("<script>alert(1)</script>", "not an e-mail address"),
        ("", "no e-mail address"),
    ],
)
def test_an_address_that_cannot_be_brings_the_form_back_with_a_sentence(
    browser: Client, email: str, says: str
) -> None:
    answer = browser.post("/subscribe/?lang=en", {"email": email, "language": "en"})
    assert answer.status_code == 400
    assert says in _text(answer)
    assert "<script>" not in answer.content.decode()
    assert b"\0" not in answer.content
    assert 'name="email"' in answer.content.decode()
    assert SignupRequest.objects.get().outcome == "refused"


def test_a_form_elsewhere_may_leave_out_language_and_list(browser: Client) -> None:
    assert browser.post("/subscribe/", {"email": AMINA}).status_code == 303
    row = SignupRequest.objects.get()
    assert (row.language, row.list_slug) == ("ar", "revue-de-presse")


def test_a_list_that_is_not_public_is_not_found(browser: Client) -> None:
    MailingList.objects.create(slug="staff-only")
    assert _sign_up(browser, list="staff-only").status_code == 404
    assert (
        "staff-only"
        not in browser.get("/subscribe/?list=staff-only").content.decode().split("<main")[1]
    )


def test_sign_up_and_leaving_work_while_redis_is_down(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Celery("nowhere", broker="redis+socket:///nowhere/redis.sock", set_as_current=False)
    nowhere.conf.broker_transport_options = {"max_retries": 1, "interval_start": 0}

    @nowhere.task(name="nowhere.bell")
    def bell() -> None:
        """Never comes to ring."""

    monkeypatch.setattr("mailer.web.public.subscribe.take_requests", bell)
    monkeypatch.setattr("mailer.web.public.unsubscribe.send_letters", bell)
    assert _sign_up(browser).status_code == 303
    assert SignupRequest.objects.get().taken_at is None
    assert browser.post(_path(_links_of("grace@example.org")["unsubscribe"])).status_code == 200
    assert Subscription.objects.get().state == "unsubscribed"


PAGES = [
    "/",
    "/subscribe/",
    "/subscribe/?list=revue-de-presse",
    "/subscribe/sent/",
    "/subscribe/snippet/",
    "/data/",
    "/data/sent/",
]


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_fetches_every_page_changes_nothing(browser: Client, method: str) -> None:
    made = [_path(url) for url in _links_of().values()]
    paths = [*PAGES, *made, *(f"{path}/" for path in made)]
    paths += ["/subscribe/json", *(f"{path}/file.json" for path in made if "/data/" in path)]
    before = _rows()
    for path in paths:
        for query in ("", "?lang=fr", "?List-Unsubscribe=One-Click"):
            fetch = getattr(browser, method)
            assert fetch(path.split("?")[0] + query).status_code == 200, path
    assert _rows() == before
    assert not browser.cookies


@pytest.mark.parametrize(
    "kind", ["urlencoded", "latin", "long", "multipart", "broken", "empty", "json"]
)
def test_one_click_acts_at_once_whatever_the_mail_program_posts(kind: str) -> None:
    amina = reader(AMINA, "ar")
    link = _path(links.unsubscribe_url(amina.pk, amina.subscriptions.get().mailing_list_id))
    mail_program = Client(enforce_csrf_checks=True)
    bodies = {
        "urlencoded": (ONE_CLICK, "application/x-www-form-urlencoded"),
        "latin": (ONE_CLICK, "application/x-www-form-urlencoded; charset=us-ascii"),
        "long": ("a" * 3_000_000, "application/x-www-form-urlencoded"),
        "multipart": (
            (
                '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
                "One-Click\r\n--b--\r\n"
            ),
            "multipart/form-data; boundary=b",
        ),
        "broken": ("--b", "multipart/form-data"),
        "empty": ("", "application/x-www-form-urlencoded"),
        "json": ("{}", "application/json"),
    }
    body, content_type = bodies[kind]
    for _ in range(2):
        answer = mail_program.generic("POST", link, body, content_type)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer
        assert "Location" not in answer
    assert amina.subscriptions.get().state == "unsubscribed"
    assert Letter.objects.count() == 1


def test_a_receipt_for_one_click_is_a_line_of_text() -> None:
    amina = reader(AMINA, "ar")
    link = _path(links.unsubscribe_url(amina.pk))
    answer = Client().post(link, ONE_CLICK, content_type="application/x-www-form-urlencoded")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "النشرة الإخبارية" in answer.content.decode()


def test_what_could_not_be_recorded_is_answered_with_a_server_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amina = reader(AMINA, "ar")
    link = _path(links.unsubscribe_url(amina.pk))

    def full(*_args: object, **_kwargs: object) -> Consent:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(consents, "record", full)
    mail_program = Client(raise_request_exception=False)
    assert mail_program.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 500
    assert amina.subscriptions.get().state == "confirmed"


def test_this_was_not_me_erases_the_request(browser: Client) -> None:
    path = _path(_links_of()["not-me"])
    assert browser.post(path).status_code == 200
    assert Subscriber.objects.get().email == ""
    assert browser.get(path).status_code == 400


def test_amina_changes_her_language_and_the_page_answers_in_it(browser: Client) -> None:
    path = _path(_links_of()["preferences"])
    shown = browser.get(path).content.decode()
    assert '<html lang="ar" dir="rtl">' in shown
    assert AMINA not in shown
    answer = browser.post(f"{path}?lang=ar", {"language": "en", "name": "Amina"})
    assert Subscriber.objects.get().language == "en"
    again = browser.post(path, {"language": "fr", "name": "Amina <b>"}).content.decode()
    assert '<html lang="fr" dir="ltr">' in again
    assert "Amina &lt;b&gt;" in again
    assert answer.status_code == 200


def test_a_language_that_is_none_of_ours_is_told_and_nothing_is_saved(browser: Client) -> None:
    path = _path(_links_of()["preferences"])
    answer = browser.post(f"{path}?lang=en", {"language": "t\0lh", "name": "Amina"})
    assert answer.status_code == 400
    assert "“t�lh” is not a language we publish in" in _text(answer)
    assert "Saved" not in _text(answer)
    assert 'name="language"' in _text(answer)
    assert b"\0" not in answer.content
    assert (Subscriber.objects.get().language, Subscriber.objects.get().name) == ("ar", "")


def test_a_refusal_is_in_the_language_of_the_person_the_link_names() -> None:
    english = Client(headers={"accept-language": "en-GB"})
    elsewhere = _links_of()["unsubscribe"].rpartition("/")[2]
    for fetch in (english.get, english.post):
        refused = fetch(f"/confirm/{elsewhere}")
        assert refused.status_code == 400
        assert '<html lang="ar" dir="rtl">' in refused.content.decode()
    asked = english.get(f"/confirm/{elsewhere}", {"lang": "fr"})
    assert '<html lang="fr"' in asked.content.decode()
    altered = english.get(f"/confirm/{elsewhere[:-2]}")
    assert '<html lang="en"' in altered.content.decode()
    Subscriber.objects.update(erased_at=WEDNESDAY)
    assert '<html lang="en"' in english.get(f"/confirm/{elsewhere}").content.decode()


@pytest.mark.parametrize(
    "page", ["confirm", "not-me", "preferences", "unsubscribe", "data", "address"]
)
def test_a_link_that_is_altered_or_for_another_page_is_refused_with_a_sentence(
    browser: Client, page: str
) -> None:
    made = _links_of()
    before = _rows()
    wrong = [url.rpartition("/")[2] for name, url in made.items() if name != page]
    altered = made[page].rpartition("/")[2]
    for bad in (*wrong, altered[:-2], "A" * 52, "x", "%00", "é", "a" * 200):
        for fetch in (browser.get, browser.post):
            answer = fetch(f"/{page}/{bad}")
            assert answer.status_code == 400, bad
            assert "text/html" in answer["Content-Type"]
            assert b"\0" not in answer.content
    assert browser.get(f"/{page}/{'a' * 201}").status_code == 404
    assert _rows() == before


def test_a_link_with_any_one_byte_flipped_does_nothing(browser: Client) -> None:
    made = _links_of()
    before = _rows()
    for page, url in made.items():
        token = urlsafe_b64decode(url.rpartition("/")[2])
        for at in range(len(token)):
            flipped = token[:at] + bytes([token[at] ^ 1 << at % 8]) + token[at + 1 :]
            answer = browser.post(f"/{page}/{urlsafe_b64encode(flipped).decode()}")
            assert answer.status_code == 400, (page, at)
    assert _rows() == before


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("code", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
def test_every_page_speaks_three_languages_and_keeps_to_itself(
    browser: Client, path: str, code: str, direction: str
) -> None:
    answer = browser.get(path, {"lang": code})
    assert f'<html lang="{code}" dir="{direction}">' in answer.content.decode()
    assert answer["Content-Language"] == code
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer
    assert not re.search(r"(?:src|href)=\"https?:", answer.content.decode())


def test_the_language_is_the_one_asked_for_then_the_persons_then_the_browsers() -> None:
    path = _path(_links_of()["confirm"])
    english = Client(headers={"accept-language": "en-GB"})
    assert '<html lang="ar"' in english.get(path).content.decode()
    assert '<html lang="fr"' in english.get(path, {"lang": "fr-FR"}).content.decode()
    assert '<html lang="en"' in english.get("/").content.decode()
    assert '<html lang="fr"' in Client().get("/", {"lang": "tlh"}).content.decode()


def test_without_a_public_list_the_pages_say_so(browser: Client) -> None:
    MailingList.objects.update(public=False)
    for path in ("/", "/subscribe/"):
        answer = browser.get(path, {"lang": "en"})
        assert "nothing to subscribe to" in answer.content.decode()
    assert _sign_up(browser).status_code == 404
