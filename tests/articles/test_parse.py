import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.articles.answers import LARGEST
from mailer.articles.feed import Entry, ParsedFeed, from_json, to_json
from mailer.articles.parse import parse
from mailer.errors import ParseError
from tests.fakes.feeds import item, rss
from tests.shared import SHARED_DATA, needs_shared_data

URL = "https://presse.example/feed"


def read(
    body: str | bytes, content_type: str = "application/rss+xml", hint: str = ""
) -> ParsedFeed:
    raw = body.encode() if isinstance(body, str) else body
    return parse(raw, content_type=content_type, url=URL, hint=hint)


def only(body: str | bytes, content_type: str = "application/rss+xml") -> Entry:
    (entry,) = read(body, content_type).entries
    return entry


def test_an_rss_entry_is_cleaned() -> None:
    entry = only(
        rss(
            "Le Matin",
            item(
                "Les Marocains du monde &amp;amp; la Sécurité sociale | Le Matin",
                "/a?utm_source=rss#x",
                guid="42",
                lead="<p>RABAT, 21 mai (MAP) – Le ministre a annoncé la réforme.</p>"
                "<p>L'article Les Marocains est apparu en premier sur Le Matin.</p>",
                extra="<category>Société &amp;amp; santé</category><category> </category>"
                "<dc:creator>Par Amina Idrissi</dc:creator>"
                '<enclosure url="/a.jpg" type="image/jpeg" length="1"/>',
            ),
        )
    )
    assert entry.title == "Les Marocains du monde & la Sécurité sociale"
    assert entry.lead == "RABAT, 21 mai (MAP) – Le ministre a annoncé la réforme."
    assert entry.body == entry.lead
    assert (entry.author, entry.agency, entry.outlet) == ("Amina Idrissi", "MAP", "Le Matin")
    assert entry.url == "https://presse.example/a?utm_source=rss#x"
    assert entry.canonical_url == "https://presse.example/a"
    assert entry.image_url == "https://presse.example/a.jpg"
    assert entry.categories == ("Société & santé",)
    assert entry.published_at == datetime(2025, 5, 21, 5, tzinfo=UTC)
    assert (entry.guid, entry.language) == ("42", "fr")


def test_an_atom_entry_is_read() -> None:
    entry = only(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Outlet</title>
        <entry><id>tag:x,2025:1</id><title type="html">A &lt;em&gt;title&lt;/em&gt;</title>
        <link rel="self" href="https://presse.example/self"/>
        <link href="https://presse.example/1"/><updated>2025-05-21T08:00:00+02:00</updated>
        <author><name>Grace</name></author><summary>A lead.</summary></entry></feed>"""
    )
    assert (entry.title, entry.url) == ("A title", "https://presse.example/1")
    assert entry.published_at == entry.updated_at == datetime(2025, 5, 21, 6, tzinfo=UTC)


def test_a_feed_in_windows_1256_is_arabic() -> None:
    title = "مجلس الجالية المغربية بالخارج يفتح أبوابه"
    body = rss("هسبريس", item(title)).replace("utf-8", "windows-1256").encode("cp1256")
    entry = only(body, "text/xml; charset=iso-8859-1")
    assert (entry.title, entry.language, entry.outlet) == (title, "ar", "هسبريس")


def test_what_stands_before_the_root_is_dropped() -> None:
    assert (
        only("\n<br />Warning: in /x.php\n" + rss("Le Matin", item("Un titre"))).title == "Un titre"
    )


def test_a_gzipped_file_is_unpacked() -> None:
    packed = gzip.compress(gzip.compress(rss("Le Matin", item("Un titre")).encode()))
    assert only(packed, "application/gzip").title == "Un titre"


def test_a_feed_without_a_well_formed_line_still_gives_its_entries() -> None:
    broken = rss("Fish & Chips", item("Un titre"), item("Deux")).replace("&amp;", "&")[:-40]
    assert [entry.title for entry in read(broken).entries] == ["Un titre", "Deux"]


def test_an_emoji_written_as_two_surrogates_is_one_character() -> None:
    title = (
        "Bravo &#55357;&#56832; les &#xD83C;&#xDDF2;lions&#xD800; &#60;de&#62; l&#99999999;’Atlas"
    )
    body = rss("Le Matin", item("Titre")).replace("Titre", title)
    assert only(body).title == "Bravo 😀 les 🇲lions l’Atlas"


def test_an_undated_entry_has_no_date() -> None:
    assert only(rss("Le Matin", item("Un titre", date=""))).published_at is None
    assert only(rss("Le Matin", item("Un titre", date="bientôt"))).published_at is None


def test_a_moroccan_date_is_understood() -> None:
    entry = only(rss("هسبريس", item("افتتاح مقر مجلس الجالية", date="الأربعاء 21 ماي 2025")))
    assert entry.published_at == datetime(2025, 5, 21, tzinfo=UTC)


def test_an_entry_without_a_title_takes_the_words_of_its_lead() -> None:
    entry = only(rss("Le Matin", item("", "https://presse.example/1", lead="Le début. " * 30)))
    assert entry.title.startswith("Le début. Le début.")
    assert len(entry.title) <= 90


def test_a_lead_that_is_an_address_and_nothing_else_is_none() -> None:
    entry = only(
        rss("Sawt", item("سفير جديد بالرباط", lead="https://presse.example/a-long-address"))
    )
    assert (entry.lead, entry.language) == ("", "ar")


def test_the_outlet_behind_a_search_alert_is_its_host() -> None:
    link = "https://www.google.com/url?url=https://www.hespress.example/a&amp;ct=ga"
    assert only(rss("Google Alert - CCME", item("Un titre", link))).outlet == "hespress.example"


def test_a_feed_asks_for_its_pause() -> None:
    assert read(rss("A", item("Un"), extra="<ttl>120</ttl>")).ttl_minutes == 120
    assert read(rss("A", item("Un"), extra="<ttl>soon</ttl>")).ttl_minutes == 0


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("Le Matin")).entries == ()


def test_no_more_than_a_thousand_entries_are_taken_from_one_visit() -> None:
    feed = read(rss("A", *(item(f"Titre {n}") for n in range(1003))))
    assert (len(feed.entries), feed.dropped) == (1000, 3)


def test_a_feed_comes_back_from_json_as_it_went() -> None:
    feed = read(rss("Le Matin", item("Un titre"), item("Sans date", date="")))
    assert from_json(json.loads(json.dumps(to_json(feed)))) == feed


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "nothing"),
        (b" \n", "nothing"),
        (b"\x1f\x8bgarbage", "damaged"),
        (gzip.compress(b" " * (LARGEST + 1)), "larger than 5 MB"),
        (b"<html><body>Hello", "names no feed"),
        (b"just words", "neither RSS, Atom nor JSON Feed"),
        (bytes(range(256)) * 4000, "neither RSS, Atom nor JSON Feed"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel></channel></rss>', "XML entities"),
        ('<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss/>'.encode("utf-16"), "entities"),
    ],
)
def test_what_is_no_feed_is_refused_in_a_sentence(body: bytes, says: str) -> None:
    with pytest.raises(ParseError) as refusal:
        read(body, "")
    assert says in str(refusal.value)
    assert URL in str(refusal.value)


def test_a_page_is_refused_with_the_feeds_it_names() -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head>'
    with pytest.raises(ParseError, match=r"https://presse\.example/rss"):
        read(page, "text/html")


def _feeds(kind: str) -> list[Path]:
    return sorted((SHARED_DATA / "feeds" / kind).iterdir()) if SHARED_DATA else []


def _is_sound(entry: Entry) -> bool:
    texts = (
        entry.title,
        entry.lead,
        entry.author,
        entry.outlet,
        entry.guid,
        *entry.body.split("\n"),
    )
    dates = [date for date in (entry.published_at, entry.updated_at) if date]
    return (
        all(char.isprintable() or char in "\u00a0\u202f\u200c\u200d" for t in texts for char in t)
        and all(date.utcoffset() is not None for date in dates)
        and entry.language in ("", "fr", "ar", "en")
        and (not entry.url or entry.url.startswith("http"))
    )


@needs_shared_data
@pytest.mark.parametrize("path", _feeds("normal"), ids=lambda path: path.name)
def test_a_real_feed_gives_sound_entries_with_dates_and_addresses(path: Path) -> None:
    entries = read(path.read_bytes(), "").entries
    assert entries
    assert all(_is_sound(entry) and entry.title and entry.canonical_url for entry in entries)
    # One of them is hand-made and undated on purpose.
    assert path.name == "en_heraldsun.rss" or sum(1 for e in entries if e.published_at) * 2 > len(
        entries
    )


@needs_shared_data
@pytest.mark.parametrize("path", _feeds("nasty"), ids=lambda path: path.name)
def test_a_hostile_feed_gives_sound_entries_or_a_sentence(path: Path) -> None:
    try:
        entries = read(path.read_bytes(), "").entries
    except ParseError as refusal:
        entries, said = (), str(refusal)
    else:
        said = URL
    assert URL in said
    assert all(_is_sound(entry) for entry in entries)
