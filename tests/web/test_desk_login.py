"""Coming in to the desk: the login, the language, what is not there."""

import pytest
from django.test import Client

from mailer.web.roles import EDITOR
from tests.web.staff import SECRET, drafted, member, said, visitor

pytestmark = pytest.mark.django_db


def test_salma_logs_in_and_comes_where_she_wanted_to_go() -> None:
    member("salma", EDITOR, SECRET)
    client = visitor()
    door = client.get("/desk/sources/", follow=True)
    assert "Log in" in door.content.decode()
    answer = client.post(
        "/desk/login/",
        {"username": "salma", "password": SECRET, "next": "/desk/sources/"},
    )
    assert answer.headers["Location"] == "/desk/sources/"


def test_a_wrong_password_says_so_and_keeps_the_name() -> None:
    page = said(visitor().post("/desk/login/", {"username": "salma", "password": "no"}))
    assert 'value="salma"' in page
    assert 'role="alert"' in page


def test_the_login_leads_to_no_other_site() -> None:
    member("salma", EDITOR, SECRET)
    answer = visitor().post(
        "/desk/login/",
        {"username": "salma", "password": SECRET, "next": "https://evil.example/"},
    )
    assert answer.headers["Location"] == "/desk/"


def test_logging_out_ends_the_session(salma: Client) -> None:
    assert salma.get("/desk/logout/").status_code == 405
    salma.post("/desk/logout/")
    assert salma.get("/desk/").status_code == 302


def test_a_form_that_comes_after_log_out_leads_back_to_its_page() -> None:
    issue = drafted()
    answer = visitor().post(
        f"/desk/issues/{issue.pk}/take-new/", headers={"referer": "http://testserver/desk/issues/"}
    )
    assert answer.headers["Location"] == "/desk/login/?next=/desk/issues/"


def test_htmx_is_told_to_leave_the_page_when_the_session_is_over() -> None:
    answer = visitor().get("/desk/mailings/1/progress/", headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/desk/login/")


def test_each_person_has_a_language(salma: Client) -> None:
    salma.post("/desk/language/", {"language": "ar", "next": "/desk/"})
    assert '<html lang="ar" dir="rtl">' in said(salma.get("/desk/"))
    answer = salma.post("/desk/language/", {"language": "xx", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/desk/"
    assert "django_language" not in answer.cookies


def test_a_page_that_does_not_exist_says_so(salma: Client) -> None:
    for path in (
        "issues/999/",
        "mailings/999/",
        "publications/nothing/",
        "issues/9" + "9" * 30 + "/",
    ):
        assert salma.get(f"/desk/{path}").status_code == 404


@pytest.mark.parametrize("after", ["nowhere", "//evil.example/", "https://evil.example/", ""])
def test_choosing_a_language_leads_nowhere_else(after: str) -> None:
    answer = visitor().post("/desk/language/", {"language": "ar", "next": after})

    assert answer.headers["Location"] == "/desk/"


def test_an_id_that_no_row_can_have_is_not_found(karim: Client) -> None:
    for path in ("issues/{}/", "issues/{}/preview/fr/", "mailings/{}/", "mailings/{}/progress/"):
        assert karim.get("/desk/" + path.format("9" * 30)).status_code == 404
