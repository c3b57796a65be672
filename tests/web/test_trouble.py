"""An address that was mistyped, and a day when nothing works."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

ARABIC = {"accept-language": "ar-MA,ar;q=0.9"}
_LOST = ("/nowhere", "/desk/nowhere/", "/archive/nothing/here/at/all/", "/subscribe/nowhere?a=1")


@pytest.mark.django_db
@pytest.mark.parametrize("path", _LOST)
def test_an_unknown_address_answers_a_page_of_ours(path: str) -> None:
    answer = Client(headers=ARABIC).get(path)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "public.css" in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not answer.cookies


@pytest.mark.django_db
def test_the_page_of_an_unknown_address_is_there_in_the_other_languages() -> None:
    page = Client(headers=ARABIC).get("/nowhere?lang=fr").content.decode()
    assert '<html lang="fr" dir="ltr">' in page
    assert "/nowhere?lang=en" in page


@pytest.mark.django_db
def test_nothing_of_an_address_stands_in_the_page_as_html() -> None:
    page = Client().get("/<script>alert(1)</script>?lang=en&x=<b>").content.decode()
    assert "<script>" not in page
    assert "<b>" not in page


def test_the_api_says_so_in_json() -> None:
    answer = Client().get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert "/api/v1/" in answer.json()["error"]


def _no_database(*_args: Any, **_kwargs: Any) -> Any:
    raise DatabaseError("the database is gone")


@pytest.mark.django_db
def test_a_failure_answers_a_page_of_ours_without_the_database() -> None:
    browser = Client(headers=ARABIC, raise_request_exception=False)
    with connection.execute_wrapper(_no_database):
        answer = browser.get("/")
        browser.cookies["sessionid"] = "a session that must be looked up"
        of_the_api = browser.get("/api/v1/issues/1")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "public.css" in page
    assert "the database is gone" not in page
    assert not answer.cookies
    assert of_the_api.status_code == 500
    assert of_the_api.json()["error"]
