"""Whatever the open web answers: refused or cleaned, in a sentence, and the next one is read."""

import gzip
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailer.articles.models import Article, Source
from mailer.articles.reader import Reader
from mailer.articles.refresh import FetchReport, add_source, refresh, refresh_many
from tests.fakes.feeds import Press, item, rss

pytestmark = pytest.mark.django_db

GOOD = rss("Le Matin", item("Le Conseil ouvre ses portes à Rabat", "https://lematin.example/1"))
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {x} "{f"&{y};" * 10}">' for x, y in zip("bcdefghi", "abcdefgh", strict=True)
    )
    + "]><rss><channel><title>&i;</title></channel></rss>"
)


@pytest.fixture(autouse=True)
def _reachable(press: Press, settings: Any) -> None:
    settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{press.port}", f"localhost:{press.port}"]


def said(report: FetchReport) -> str:
    return report.error["id"] % report.error["values"] if report.error else ""


#: What each address does, and what is said of it. A feed of nothing but depth ends its reader or is
#: read as an empty one, as the machine's memory has it.
HOSTILE: dict[str, tuple[Callable[[Press, str], None], str]] = {
    "/entities": (lambda press, path: press.serves(path, LAUGHS), "XML entities"),
    "/gzip-bomb": (lambda press, path: press.bombs(path), "larger than 5 MB"),
    "/gzip-file": (
        lambda press, path: press.serves(path, gzip.compress(b" " * 50_000_000, 1)),
        "larger than 5 MB",
    ),
    "/fifty-megabytes": (lambda press, path: press.serves(path, b"x" * 50_000_000), "5 MB"),
    "/endless": (lambda press, path: press.pours(path), "larger than 5 MB"),
    "/loop": (lambda press, path: press.redirects(path, path), "more than 5 times"),
    "/to-private": (lambda press, path: press.redirects(path, "http://10.0.0.1/"), "public"),
    "/to-mapped": (lambda press, path: press.redirects(path, "http://[::ffff:a00:1]/"), "public"),
    "/to-decimal": (lambda press, path: press.redirects(path, "http://167772161/"), "public"),
    "/to-ipv6": (lambda press, path: press.redirects(path, "http://[fd00::1]/"), "public"),
    "/to-metadata": (
        lambda press, path: press.redirects(path, "http://169.254.169.254/latest/"),
        "public",
    ),
    "/to-file": (lambda press, path: press.redirects(path, "file:///etc/passwd"), "not on the web"),
    "/to-script": (lambda press, path: press.redirects(path, "javascript:x()"), "not on the web"),
    "/half": (lambda press, path: press.breaks_off(path), "broke off"),
    "/noise": (lambda press, path: press.serves(path, bytes(range(256)) * 999), "neither RSS"),
    "/nul": (lambda press, path: press.serves(path, b"\x00" * 5000), "answered with nothing"),
    "/deep": (lambda press, path: press.serves(path, "<rss>" + "<a>" * 300_000), ""),
}


def test_each_is_refused_in_a_sentence_and_the_next_source_is_read(
    press: Press, reader: Reader
) -> None:
    for path, (behave, _) in HOSTILE.items():
        behave(press, path)
    press.serves("/good", GOOD)
    paths = [*HOSTILE, "/good"]
    sources = {add_source(press.url(path)).pk: path for path in paths}
    reports = {sources[r.source]: r for r in refresh_many(sources, reader=reader)}
    assert set(reports) == set(paths)
    for path, (_, says) in HOSTILE.items():
        assert reports[path].new == 0, path
        assert says in said(reports[path]), path
    assert reports["/good"].new == 1
    assert not Source.objects.exclude(claimed_until=None).exists()


def test_a_byte_a_second_costs_its_own_time_alone(
    press: Press, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailer.articles import refresh as refreshing

    short = refreshing.policy()
    hasty = type(short)(short.user_agent, short.allowed, 0.5)
    monkeypatch.setattr(refreshing, "policy", lambda: hasty)
    press.dawdles("/drip")
    press.serves("/good", GOOD)
    drip = add_source(press.url("/drip"))
    good = add_source(press.url("/good", "localhost"))
    first, second = refresh_many([drip.pk, good.pk], reader=reader)
    assert (first.source, first.new) == (good.pk, 1)
    assert "took longer" in said(second)


def test_a_name_that_turns_private_is_refused_when_it_is_reached(
    press: Press, reader: Reader, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was public when it was added; the next answer of its DNS is our own network."""
    settings.MAILER_ALLOW_PRIVATE = []
    press.serves("/feed", GOOD)
    source = add_source(f"http://lematin.example:{press.port}/feed")
    for address in ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"):
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, press.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, answer=answer, **__: answer)
        report = refresh(source.pk, force=True, reader=reader)
        assert "not on the public internet" in said(report), address
    assert not press.visits("/feed")


def taken(press: Press, reader: Reader, *items: str) -> list[Article]:
    """The articles that come of a feed of these entries."""
    press.serves("/feed", rss("Le Matin", *items))
    refresh(add_source(press.url("/feed")).pk, reader=reader)
    return list(Article.objects.order_by("pk"))


def test_scripts_markup_and_invisible_signs_stay_outside(press: Press, reader: Reader) -> None:
    hostile = (
        "<b>Le</b> <script>alert(1)</script>ministre\u202e"
        "<img src=x onerror=alert(1)>\x00 &lt;i&gt;parle&lt;/i&gt;"
    )
    (article,) = taken(
        press,
        reader,
        item(
            hostile,
            "https://lematin.example/1",
            guid=f"<x>{hostile}",
            lead=hostile,
            extra=f"<category>{'<![CDATA['}{hostile.replace(chr(0), '')}]]></category>"
            "<author>&lt;a href='javascript:x()'&gt;Amina&lt;/a&gt;</author>",
        ),
    )
    for text in (article.title, article.lead, article.body, article.author, *article.categories):
        assert "<" not in text
        assert "alert" not in text
        assert "\u202e" not in text
        assert "\x00" not in text
    assert article.title == "Le ministre parle"
    assert article.author == "Amina"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_a_link_that_is_none_is_no_article(press: Press, reader: Reader, link: str) -> None:
    good = item("Le Conseil ouvre ses portes", "https://lematin.example/1")
    (article,) = taken(press, reader, item("Le titre", link), good)
    assert article.url == "https://lematin.example/1"


def test_ten_thousand_entries_with_one_guid_are_told_apart_by_their_addresses(
    press: Press, reader: Reader
) -> None:
    """press-rules, Identity: guids are abandoned when more than 5 % are bad."""
    many = (item(f"Titre {n}", f"https://h.example/{n}", guid="same") for n in range(10_000))
    articles = taken(press, reader, *many)
    assert len(articles) == 1000  # as many as one visit takes
    assert len({article.guid for article in articles}) == 1000


def test_dates_of_1970_and_2099_are_no_dates(press: Press, reader: Reader) -> None:
    articles = taken(
        press,
        reader,
        item("Le zéro des machines", date="Thu, 01 Jan 1970 00:00:00 GMT"),
        item("La fin du siècle", date="Thu, 31 Dec 2099 00:00:00 GMT"),
    )
    for article in articles:
        assert article.dated is False
        assert abs(article.published_at - timezone.now()) < timedelta(minutes=5)
