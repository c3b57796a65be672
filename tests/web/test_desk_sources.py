"""The desk's room of sources: looking before adding, lists, health, what staff bring themselves."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mailer.articles import opml
from mailer.articles.models import Article, Kind, Source
from mailer.curation.compose import draft_issue
from mailer.curation.models import Placement
from mailer.trail.models import Act
from mailer.web.roles import EDITOR
from tests.fakes.feeds import Press, item, rss
from tests.people import WEDNESDAY, review, source
from tests.web.staff import at_work, said

pytestmark = pytest.mark.django_db

PLACE = "revue-de-presse/ccme"
HOSTILE = "<script>alert(1)</script>Le titre"
ARTICLE = {"@type": "NewsArticle", "headline": "Un titre du jour", "description": "Un chapeau."}


@pytest.fixture
def salma() -> Client:
    return at_work(EDITOR, "salma")


@pytest.fixture
def press(settings: Any) -> Iterator[Press]:
    with Press() as server:
        settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{server.port}"]
        yield server


def do(client: Client, path: str, **form: Any) -> str:
    """Post a form of the room of sources, and the page it leads to."""
    page = {"referer": "http://testserver/desk/sources/"}
    return said(client.post(f"/desk/sources/{path}", form, follow=True, headers=page))


def test_salma_adds_a_site_knowing_nothing_of_feeds(salma: Client, press: Press) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/flux">'
    press.serves("/", f"<html><head><title>Le Matin</title>{head}</head></html>")
    press.serves("/flux", rss("Le Matin", item("Le Conseil ouvre ses portes"), item(HOSTILE)))
    seen = do(salma, "look/", url=press.url("/"))
    assert "Le Conseil ouvre ses portes" in seen
    assert "2 articles there now" in seen
    assert "<script>alert" not in seen
    assert f'value="{press.url("/flux")}"' in seen
    assert not Source.objects.exists()
    do(salma, "add/", url=press.url("/flux"), place=PLACE)
    made = Source.objects.get()
    assert (made.url, made.placements.get().section.slug) == (press.url("/flux"), "ccme")
    assert "This is a source already." in do(salma, "look/", url=press.url("/"))


def test_an_address_that_leads_nowhere_says_so_and_stays_in_its_field(
    salma: Client, press: Press
) -> None:
    answer = salma.post("/desk/sources/look/", {"url": press.url("/nothing")})
    assert answer.status_code == 409
    assert "(404)" in answer.content.decode()
    assert f'value="{press.url("/nothing")}"' in answer.content.decode()
    assert salma.get("/desk/sources/look/").status_code == 303


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://[::1]/", "file:///etc/passwd", "x"])
def test_nothing_inside_the_house_is_looked_at(salma: Client, url: str) -> None:
    assert salma.post("/desk/sources/look/", {"url": url}).status_code == 409


def test_salma_takes_an_article_whose_address_she_pastes(salma: Client, press: Press) -> None:
    script = f'<script type="application/ld+json">{json.dumps(ARTICLE)}</script>'
    press.serves("/a/1", f"<html><head>{script}</head><body></body></html>")
    assert "This is an article" in do(salma, "look/", url=press.url("/a/1"))
    assert "was taken in" in do(salma, "take/", url=press.url("/a/1"), place=PLACE)
    assert "here already" in do(salma, "take/", url=press.url("/a/1"), place=PLACE)
    article = Article.objects.get()
    assert (article.source.kind, article.source.rights) == (Kind.PAGE, "quote")
    Article.objects.update(language="fr")
    (entry,) = draft_issue(review(), now=timezone.now()).items.all()
    assert (entry.article, entry.section.slug) == (article, "ccme")


def test_salma_writes_an_article_herself(salma: Client) -> None:
    assert "Write an article" in said(salma.get("/desk/sources/write/"))
    words = {"title": "Le Conseil recrute", "lead": "Deux postes.", "language": "fr"}
    assert "was taken in" in do(salma, "write/", place=PLACE, **words)
    article = Article.objects.get()
    assert (article.source.kind, article.source.rights, article.url) == (Kind.STAFF, "own", "")
    assert Placement.objects.get().section.slug == "ccme"
    assert "needs a headline" in do(salma, "write/", place=PLACE, title="…", language="fr")
    assert "no section" in do(salma, "write/", place="revue-de-presse/nowhere", **words)
    assert Article.objects.count() == 1
    assert Source.objects.count() == 1
    assert [act.verb for act in Act.objects.filter(name="salma")] == ["source.article-taken"]


def test_a_list_goes_out_and_comes_in(salma: Client) -> None:
    courrier = source("courrier", section="ccme")
    Source.objects.filter(pk=courrier.pk).update(url="https://amina:secret@courrier.example/feed")
    out = salma.get("/desk/sources/list.opml")
    assert "attachment" in out.headers["Content-Disposition"]
    assert b"secret" not in out.content
    (outline,) = opml.read(out.content)
    assert (outline.title, outline.language) == ("courrier", "fr")
    listed = [
        opml.Outline("https://lematin.example/feed", "Le Matin", outline.group, "fr"),
        opml.Outline("https://sawt.example/feed", "Sawt"),
        opml.Outline("ftp://wrong.example/"),
    ]
    file = SimpleUploadedFile("list.opml", opml.write("x", listed, WEDNESDAY))
    page = do(salma, "import/", list=file, place="revue-de-presse/immigration-monde")
    assert "2 sources were added." in page
    assert "no http or https address" in page
    sections = {one.source.title: one.section.slug for one in Placement.objects.all()}
    assert (sections["Le Matin"], sections["Sawt"]) == ("ccme", "immigration-monde")
    assert Act.objects.get().told["values"] == {"count": 2}
    again = SimpleUploadedFile("list.opml", opml.write("x", listed[:2], WEDNESDAY))
    assert "Already there: 2." in do(salma, "import/", list=again, place=PLACE)


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"<rss/>", "no OPML"), (b"x" * 1_100_000, "larger than 1 MB"), (b"", "no OPML")],
)
def test_a_list_that_is_none_is_refused(salma: Client, body: bytes, says: str) -> None:
    assert says in do(salma, "import/", list=SimpleUploadedFile("l", body or b" "), place=PLACE)


def test_a_form_without_a_file_asks_for_one(salma: Client) -> None:
    assert "Choose a file" in do(salma, "import/", place=PLACE)


def test_a_list_is_not_taken_from_another_site() -> None:
    client = at_work(EDITOR, "salma")
    client.handler.enforce_csrf_checks = True
    file = SimpleUploadedFile("l", opml.write("x", [opml.Outline("https://h.ma/f")], WEDNESDAY))
    assert client.post("/desk/sources/import/", {"list": file}).status_code == 403
    assert not Source.objects.exists()


def test_each_source_says_how_it_fares_and_what_to_do(salma: Client) -> None:
    now = timezone.now()
    for name, facts in {
        "failing": {"failures": 2, "failing_since": now - timedelta(hours=2)},
        "dead": {"failures": 9, "failing_since": now - timedelta(days=9), "state": "broken"},
        "gone": {"state": "gone"},
        "empty": {"last_fetched_at": now},
        "new": {},
    }.items():
        Source.objects.filter(pk=source(name).pk).update(**facts)
    page = said(salma.get("/desk/sources/"))
    for words in (
        "Visits failed in a row: 2.",
        "not been read for 9 days",
        "Add its new address",
        "holds no article",
        "within a minute",
    ):
        assert words in page, words


def test_the_declaration_is_a_file(salma: Client) -> None:
    answer = salma.get("/desk/sources/declaration.csv?since=2025-01-01&until=2025-12-31")
    assert answer.content.decode() == "\ufefftitle,rights,articles,copies\r\n"
    assert salma.get("/desk/sources/declaration.csv?since=x").status_code == 409
