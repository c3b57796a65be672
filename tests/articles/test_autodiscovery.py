import pytest

from mailer.articles.autodiscovery import guesses, is_page, named
from tests.shared import needs_shared_data, shared


def test_the_feeds_of_a_page_are_named_those_of_comments_last() -> None:
    page = """<html><head><base href="https://h.ma/x/">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
      <LINK REL='alternate' TYPE='application/atom+xml; charset=utf-8' HREF='atom.xml'>
      <link rel="alternate" type="application/json" href="https://h.ma/wp-json/wp/v2/pages/2">
      <link rel="alternate" hreflang="ar" href="/ar/">
      <link rel="alternate" type="application/feed+json" href="javascript:x()">
      <link rel="alternate" type="application/rss+xml" href=""></head>"""
    assert named(page, "https://other.ma/").feeds == [
        "https://h.ma/x/atom.xml",
        "https://h.ma/comments/feed/",
    ]


def test_markup_that_nobody_knows_hides_no_feed() -> None:
    page = "<html><![CDA x]><link rel=alternate type=application/rss+xml href=/r\x00ss>"
    assert named(page, "https://h.ma/").feeds == ["https://h.ma/rss"]


def test_the_interface_of_a_wordpress_is_named_too() -> None:
    page = '<html><head><link rel="https://api.w.org/" href="/ar/wp-json/">'
    assert named(page, "https://h.ma/").api == "https://h.ma/ar/wp-json/"


def test_where_a_page_names_no_feed_the_usual_places_are_tried() -> None:
    """press-rules, Parse: autodiscovery, then `/feed/`, `/rss`, `/?feed=rss2`, `/wp-json/`."""
    assert guesses("https://h.ma/") == [
        "https://h.ma/feed/",
        "https://h.ma/rss",
        "https://h.ma/?feed=rss2",
        "https://h.ma/wp-json/",
    ]
    assert guesses("https://h.ma/ar/")[:3] == [
        "https://h.ma/ar/feed/",
        "https://h.ma/ar/rss",
        "https://h.ma/feed/",
    ]


def test_a_feed_is_no_page() -> None:
    assert is_page("<!DOCTYPE html><html>")
    assert not is_page("<?xml version='1.0'?><feed></feed>")


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("codehollow_codehollow.html", "feed"),
        ("codehollow_theverge.html", "/rss/index.xml"),
        ("sismics_ploum.html", "feed"),
    ],
)
def test_real_pages_name_their_feeds(name: str, feed: str) -> None:
    page = shared(f"autodiscovery/{name}").read_text(encoding="utf-8", errors="replace")
    assert feed in named(page, "https://site.example/").feeds[0]
