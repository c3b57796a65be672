"""The feed of a publication: what a feed reader of ours makes of it, and what RSS 2.0 asks."""

from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from mailer.articles.parse import parse
from mailer.curation.models import Issue, PdfUse, Publication
from mailer.editions import archive
from mailer.editions.compile import online_url
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.printing import print_issue
from mailer.mailings import fanout
from tests.people import WEDNESDAY, article, reader, source
from tests.press import needs_press
from tests.web.rss import faults
from tests.web.staff import approved, drafted, visitor

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def _sent() -> Issue:
    reader("youssef@example.org")
    issue = approved()
    fanout.start(issue.pk, None, WEDNESDAY)
    return issue


def _channel(language: str) -> Any:
    return fromstring(visitor().get(f"/feed/revue-de-presse.{language}.xml").content)[0]


def test_a_sent_number_is_an_entry_in_each_of_its_languages() -> None:
    issue = _sent()
    for language in ("fr", "ar"):
        answer = visitor().get(f"/feed/revue-de-presse.{language}.xml")
        assert answer.headers["Content-Type"].startswith("application/rss+xml")
        read = parse(
            answer.content, content_type=answer.headers["Content-Type"], url="https://x.example/"
        )
        (entry,) = read.entries
        assert entry.url.endswith(f"/archive/revue-de-presse/1/{language}/")
        assert entry.title == " ".join(issue.editions.get(language=language).subject.split())
    assert b"<item>" not in visitor().get("/feed/revue-de-presse.en.xml").content


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_it_is_what_rss_asks_for(language: str, settings: Any) -> None:
    settings.MAILER_URL = "https://press.example"
    issue = _sent()
    channel = _channel(language)
    for name in ("title", "link", "description", "language", "lastBuildDate", "ttl"):
        assert channel.findtext(name), name
    own = channel.find(f"{ATOM}link")
    assert own.get("rel") == "self"
    assert own.get("href") == f"https://press.example/feed/revue-de-presse.{language}.xml"
    (item,) = channel.findall("item")
    guid = item.find("guid")
    assert guid.get("isPermaLink") == "true"
    assert guid.text == item.findtext("link")
    begun = issue.mailings.get().created_at
    assert parsedate_to_datetime(item.findtext("pubDate")) == begun.replace(microsecond=0)
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in item.findtext("description")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_rule_of_rss_is_broken(language: str) -> None:
    article(source("gazette"), "<script>alert(1)</script> & ]]> \x0b «fin»")
    _sent()
    assert faults(visitor().get(f"/feed/revue-de-presse.{language}.xml").content) == []


@pytest.mark.parametrize(
    ("sound", "broken", "fault"),
    [
        ('version="2.0"', 'version="0.91"', "root"),
        ("<title>Revue de presse</title>", "", "channel without title"),
        ("<language>fr</language>", "<language>français</language>", "language"),
        ("<ttl>60</ttl>", "<ttl>une heure</ttl>", "ttl"),
        ('rel="self"', 'rel="alternate"', "no one link to itself"),
        ("<item>", "<item><creator>x</creator>", "unknown creator"),
        ("<item>", "<item><category><b>x</b></category>", "markup in category"),
        ("<item>", "<item><title>x</title>", "title twice"),
        ("<item>", "<item><pubDate>2025-05-21</pubDate>", "date"),
        ("<item>", "<item><pubDate>Mon, 21 May 2025 07:30:00 +0000</pubDate>", "date"),
        ("<item>", "<item><enclosure url='/1.pdf' length='9' type='a/b'/>", "enclosure"),
        ("<item>", "<item><guid>1</guid></item><item>", "guid is no address"),
        ("<item>", "<item></item><item>", "item without title and description"),
        ("</item>", "</item><item><title>x</title><guid>{guid}</guid></item>", "guid twice"),
        ("<item>", "<item><link>/archive/</link>", "link is no address"),
        ('href="http://127', 'href="/a" title="http://127', "atom:link"),
        ('&lt;a href="http://', '&lt;a href="/', "relative address"),
        ("&lt;h3", "&lt;script&gt;&lt;/script&gt;&lt;h3", "active markup"),
    ],
)
def test_a_fault_would_be_seen(sound: str, broken: str, fault: str) -> None:
    issue = _sent()
    raw = visitor().get("/feed/revue-de-presse.fr.xml").content.decode()
    assert sound in raw
    broken = broken.replace("{guid}", online_url(issue, "fr"))
    assert fault in faults(raw.replace(sound, broken, 1).encode())


def test_its_entries_name_the_headlines_and_no_more() -> None:
    _sent()
    told = _channel("fr").find("item").findtext("description")
    assert "Les transferts progressent" in told
    assert "/archive/revue-de-presse/1/fr/#entry-1" in told
    assert "28 milliards" not in told


def test_hostile_headlines_stay_words() -> None:
    article(source("gazette"), "<script>alert(1)</script> & ]]> \x0b «fin»")
    _sent()
    told = _channel("fr").find("item").findtext("description")
    assert "<script>" not in told
    assert "&lt;script&gt;" in told


def test_who_has_it_is_not_sent_it_again() -> None:
    _sent()
    first = visitor().get("/feed/revue-de-presse.fr.xml")
    tag = {"if-none-match": first.headers["ETag"]}
    again = visitor().get("/feed/revue-de-presse.fr.xml", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age" in first.headers["Cache-Control"]


@needs_press
def test_a_pdf_goes_with_its_number() -> None:
    Publication.objects.update(pdf=PdfUse.LINKED)
    reader("youssef@example.org")
    issue = drafted()
    print_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    fanout.start(issue.pk, None, WEDNESDAY)
    file = _channel("fr").find("item").find("enclosure")
    assert file.get("type") == "application/pdf"
    assert file.get("url").endswith("/archive/revue-de-presse/1/fr.pdf")
    assert int(file.get("length")) == issue.editions.get(language="fr").printed.size


def test_a_withdrawn_edition_is_in_no_feed() -> None:
    issue = _sent()
    archive.withdraw(issue.editions.get(language="fr"), WEDNESDAY)
    assert not _channel("fr").findall("item")
    assert _channel("ar").findall("item")


def test_a_draft_is_in_no_feed() -> None:
    drafted()
    assert b"<item>" not in visitor().get("/feed/revue-de-presse.fr.xml").content


@pytest.mark.parametrize("address", ["nothing.fr", "revue-de-presse.de"])
def test_there_is_no_other_feed(address: str) -> None:
    answer = visitor().get(f"/feed/{address}.xml?lang=en")
    assert answer.status_code == 404
    assert 'role="alert"' in answer.content.decode()
