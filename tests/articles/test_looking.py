"""Looking before adding, over HTTP: what an editor who knows nothing of feeds is shown."""

import json
from typing import Any

import pytest

from mailer.articles.looking import Look, look_before_adding, read_article
from mailer.articles.models import Article, Kind, Source
from mailer.articles.reader import Reader
from mailer.articles.refresh import add_source, policy
from mailer.articles.taking import shelf, take, write
from mailer.errors import FetchError, MailerError, ParseError, Refused
from tests.articles.test_wordpress import post
from tests.fakes.feeds import Press, item, rss
from tests.people import WEDNESDAY as NOW

pytestmark = pytest.mark.django_db

NEWEST = item("Le Conseil ouvre ses portes à Rabat", date="Wed, 21 May 2025 06:00:00 +0100")
OLDER = item("La réforme du registre est adoptée", date="Tue, 20 May 2025 06:00:00 +0100")
ARTICLE = {"@type": "NewsArticle", "headline": "Un titre du jour", "description": "Un chapeau."}


@pytest.fixture(autouse=True)
def _reachable(press: Press, settings: Any) -> None:
    settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{press.port}"]


def look(press: Press, reader: Reader, path: str) -> Look:
    return look_before_adding(press.url(path), policy(), reader=reader)


def page(*head: str) -> str:
    return f"<html><head><title>Le Matin</title>{''.join(head)}</head><body>Bonjour</body></html>"


def test_a_feed_shows_what_will_come_the_newest_first(press: Press, reader: Reader) -> None:
    press.serves("/feed", rss("Le Matin", OLDER, NEWEST, item("Sans date", date="")))
    (place,) = look(press, reader, "/feed").places
    assert (place.title, place.language, place.count) == ("Le Matin", "fr", 3)
    assert [entry.title for entry in place.entries][:2] == [
        "Le Conseil ouvre ses portes à Rabat",
        "La réforme du registre est adoptée",
    ]
    assert place.known is None
    assert not Source.objects.exists()
    assert not Article.objects.exists()


def test_a_site_shows_every_place_it_names(press: Press, reader: Reader) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    press.serves("/", page(link.format("/a"), link.format("/b"), link.format("/none")))
    press.serves("/a", rss("Toute l'actualité", NEWEST))
    press.serves("/b", rss("Société", OLDER))
    known = add_source(press.url("/b"), now=NOW)
    first, second = look(press, reader, "/").places
    assert (first.title, first.known) == ("Toute l'actualité", None)
    assert second.known == known


def test_a_wordpress_shows_its_posts(press: Press, reader: Reader) -> None:
    press.serves("/", page('<link rel="https://api.w.org/" href="/wp-json/">'))
    press.serves("/wp-json/wp/v2/posts", json.dumps([post()]), content_type="application/json")
    (place,) = look(press, reader, "/").places
    assert (place.is_wordpress, place.count) == (True, 1)


def test_an_article_is_known_for_one_and_its_sites_feed_is_offered_too(
    press: Press, reader: Reader
) -> None:
    script = f'<script type="application/ld+json">{json.dumps(ARTICLE)}</script>'
    press.serves("/a/1", page(script))
    press.serves("/feed/", rss("Le Matin", NEWEST))
    found = look(press, reader, "/a/1")
    assert found.article is not None
    assert found.article.title == "Un titre du jour"
    assert [place.url for place in found.places] == [press.url("/feed/")]


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("/nothing", FetchError, "404"),
        ("/plain", ParseError, "names no feed"),
        ("/noise", ParseError, "neither RSS"),
    ],
)
def test_what_leads_nowhere_says_so(
    press: Press, reader: Reader, path: str, kind: type[MailerError], says: str
) -> None:
    press.serves("/plain", page())
    press.serves("/noise", "just words", content_type="text/plain")
    with pytest.raises(kind, match=says):
        look(press, reader, path)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "not an address"])
def test_what_is_no_address_of_the_web_is_not_looked_at(url: str, reader: Reader) -> None:
    with pytest.raises(Refused):
        look_before_adding(url, policy(), reader=reader)


def test_a_private_address_is_not_looked_at(reader: Reader) -> None:
    for host in ("10.0.0.1", "[::ffff:10.0.0.1]", "2130706433", "localhost"):
        with pytest.raises(FetchError, match="MAILER_ALLOW_PRIVATE"):
            look_before_adding(f"http://{host}/", policy(), reader=reader)


def test_a_pasted_article_is_taken_once_into_the_section_it_is_for(
    press: Press, reader: Reader
) -> None:
    script = f'<script type="application/ld+json">{json.dumps(ARTICLE)}</script>'
    press.serves("/a/1", page(script))
    facts = read_article(press.url("/a/1"), policy(), reader=reader)
    pasted = shelf(Kind.PAGE, "revue/section", NOW)
    article = take(facts, press.url("/a/1"), pasted, NOW)
    assert (article.title, article.lead) == ("Un titre du jour", "Un chapeau.")
    assert (article.outlet, article.page_due_at) == ("127.0.0.1", None)
    assert shelf(Kind.PAGE, "revue/section", NOW) == pasted
    with pytest.raises(Refused, match="here already"):
        take(facts, press.url("/a/1"), pasted, NOW)


def test_a_page_without_a_title_is_no_article(press: Press, reader: Reader) -> None:
    press.serves("/a", "<html><body></body></html>")
    facts = read_article(press.url("/a"), policy(), reader=reader)
    with pytest.raises(Refused, match="Write its headline"):
        take(facts, press.url("/a"), shelf(Kind.PAGE, "x", NOW), NOW)


def test_what_staff_write_is_their_own_and_may_lead_nowhere() -> None:
    ours = shelf(Kind.STAFF, "revue/section", NOW)
    assert (ours.rights, ours.kind) == ("own", Kind.STAFF)
    words = {"lead": "Un chapeau.", "author": "Salma", "language": "ar", "now": NOW}
    first = write(ours, title="الاسم الجديد", url="", **words)  # type: ignore[arg-type] # the values are of several types
    second = write(ours, title="الاسم الجديد", url="https://h.ma/?utm_source=x", **words)  # type: ignore[arg-type] # the same
    assert (first.url, second.url) == ("", "https://h.ma/")
    assert first.title_key == "الاسم الجديد"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " … "}, "headline"),
        ({"language": "de"}, "languages in use"),
        ({"url": "javascript:alert(1)"}, "no http or https address"),
    ],
)
def test_what_cannot_be_an_article_is_refused(wrong: dict[str, str], says: str) -> None:
    words = {"title": "Un titre", "lead": "", "language": "fr", "url": "", "author": ""} | wrong
    with pytest.raises(Refused, match=says):
        write(shelf(Kind.STAFF, "x", NOW), now=NOW, **words)
