"""How a publication's mails look: tried by everybody, saved by a publisher, data all the way."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mailer.editions.look import chosen, theme_for
from mailer.editions.models import Edition, Look
from mailer.typesetting.themes import SHIPPED, shipped
from mailer.web.roles import EDITOR, PUBLISHER
from tests.people import review
from tests.web.staff import approved, at_work, drafted, said

pytestmark = pytest.mark.django_db
PAGE = "/desk/publications/revue-de-presse/theme/"


@pytest.fixture
def karim() -> Client:
    return at_work(PUBLISHER, "karim")


@pytest.fixture
def salma() -> Client:
    return at_work(EDITOR, "salma")


def save(client: Client, **fields: str) -> str:
    form = {"theme": "cedar", **{name.replace("__", "."): value for name, value in fields.items()}}
    return said(
        client.post(PAGE, form, follow=True, headers={"referer": f"http://testserver{PAGE}"})
    )


def test_a_publisher_saves_colours_and_the_drafts_wear_them(karim: Client) -> None:
    drafted()
    page = save(karim, light__ink="#101010", footers__ar="المجلس", radius="0")
    assert "Saved." in page
    assert chosen(review()) == (
        "cedar",
        {"light": {"ink": "#101010"}, "footers": {"ar": "المجلس"}, "radius": 0},
    )
    french, arabic = Edition.objects.order_by("pk")
    assert "#101010" in french.html
    assert "#101010" in arabic.html
    assert "المجلس" in arabic.text
    assert 'value="#101010"' in page


def test_what_was_approved_stays_as_it_was(karim: Client) -> None:
    issue = approved()
    before = issue.editions.get(language="fr").html
    save(karim, theme="majorelle")
    assert issue.editions.get(language="fr").html == before
    assert theme_for(review()) == shipped("majorelle")


def test_a_look_is_tried_in_the_address_and_stored_nowhere(salma: Client) -> None:
    drafted()
    page = said(salma.get(PAGE, {"theme": "majorelle", "light.ink": "#101010", "lang": "ar"}))
    assert not Look.objects.exists()
    address = re.findall(r'src="([^"]*as=light)"', page)[0].replace("&amp;", "&")
    assert "/theme/sample/ar/?theme=majorelle" in address
    mail = salma.get(address)
    assert "#101010" in mail.content.decode()
    assert shipped("majorelle").light.band in mail.content.decode()
    assert "معرض بمدينة ليون" in mail.content.decode()
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert salma.post(PAGE, {"theme": "majorelle"}).status_code == 403


def test_a_publication_without_an_issue_has_a_mail_to_look_at(salma: Client) -> None:
    for code, word in (("fr", "Le titre d’un article"), ("en", "The headline of an article")):
        assert word in said(salma.get(f"{PAGE}sample/{code}/", {"theme": "cedar"}))
    assert salma.get(f"{PAGE}sample/xx/", {"theme": "cedar"}).status_code == 404


def test_a_text_that_cannot_be_read_is_said_with_its_contrast(salma: Client) -> None:
    assert "Every text can be read" in said(salma.get(PAGE))
    page = said(salma.get(PAGE, {"theme": "cedar", "dark.muted": "#3f4843"}))
    assert "In the dark: “small text” is too faint on “the sheet”" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"light__ink": "red}</style><script>"}, "ink is no colour"),
        ({"latin__text": '"Arial"; color: red'}, "is no list of fonts"),
        ({"radius": "100000"}, "radius is a number"),
        ({"radius": "٣"}, "radius is a number"),
        ({"footers__fr": "x" * 1001}, "there is room for 1000"),
        ({"theme": "../../etc/passwd"}, "There is no theme named"),
        ({"theme": ""}, "There is no theme named"),
    ],
)
def test_what_is_no_look_is_refused_with_its_place(
    karim: Client, fields: dict[str, str], sentence: str
) -> None:
    form = {"theme": "cedar", **{name.replace("__", "."): text for name, text in fields.items()}}
    assert sentence in said(
        karim.post(PAGE, form, follow=True, headers={"referer": f"http://testserver{PAGE}"})
    )
    assert not Look.objects.exists()
    tried = karim.get(PAGE, form)
    assert sentence in tried.content.decode()
    assert b"</style><script>" not in tried.content
    assert karim.get(f"{PAGE}sample/fr/", form).status_code in (404, 409)


def test_template_code_in_a_footer_is_words(karim: Client) -> None:
    drafted()
    save(karim, footers__fr="{{ settings.SECRET_KEY }} {% raw %} <script>alert(1)</script>")
    html = Edition.objects.get(language="fr").html
    assert "{{ settings.SECRET_KEY }} {% raw %} &lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_an_office_s_own_theme_file_is_offered(salma: Client, data: Path) -> None:
    (data / "themes").mkdir()
    own = (SHIPPED / "cedar.toml").read_text(encoding="utf-8").replace("#1b2420", "#202020")
    (data / "themes" / "conseil.toml").write_text(own, encoding="utf-8")
    assert "?theme=conseil" in said(salma.get(PAGE))
    assert 'value="#202020"' in said(salma.get(PAGE, {"theme": "conseil"}))


def test_the_preview_shows_each_view_its_headers_and_its_source(salma: Client) -> None:
    issue = drafted()
    here = f"/desk/issues/{issue.pk}/preview/fr/"

    def seen(view: str) -> Any:
        return salma.get(here, {"as": view})

    assert "@media all{" in seen("dark").content.decode()
    assert "@media not all{" in seen("").content.decode()
    assert '<html dir="rtl">' in seen("webmail").content.decode()
    assert "img-src 'none'" in seen("bare").headers["Content-Security-Policy"]
    assert "List-Unsubscribe: <" in seen("headers").content.decode()
    assert seen("source").content.startswith(b"From: ")
    for view in ("text", "headers", "source"):
        assert seen(view).headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "sandbox" in seen(view).headers["Content-Security-Policy"]
