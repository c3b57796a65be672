"""How fast mail may go, set by a publisher at the desk."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from mailer.mailings.limiting import standing
from tests.web.staff import said

pytestmark = pytest.mark.django_db


def do(client: Client, path: str = "", **form: Any) -> str:
    page = "http://testserver/desk/limits/"
    return said(client.post(f"/desk/limits/{path}", form, follow=True, headers={"referer": page}))


def figures() -> dict[str, Decimal | None]:
    return {one.name: one.per_second for one in standing()}


def test_the_page_offers_the_relay_in_use_and_every_other_domain(
    karim: Client, settings: Any
) -> None:
    settings.SMTP_URL = "smtp://salma:s3cret@relay.example.org:587"
    page = said(karim.get("/desk/limits/"))
    assert "relay.example.org:587" in page
    assert "Every other domain" in page
    assert "s3cret" not in page
    settings.SMTP_URL = "smtp://relay.example.org:none"
    assert "No relay is set" in said(karim.get("/desk/limits/"))


def test_karim_sets_changes_and_removes_a_limit(karim: Client) -> None:
    page = do(karim, scope="domain", name="GoogleMail.com", per_second="20")
    assert "gmail.com: at most 20 a second" in page
    assert "googlemail.com" in page
    assert figures() == {"gmail.com": 20}
    do(karim, scope="domain", name="gmail.com", per_second="0,5")
    assert figures() == {"gmail.com": Decimal("0.5")}
    assert "gmail.com: the limit is gone" in do(karim, "remove/", scope="domain", name="gmail.com")
    assert figures() == {}
    assert "There is no limit for gmail.com" in do(
        karim, "remove/", scope="domain", name="gmail.com"
    )


def test_a_relay_and_every_other_domain_are_limited_too(karim: Client) -> None:
    do(karim, scope="relay", name="relay.example.org:587", per_second="100")
    page = do(karim, scope="domain", name="*", per_second="2")
    assert "Every other domain: at most 2 a second" in page
    assert figures() == {"relay.example.org:587": 100, "*": 2}
    assert "not in use here" in page


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "", "per_second": "5"}, "not the name of a mail domain"),
        ({"name": "<b>x</b>", "per_second": "5"}, "&lt;b&gt;x&lt;/b&gt;"),
        ({"name": "gmail.com", "per_second": "many"}, "is no pace"),
        ({"name": "gmail.com", "per_second": ""}, "is no pace"),
        ({"name": "relay", "per_second": "5", "scope": "relay"}, "host:port"),
        ({"name": "x" * 300, "per_second": "5"}, "there is room for"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    karim: Client, form: dict[str, str], told: str
) -> None:
    page = do(karim, **form)
    assert 'class="notice error"' in page
    assert told in page
    assert figures() == {}


@pytest.mark.parametrize(("language", "shown"), [("fr", "0,5"), ("ar", "0,5"), ("en", "0.5")])
def test_a_figure_is_shown_as_it_is_typed_in_each_language(
    karim: Client, language: str, shown: str
) -> None:
    do(karim, scope="domain", name="orange.fr", per_second="0.5")
    karim.post("/desk/language/", {"language": language, "next": "/desk/limits/"})
    assert f'value="{shown}"' in said(karim.get("/desk/limits/"))
    do(karim, scope="domain", name="orange.fr", per_second=shown)
    assert figures() == {"orange.fr": Decimal("0.5")}


def test_an_editor_neither_sees_nor_changes_the_pace(salma: Client) -> None:
    assert salma.get("/desk/limits/").status_code == 403
    form = {"scope": "domain", "name": "gmail.com", "per_second": "1"}
    assert salma.post("/desk/limits/", form).status_code == 403
    assert figures() == {}
    assert "/desk/limits/" not in said(salma.get("/desk/"))
