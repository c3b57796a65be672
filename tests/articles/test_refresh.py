import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from mailer.articles import visit as visiting
from mailer.articles.models import Article, Source
from mailer.articles.reader import Reader
from mailer.articles.refresh import FetchReport, add_source, due_sources, refresh
from mailer.errors import NotFound
from tests.fakes.feeds import Press, item, rss
from tests.people import WEDNESDAY as NOW

pytestmark = pytest.mark.django_db

needs_parallel_connections = pytest.mark.usefixtures("_parallel")

HEADLINE = item("Le Conseil ouvre ses portes à Rabat", guid="1", lead="Un début.")


@pytest.fixture(autouse=True)
def _reachable(press: Press, settings: Any) -> None:
    """The press of these tests is on loopback, which this installation lets be reached."""
    settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{press.port}"]


@pytest.fixture
def _parallel() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("an in-memory SQLite locks whole tables: the test database is to be a file")


def visit(source: Source, reader: Reader, after: timedelta = timedelta()) -> FetchReport:
    report = refresh(source.pk, now=NOW + after, force=True, reader=reader)
    source.refresh_from_db()
    return report


def test_new_articles_come_in_and_are_known_the_next_time(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin", HEADLINE, item("Sans date", guid="2", date="")))
    source = add_source(press.url("/feed"), now=NOW)
    assert due_sources(NOW) == [source.pk]
    assert visit(source, reader) == FetchReport(source.pk, source.url, new=2)
    assert (source.title, source.state, source.last_status) == ("Le Matin", "active", 200)
    assert due_sources(NOW) == []
    assert due_sources(NOW + timedelta(hours=2)) == [source.pk]
    article, undated = Article.objects.order_by("guid")
    assert (article.title, article.outlet) == ("Le Conseil ouvre ses portes à Rabat", "Le Matin")
    assert (article.language, article.lead, article.dated) == ("fr", "Un début.", True)
    assert (undated.dated, undated.published_at, undated.first_seen_at) == (False, NOW, NOW)
    assert visit(source, reader).unchanged == 2


def test_a_corrected_article_is_updated_and_not_new_again(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin", HEADLINE))
    source = add_source(press.url("/feed"), now=NOW)
    visit(source, reader)
    press.serves("/feed", rss("Le Matin", HEADLINE.replace("Un début", "Corrigé")))
    report = visit(source, reader, timedelta(hours=1))
    assert (report.new, report.updated) == (0, 1)
    article = Article.objects.get()
    assert (article.lead, article.first_seen_at) == ("Corrigé.", NOW)
    assert article.changed_at == NOW + timedelta(hours=1)


def test_an_article_that_two_sources_bring_is_one_article(press: Press, reader: Reader) -> None:
    press.serves("/a", rss("Le Matin", HEADLINE))
    press.serves("/b", rss("Google", HEADLINE.replace(">1<", ">99<")))
    first, second = (add_source(press.url(path), now=NOW) for path in ("/a", "/b"))
    assert visit(first, reader).new == 1
    report = visit(second, reader)
    assert (report.new, report.updated, report.unchanged) == (0, 0, 1)
    assert Article.objects.get().outlet == "Le Matin"


def test_an_unchanged_feed_is_not_read_again(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin", HEADLINE), etag='"1"')
    source = add_source(press.url("/feed"), now=NOW)
    visit(source, reader)
    assert visit(source, reader) == FetchReport(source.pk, source.url, unchanged=1)
    assert source.last_status == 304
    assert press.visits("/feed")[1].headers["if-none-match"] == '"1"'


def test_the_outlet_is_called_as_staff_call_the_source(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin - toute l'actualité - RSS", HEADLINE))
    source = add_source(press.url("/feed"), title="Le Matin", now=NOW)
    visit(source, reader)
    assert Article.objects.get().outlet == "Le Matin"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/none", "(404)"),
        ("/page", "/rss"),
        ("/empty", "nothing"),
        ("/bomb", "larger than 5 MB"),
        ("/entities", "XML entities"),
        ("/noise", "neither RSS"),
        ("/private", "MAILER_ALLOW_PRIVATE"),
        ("/tired", "(429)"),
        ("/nameless", "both a title and an address"),
    ],
)
def test_a_source_that_fails_says_why_and_is_tried_later(
    press: Press, reader: Reader, path: str, says: str
) -> None:
    page = "<html><link rel=alternate type=application/rss+xml href=/rss>"
    press.serves("/page", page, content_type="text/html")
    press.serves("/empty", "")
    press.bombs("/bomb")
    press.serves("/entities", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>')
    press.serves("/noise", b"\x07noise" * 800_000)
    press.redirects("/private", "http://10.0.0.1/")
    press.serves("/tired", "", status=429, Retry_After="7200")
    press.serves("/nameless", rss("Le Matin", "<item><description>x</description></item>"))
    source = add_source(press.url(path), now=NOW)
    report = visit(source, reader)
    assert report.error is not None
    assert says in report.error["id"] % report.error["values"]
    assert source.error == report.error
    assert (source.failures, source.claimed_until) == (1, None)
    assert NOW + timedelta(minutes=15) <= source.next_fetch_at <= NOW + timedelta(hours=24)
    press.serves(path, rss("Le Matin", HEADLINE))
    assert visit(source, reader).new == 1
    assert (source.error, source.failures) == (None, 0)


def test_a_source_that_is_gone_is_not_due_again(press: Press, reader: Reader) -> None:
    press.serves("/feed", "", status=410)
    source = add_source(press.url("/feed"), now=NOW)
    visit(source, reader)
    assert source.state == "gone"
    assert due_sources(NOW + timedelta(days=30)) == []


def test_a_source_that_moved_three_times_to_the_same_place_is_moved(
    press: Press, reader: Reader
) -> None:
    press.serves("/new", rss("Le Matin", HEADLINE))
    press.redirects("/old", "/new", 301)
    source = add_source(press.url("/old"), now=NOW)
    for _ in range(2):
        visit(source, reader)
        assert source.url == press.url("/old")
    visit(source, reader)
    assert (source.url, source.moved_to, source.moved_count) == (press.url("/new"), "", 0)


def test_a_source_that_moved_onto_another_source_stays(press: Press, reader: Reader) -> None:
    press.serves("/new", rss("Le Matin", HEADLINE))
    press.redirects("/old", "/new", 301)
    add_source(press.url("/new"), now=NOW)
    source = add_source(press.url("/old"), now=NOW)
    for _ in range(4):
        visit(source, reader)
    assert source.url == press.url("/old")


def test_a_source_that_is_not_due_is_left_alone(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin", HEADLINE))
    source = add_source(press.url("/feed"), now=NOW + timedelta(hours=1))
    assert refresh(source.pk, now=NOW, reader=reader) == FetchReport(source.pk, source.url)
    assert not press.visits("/feed")


def test_a_file_is_a_source_where_it_is_let_in(tmp_path: Path, reader: Reader) -> None:
    (tmp_path / "feed.xml").write_text(rss("Le Matin", HEADLINE))
    source = add_source((tmp_path / "feed.xml").as_uri(), allow_local=True, now=NOW)
    assert visit(source, reader).new == 1


def test_an_unknown_source_is_not_found() -> None:
    with pytest.raises(NotFound, match="number 404"):
        refresh(404)


def test_a_worker_that_died_leaves_a_claim_that_lapses(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin", HEADLINE))
    source = add_source(press.url("/feed"), now=NOW)
    assert visiting._claim(source, NOW, False)
    report = visit(source, reader, timedelta(minutes=4))
    assert report.error is not None
    assert "at this moment" in report.error["id"]
    assert due_sources(NOW + timedelta(minutes=4)) == []
    assert due_sources(NOW + timedelta(minutes=5)) == [source.pk]
    assert visit(source, reader, timedelta(minutes=6)).new == 1


@needs_parallel_connections
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_slept_past_its_claim_notes_nothing(press: Press, reader: Reader) -> None:
    source = add_source(press.url("/feed"), now=NOW)
    theirs = NOW + timedelta(minutes=30)

    def overtake(handler: Any) -> None:
        Source.objects.filter(pk=source.pk).update(claimed_until=theirs)
        connection.close()
        handler.answer(404, b"")

    press.does("/feed", overtake)
    visit(source, reader)
    assert (source.claimed_until, source.error, source.failures) == (theirs, None, 0)


@needs_parallel_connections
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_one_source_fetch_it_once(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin", HEADLINE))
    source = add_source(press.url("/feed"), now=NOW)
    reports: list[FetchReport] = []

    def work() -> None:
        reports.append(refresh(source.pk, now=NOW, reader=reader))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(press.visits("/feed")) == 1
    assert sorted(report.new for report in reports) == [0, 0, 0, 1]
    assert Article.objects.count() == 1


@needs_parallel_connections
@pytest.mark.django_db(transaction=True)
def test_workers_that_bring_the_same_articles_from_several_sources_store_them_once(
    press: Press, reader: Reader
) -> None:
    headlines = [item(f"Une histoire assez longue numéro {n}", guid=str(n)) for n in range(20)]
    sources = []
    for number in range(4):
        order = headlines if number % 2 else reversed(headlines)
        press.serves(f"/{number}", rss(f"Titre {number}", *order))
        sources.append(add_source(press.url(f"/{number}"), now=NOW))
    reports: list[FetchReport] = []

    def work(source: Source) -> None:
        reports.append(refresh(source.pk, now=NOW, reader=reader))
        connection.close()

    workers = [threading.Thread(target=work, args=[source]) for source in sources]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [report.error for report in reports] == [None] * 4
    assert sum(report.new for report in reports) == 20
    assert Article.objects.count() == 20
