"""The sign-up form on our pages and on others', for people, scripts and programs."""

import html
import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailer.letters.models import Letter
from mailer.subscribers import network, optin, wording, work
from mailer.subscribers.models import Consent, MailingList, SignupRequest, Suppression
from tests.people import WEDNESDAY, reader
from tests.servers import Redis

pytestmark = pytest.mark.django_db
AMINA = "amina@example.org"
OTHER = "https://www.example.org"


@pytest.fixture
def browser() -> Client:
    """A browser that reads English, at an address of its own."""
    return Client(headers={"accept-language": "en"}, REMOTE_ADDR="196.200.131.77")


@pytest.fixture(scope="module")
def store() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture
def counted(store: Redis, settings: Any) -> Any:
    """A Redis of this test's own, and small limits: ten an hour for a network, two unproven."""
    store.flush()
    settings.REDIS_URL = store.url
    settings.MAILER_SIGNUPS_PER_NETWORK, settings.MAILER_SIGNUPS_PER_HOUR = 10, 1000
    return settings


def _proof(email: str) -> str:
    now = timezone.now()
    hour = int(now.timestamp()) // 3600
    return next(found for n in count() if work.proves(found := f"{hour}:{n}", email, now))


def _post(browser: Client, email: str = AMINA, **fields: Any) -> Any:
    extra = {name: fields.pop(name) for name in list(fields) if name.isupper()}
    posted = {"email": email, "language": "en", "list": "revue-de-presse", **fields}
    return browser.post("/subscribe/", posted, **extra)


def _json(browser: Client, told: Any, **extra: Any) -> Any:
    body = told if isinstance(told, str | bytes) else json.dumps(told)
    return browser.post("/subscribe/json", body, content_type="application/json", **extra)


def _same(answers: list[Any]) -> bool:
    return len({(a.status_code, a.content, str(sorted(a.items()))) for a in answers}) == 1


def _outcomes() -> list[str]:
    return list(SignupRequest.objects.order_by("pk").values_list("outcome", flat=True))


def test_a_network_that_asks_too_often_is_answered_as_ever_and_mailed_no_more(
    browser: Client, counted: Any
) -> None:
    answers = [_post(browser, f"reader{number}@example.org") for number in range(4)]
    assert _same(answers)
    assert answers[0].status_code == 303
    assert _outcomes() == ["", "", "limited", "limited"]
    elsewhere = Client(REMOTE_ADDR="41.1.2.3")
    assert _same([*answers, _post(elsewhere, "hanane@example.org")])
    assert _outcomes()[-1] == ""
    assert optin.take_requests(timezone.now()) == 3
    assert Letter.objects.count() == 3


def test_who_shows_work_may_ask_five_times_as_often(browser: Client, counted: Any) -> None:
    for number in range(12):
        email = f"reader{number}@example.org"
        _post(browser, email, proof=_proof(email))
    assert _outcomes() == [""] * 10 + ["limited"] * 2


def test_a_proof_for_one_address_serves_no_other(browser: Client, counted: Any) -> None:
    proof = _proof(AMINA)
    for number in range(3):
        _post(browser, f"reader{number}@example.org", proof=proof)
    assert _outcomes() == ["", "", "limited"]


def test_readers_behind_a_named_proxy_are_told_apart_and_nobody_pretends(
    browser: Client, counted: Any
) -> None:
    for number in range(4):
        _post(browser, f"a{number}@example.org", HTTP_X_FORWARDED_FOR=f"41.1.2.{number}")
    assert _outcomes() == ["", "", "limited", "limited"]
    counted.MAILER_TRUSTED_PROXIES = network.trusted(["196.200.131.0/24"])
    for number in range(4):
        _post(browser, f"b{number}@example.org", HTTP_X_FORWARDED_FOR=f"6.6.6.6, 41.9.9.{number}")
    assert _outcomes()[4:] == [""] * 4
    assert SignupRequest.objects.latest("pk").network == "41.9.9.0/24"


def test_a_proof_of_consent_keeps_as_much_of_the_network_as_it_is_told_to(
    browser: Client, settings: Any
) -> None:
    for how in ("truncated", "whole", "none"):
        settings.MAILER_PROOF_NETWORK = how
        _post(browser)
    kept = list(SignupRequest.objects.order_by("pk").values_list("network", flat=True))
    assert kept == ["196.200.131.0/24", "196.200.131.77", ""]


def test_a_program_that_fills_in_everything_is_answered_as_ever_and_mailed_nothing(
    browser: Client,
) -> None:
    answers = [_post(browser), _post(browser, website="http://spam.example/")]
    assert _same(answers)
    assert _outcomes() == ["", "trap"]
    assert SignupRequest.objects.latest("pk").email == ""


def test_beyond_the_limit_what_is_no_address_is_refused_and_leaves_no_row(
    browser: Client, counted: Any
) -> None:
    told = [_post(browser, "nobody").status_code for _ in range(5)]
    assert told == [400] * 5
    assert _outcomes() == ["refused", "refused"]


def test_the_form_says_which_text_it_shows_and_the_proof_holds_it(browser: Client) -> None:
    page = html.unescape(browser.get("/subscribe/", {"lang": "fr"}).content.decode())
    text = wording.request_text("Revue de presse", "fr")
    assert text in page
    assert f'name="wording-revue-de-presse" value="{wording.version(text)}"' in page
    browser.post(
        "/subscribe/",
        {"email": AMINA, "language": "ar", "wording-revue-de-presse": wording.version(text)},
    )
    optin.take_requests(timezone.now())
    assert Consent.objects.get().shown == text


@pytest.mark.parametrize("path", ["/", "/subscribe/", "/data/"])
def test_a_page_with_a_form_runs_our_own_script_and_no_other(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert re.findall(r"<script[^>]*>", answer.content.decode()) == [
        '<script src="/static/signup.js" defer>'
    ]


# -- From other sites ----------------------------------------------------------------------------


def test_the_form_of_a_site_that_is_named_is_taken_and_the_proof_names_the_site(
    browser: Client, settings: Any
) -> None:
    settings.MAILER_FORM_ORIGINS = frozenset({OTHER})
    assert _post(browser, HTTP_ORIGIN=OTHER).status_code == 303
    optin.take_requests(timezone.now())
    assert Consent.objects.get().site == OTHER


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://www.example.org", "https://www.example.org.evil"]
)
def test_the_form_of_another_site_is_refused_with_a_sentence(
    browser: Client, settings: Any, origin: str
) -> None:
    settings.MAILER_FORM_ORIGINS = frozenset({OTHER})
    answer = _post(browser, HTTP_ORIGIN=origin)
    assert answer.status_code == 403
    assert f"The form on {origin} may not ask" in html.unescape(answer.content.decode())
    scripted = _json(browser, {"email": AMINA}, HTTP_ORIGIN=origin)
    assert scripted.status_code == 403
    assert "Access-Control-Allow-Origin" not in scripted
    assert not SignupRequest.objects.exists()


@pytest.mark.parametrize("origin", ["", "null", "http://testserver", "http://127.0.0.1:8000"])
def test_our_own_form_needs_no_leave(browser: Client, origin: str) -> None:
    extra = {"HTTP_ORIGIN": origin} if origin else {}
    assert _post(browser, **extra).status_code == 303
    assert SignupRequest.objects.get().site == ""


def test_the_snippet_is_a_form_that_works(browser: Client, settings: Any) -> None:
    settings.MAILER_URL = "https://press.example"
    settings.MAILER_FORM_ORIGINS = frozenset({OTHER})
    page = browser.get("/subscribe/snippet/", {"lang": "ar"}).content.decode()
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    code = html.unescape(found[1])
    assert 'action="https://press.example/subscribe/?lang=ar"' in code
    assert 'src="https://press.example/static/signup.js"' in code
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', code))
    settings.MAILER_URL = "http://testserver"
    answer = browser.post("/subscribe/?lang=ar", {"email": AMINA, **fields}, HTTP_ORIGIN=OTHER)
    assert (answer.status_code, answer["Location"]) == (303, "/subscribe/sent/?lang=ar")
    optin.take_requests(timezone.now())
    proof = Consent.objects.get()
    assert proof.shown in html.unescape(code)
    assert (proof.language, proof.site) == ("ar", OTHER)


def test_without_a_public_list_there_is_no_snippet(browser: Client) -> None:
    MailingList.objects.update(public=False)
    assert browser.get("/subscribe/snippet/").status_code == 404


# -- For scripts ---------------------------------------------------------------------------------


def test_a_script_learns_what_there_is_and_asks_for_it(browser: Client) -> None:
    offered = browser.get("/subscribe/json", {"lang": "ar"}).json()
    (only,) = offered["lists"]
    assert (offered["language"], only["slug"]) == ("ar", "revue-de-presse")
    told = {"email": AMINA, "language": "ar", "list": only["slug"], "wording": only["version"]}
    answer = _json(browser, told)
    assert answer.status_code == 202
    assert answer.json()["sent"] is True
    assert "رسالة في طريقها" in answer.json()["says"]
    optin.take_requests(timezone.now())
    proof = Consent.objects.get()
    assert (proof.shown, proof.origin) == (only["text"], "/subscribe/json")


def test_a_script_is_answered_the_same_for_everybody_and_counted_with_the_form(
    browser: Client, counted: Any
) -> None:
    reader("known@example.org")
    reader("pending@example.org", state="pending")
    Suppression.objects.create(email_key="suppressed@example.org", reason="x", at=WEDNESDAY)
    who = ("known", "pending", "suppressed", "new")
    assert _same([_json(browser, {"email": f"{name}@example.org"}) for name in who])
    assert _outcomes() == ["", "", "limited", "limited"]
    _post(browser)
    assert _outcomes()[-1] == "limited"


def test_a_browser_lets_the_script_of_a_named_site_read_the_answer(
    browser: Client, settings: Any
) -> None:
    settings.MAILER_FORM_ORIGINS = frozenset({OTHER})
    asked = browser.options("/subscribe/json", HTTP_ORIGIN=OTHER)
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked["Access-Control-Allow-Origin"] == OTHER
    answer = _json(browser, {"email": AMINA}, HTTP_ORIGIN=OTHER)
    assert answer["Access-Control-Allow-Origin"] == OTHER
    assert "Access-Control-Allow-Credentials" not in answer
    stranger = browser.options("/subscribe/json", HTTP_ORIGIN="https://evil.example")
    assert "Access-Control-Allow-Origin" not in stranger


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '"x"', "1e999", b"\xff\xfe", "[" * 9000, '{"email": "' + "x" * 20_000],
    ids=range(9),
)
def test_what_is_no_object_is_refused_with_a_sentence(browser: Client, body: Any) -> None:
    answer = _json(browser, body)
    assert answer.status_code == 400
    assert "no JSON object" in answer.json()["error"]
    assert not SignupRequest.objects.exists()


@pytest.mark.parametrize(
    ("told", "status", "says"),
    [
        ({}, 400, "no e-mail address"),
        ({"email": ["a@example.org"]}, 400, "no e-mail address"),
        ({"email": "a\0@example.org"}, 400, "invisible"),
        ({"email": AMINA, "list": "staff\0"}, 404, "no public list"),
        ({"email": AMINA, "language": "fr", "list": "x"}, 404, "Il n’existe pas de liste publique"),
    ],
)
def test_a_script_is_told_what_is_wrong_in_its_language(
    browser: Client, told: Any, status: int, says: str
) -> None:
    answer = _json(browser, told)
    assert answer.status_code == status
    assert says in answer.json()["error"]
