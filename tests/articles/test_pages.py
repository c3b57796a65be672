"""Looking at articles' pages, over HTTP."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailer.articles.models import Article, Source
from mailer.articles.pages import due_pages, look
from mailer.articles.reader import Reader
from mailer.articles.refresh import add_source, policy, refresh, refresh_due
from tests.fakes.feeds import Press, item, rss
from tests.people import WEDNESDAY as NOW

pytestmark = pytest.mark.django_db

TITLE = "Le Conseil ouvre ses portes à Rabat"
LEAD = "Le Conseil de la communauté marocaine à l'étranger a ouvert ses portes hier."


@pytest.fixture(autouse=True)
def _reachable(press: Press, settings: Any) -> None:
    settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{press.port}", f"localhost:{press.port}"]


def thin(press: Press, reader: Reader, *paths: str, host: str = "127.0.0.1") -> Source:
    """A source whose entries have a title and a link, and nothing else."""
    entries = [item(f"{TITLE} {path}", press.url(path, host), guid=path, date="") for path in paths]
    press.serves("/feed", rss("Le Matin", *entries))
    source = add_source(press.url("/feed"), now=NOW)
    assert refresh(source.pk, now=NOW, force=True, reader=reader).error is None
    return source


def serve(press: Press, path: str, head: str = "", **members: Any) -> None:
    told = {
        "@type": "NewsArticle",
        "headline": "Un titre de la page",
        "description": LEAD,
        "author": {"name": "Amina Idrissi"},
        "image": "/i.jpg",
        "datePublished": "2025-05-20T10:00:00Z",
        "articleSection": "Société",
    } | members
    script = f'<script type="application/ld+json">{json.dumps(told)}</script>'
    paragraphs = f"<p>{LEAD} Voici la suite du texte, qui est plus longue.</p>" * 4
    body = f"<html><head>{head}{script}</head><body><article>{paragraphs}</article></body></html>"
    press.serves(path, body, content_type="text/html")


def test_a_thin_article_is_filled_in_from_its_page_once(press: Press, reader: Reader) -> None:
    """press-rules, Enrich: when lead, date, author or image is missing: the page once."""
    serve(press, "/a", isAccessibleForFree=False)
    source = thin(press, reader, "/a")
    assert look(policy(), reader=reader) == 1
    article = Article.objects.get()
    assert (article.title, article.lead) == (f"{TITLE} /a", LEAD)
    assert (article.author, article.image_url) == ("Amina Idrissi", press.url("/i.jpg"))
    assert (article.dated, article.published_at.day, article.paywalled) == (True, 20, True)
    assert article.categories == ["Société"]
    assert "la suite du texte" in article.body
    assert look(policy(), reader=reader) == 0
    assert len(press.visits("/a")) == 1
    # The feed is as thin as ever, and takes nothing back.
    again = refresh(source.pk, now=NOW, force=True, reader=reader)
    assert (again.new, again.updated, again.unchanged) == (0, 0, 1)
    article.refresh_from_db()
    assert (article.lead, article.page_due_at) == (LEAD, None)


def test_a_full_article_needs_no_page(press: Press, reader: Reader) -> None:
    full = item(
        TITLE,
        press.url("/a"),
        lead=LEAD,
        extra="<author>Amina</author><enclosure url='/i.jpg' type='image/jpeg' length='1'/>",
    )
    press.serves("/feed", rss("Le Matin", full))
    refresh(add_source(press.url("/feed"), now=NOW).pk, now=NOW, reader=reader)
    assert due_pages(timezone.now()) == []


def test_the_pages_own_address_is_the_articles_identity_for_every_source(
    press: Press, reader: Reader
) -> None:
    serve(press, "/a", '<link rel="canonical" href="/le-conseil">')
    thin(press, reader, "/a")
    look(policy(), reader=reader)
    article = Article.objects.get()
    assert (article.canonical_url, article.given_url) == (press.url("/le-conseil"), press.url("/a"))
    for number, link in enumerate(("/a", "/le-conseil")):
        press.serves(f"/{number}", rss("Autre", item("Un tout autre titre ici", press.url(link))))
        other = add_source(press.url(f"/{number}"), now=NOW)
        assert refresh(other.pk, now=NOW, reader=reader).unchanged == 1
    assert Article.objects.count() == 1


def test_an_address_that_another_article_has_is_not_taken(press: Press, reader: Reader) -> None:
    for path in ("/a", "/b"):
        serve(press, path, '<link rel="canonical" href="/same">')
    thin(press, reader, "/a", "/b")
    assert look(policy(), reader=reader) == 2
    addresses = set(Article.objects.values_list("canonical_url", flat=True))
    assert press.url("/same") in addresses
    assert len(addresses) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_page_that_is_not_for_us_is_given_up(press: Press, reader: Reader, status: int) -> None:
    press.serves("/a", "", status=status)
    thin(press, reader, "/a")
    assert look(policy(), reader=reader) == 0
    assert Article.objects.get().page_due_at is None


def test_a_page_that_does_not_answer_is_asked_twice_more(press: Press, reader: Reader) -> None:
    press.serves("/a", "", status=503)
    thin(press, reader, "/a")
    for hours in (1, 6):
        look(policy(), reader=reader)
        due = Article.objects.get().page_due_at
        assert due is not None
        assert timedelta(hours=hours - 0.1) < due - timezone.now() < timedelta(hours=hours + 0.1)
        Article.objects.update(page_due_at=timezone.now())
    look(policy(), reader=reader)
    assert Article.objects.get().page_due_at is None
    assert len(press.visits("/a")) == 3


def test_a_host_that_is_down_is_not_asked_for_its_other_pages(press: Press, reader: Reader) -> None:
    for path in ("/a", "/b", "/c"):
        press.breaks_off(path)
    thin(press, reader, "/a", "/b", "/c")
    look(policy(), reader=reader)
    assert sum(len(press.visits(path)) for path in ("/a", "/b", "/c")) == 1
    assert due_pages(timezone.now()) == []
    assert len(due_pages(timezone.now() + timedelta(hours=2))) == 3


def test_a_page_on_a_private_host_is_refused(press: Press, reader: Reader, settings: Any) -> None:
    serve(press, "/a")
    thin(press, reader, "/a")
    settings.MAILER_ALLOW_PRIVATE = []
    assert look(policy(), reader=reader) == 0
    assert not press.visits("/a")


def test_no_page_is_begun_after_the_end(press: Press, reader: Reader) -> None:
    serve(press, "/a")
    thin(press, reader, "/a")
    assert look(policy(), until=time.monotonic() - 1, reader=reader) == 0
    assert not press.visits("/a")


def test_the_clock_visits_what_is_due_and_then_the_pages(press: Press) -> None:
    serve(press, "/a")
    press.serves("/feed", rss("Le Matin", item(TITLE, press.url("/a"), date="")))
    add_source(press.url("/feed"))
    assert refresh_due(30) is False
    assert Article.objects.get().lead == LEAD
