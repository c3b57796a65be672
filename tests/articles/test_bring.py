"""Visits to sites of every kind, over HTTP."""

import json
from typing import Any

import pytest

from mailer.articles.models import Article, Kind, Source
from mailer.articles.reader import Reader
from mailer.articles.refresh import FetchReport, add_source, refresh
from tests.articles.test_wordpress import post
from tests.fakes.feeds import Press, item, rss
from tests.people import WEDNESDAY as NOW

pytestmark = pytest.mark.django_db

HEADLINE = item("Le Conseil ouvre ses portes à Rabat", guid="1", lead="Un début.")
POSTS = "/wp-json/wp/v2/posts"


@pytest.fixture(autouse=True)
def _reachable(press: Press, settings: Any) -> None:
    settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{press.port}"]


def visit(source: Source, reader: Reader) -> FetchReport:
    report = refresh(source.pk, now=NOW, force=True, reader=reader)
    source.refresh_from_db()
    return report


def wordpress(press: Press, *posts: dict[str, Any], name: str = "Hespress") -> None:
    press.serves(POSTS, json.dumps(posts), content_type="application/json")
    root = {"name": name, "namespaces": ["wp/v2"]}
    press.serves("/wp-json/", json.dumps(root), content_type="application/json")


def said(report: FetchReport) -> str:
    assert report.error is not None
    return report.error["id"] % report.error["values"]


def test_a_wordpress_is_read_by_its_interface_and_asked_for_changes_the_next_time(
    press: Press, reader: Reader
) -> None:
    wordpress(press, post(link=press.url("/lions/")))
    source = add_source(press.url("/wp-json/"), now=NOW)
    assert visit(source, reader).new == 1
    assert (source.title, source.kind) == ("Hespress", Kind.WORDPRESS)
    article = Article.objects.get()
    assert (article.outlet, article.categories) == ("Hespress", ["Société", "MRE"])
    assert visit(source, reader).unchanged == 1
    first, second = press.visits(POSTS)
    assert "modified_after" not in first.query
    assert "modified_after=2025-05-21T05:20:00Z" in second.query
    assert len(press.visits("/wp-json/")) == 1  # its name is asked for once
    assert Article.objects.get().outlet == "Hespress"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_closed_interface_is_passed_by_for_the_feed(
    press: Press, reader: Reader, status: int
) -> None:
    """press-rules, WordPress: on 401/403/404 fall back to `/feed/`."""
    press.serves(POSTS, '{"code": "rest_forbidden"}', status=status)
    press.serves("/feed/", rss("Hespress", HEADLINE))
    source = add_source(press.url(POSTS), now=NOW)
    assert visit(source, reader) == FetchReport(source.pk, source.url, new=1)
    assert (source.title, source.kind) == ("Hespress", Kind.WORDPRESS)


def test_a_closed_interface_without_a_feed_says_so(press: Press, reader: Reader) -> None:
    press.serves(POSTS, "{}", status=403)
    assert "(404)" in said(visit(add_source(press.url(POSTS), now=NOW), reader))


def test_posts_too_large_for_one_answer_are_asked_for_in_smaller_ones(
    press: Press, reader: Reader
) -> None:
    wordpress(press)
    few = json.dumps([post(link=press.url("/lions/"))]).encode()

    def behave(handler: Any) -> None:
        many = "per_page=100" in handler.path
        handler.answer(200, b" " * 5_000_001 if many else few)

    press.does(POSTS, behave)
    assert visit(add_source(press.url(POSTS), now=NOW), reader).new == 1


def test_a_site_is_read_by_what_it_names(press: Press, reader: Reader) -> None:
    press.serves("/", '<html><link rel="alternate" type="application/rss+xml" href="/flux.xml">')
    press.serves("/flux.xml", rss("Le Matin", HEADLINE))
    source = add_source(press.url("/"), now=NOW)
    assert visit(source, reader).new == 1
    assert (source.url, source.title) == (press.url("/flux.xml"), "Le Matin")
    assert visit(source, reader).unchanged == 1


def test_a_wordpress_site_is_read_by_its_interface_before_its_feed(
    press: Press, reader: Reader
) -> None:
    wordpress(press, post(link=press.url("/lions/")))
    press.serves(
        "/",
        '<html><link rel="alternate" type="application/rss+xml" href="/feed/">'
        '<link rel="https://api.w.org/" href="/wp-json/">',
    )
    press.serves("/feed/", rss("Hespress", HEADLINE))
    source = add_source(press.url("/"), now=NOW)
    assert visit(source, reader).new == 1
    assert (source.url, source.kind) == (press.url(POSTS), Kind.WORDPRESS)


@pytest.mark.parametrize("place", ["/feed/", "/rss", "/"])
def test_a_site_that_names_nothing_is_tried_at_the_usual_places(
    press: Press, reader: Reader, place: str
) -> None:
    """press-rules, Parse: autodiscovery, then `/feed/`, `/rss`, `/?feed=rss2`, `/wp-json/`."""
    feed = rss("Le Matin", HEADLINE).encode()

    def behave(handler: Any) -> None:
        handler.answer(200, feed if "feed=rss2" in handler.path else b"<html><title>Le Matin")

    press.does("/", behave)
    if place != "/":
        press.serves(place, feed)
    source = add_source(press.url("/"), now=NOW)
    assert visit(source, reader).new == 1
    assert source.url == press.url(place) + ("?feed=rss2" if place == "/" else "")


def test_a_feed_that_becomes_a_page_for_a_day_keeps_its_address(
    press: Press, reader: Reader
) -> None:
    press.serves("/feed", rss("Le Matin", HEADLINE))
    source = add_source(press.url("/feed"), now=NOW)
    visit(source, reader)
    page = '<html>En travaux<link rel="alternate" type="application/rss+xml" href="/other">'
    press.serves("/feed", page, content_type="text/html")
    press.serves("/other", rss("Autre", HEADLINE))
    assert "a web page" in said(visit(source, reader))
    assert source.url == press.url("/feed")
    assert not press.visits("/other")


def test_a_site_whose_feed_is_a_source_already_says_which(press: Press, reader: Reader) -> None:
    press.serves("/feed/", rss("Le Matin", HEADLINE))
    press.serves("/", "<html><title>Le Matin</title>", content_type="text/html")
    first = add_source(press.url("/feed/"), now=NOW)
    second = add_source(press.url("/"), now=NOW)
    assert f"source {first.pk} already" in said(visit(second, reader))
    assert second.url == press.url("/")
    assert not Article.objects.exists()
