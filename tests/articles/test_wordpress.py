import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mailer.articles import wordpress
from mailer.articles.feed import Entry, ParsedFeed
from mailer.articles.parse import parse
from mailer.errors import ParseError
from tests.shared import needs_shared_data, shared

POSTS = "https://h.ma/wp-json/wp/v2/posts"


def post(**members: Any) -> dict[str, Any]:
    """A post as WordPress 6 answers it, embedded as we ask."""
    return {
        "id": 1609,
        "date": "2025-05-21T07:00:00",
        "date_gmt": "2025-05-21T06:00:00",
        "modified_gmt": "2025-05-21T06:20:00",
        "link": "https://h.ma/?p=1609",
        "title": {"rendered": "Les &#8220;lions&#8221; de l&rsquo;Atlas"},
        "excerpt": {"rendered": "<p>Un chapeau qui dit tout ce qu'il faut. [&hellip;]</p>\n"},
        "content": {"rendered": "<p>Un chapeau qui dit tout ce qu'il faut.</p><p>La suite.</p>"},
        "_embedded": {
            "author": [{"name": "Amina Idrissi"}],
            "wp:featuredmedia": [{"source_url": "https://h.ma/i.jpg"}],
            "wp:term": [[{"name": "Société"}], [{"name": "MRE"}]],
        },
    } | members


def read(document: object) -> ParsedFeed:
    return parse(json.dumps(document).encode(), content_type="application/json", url=POSTS)


def only(**members: Any) -> Entry:
    (entry,) = read([post(**members)]).entries
    return entry


def test_a_post_is_an_entry_by_its_gmt_dates_its_terms_and_what_is_embedded() -> None:
    """press-rules, WordPress: `*_gmt` dates, entities in titles, `[&hellip;]` after excerpts."""
    entry = only()
    assert entry.title == "Les “lions” de l’Atlas"
    assert entry.lead == "Un chapeau qui dit tout ce qu'il faut."
    assert entry.published_at == datetime(2025, 5, 21, 6, tzinfo=UTC)
    assert entry.updated_at == datetime(2025, 5, 21, 6, 20, tzinfo=UTC)
    assert (entry.guid, entry.canonical_url) == ("1609", "https://h.ma/?p=1609")
    assert (entry.author, entry.image_url) == ("Amina Idrissi", "https://h.ma/i.jpg")
    assert entry.categories == ("Société", "MRE")
    assert entry.body.endswith("La suite.")


@pytest.mark.parametrize(
    ("members", "language"),
    [
        ({"lang": "ar"}, "ar"),
        ({"link": "https://h.ma/en/lions/"}, "en"),
        ({"link": "https://h.ma/lions/?lang=ar"}, "ar"),
        ({"_embedded": {"wp:term": [[{"name": "العربية"}]]}}, "ar"),
        ({"link": "https://h.ma/de/lions/"}, "fr"),
        ({}, "fr"),
    ],
)
def test_the_language_is_the_categorys_or_the_addresss_then_the_texts(
    members: dict[str, Any], language: str
) -> None:
    """press-rules, WordPress: the language comes from the category or URL setting, then text."""
    assert only(**members).language == language


def test_a_post_that_is_of_no_type_it_should_be_harms_nothing() -> None:
    odd: dict[str, Any] = {
        "title": {"rendered": None},
        "link": 7,
        "_embedded": {
            "author": [None, {"name": []}],
            "wp:term": [None, [7]],
            "wp:featuredmedia": 3,
        },
        "excerpt": [],
        "date_gmt": False,
    }
    entry = only(**odd)
    assert (entry.title, entry.author, entry.categories) == (
        "Un chapeau qui dit tout ce qu'il faut. La suite.",
        "",
        (),
    )


def test_what_is_asked_for_names_what_is_embedded_and_since_when() -> None:
    """press-rules, WordPress: per_page=100, _embed, modified_after, orderby=modified."""
    asked = "per_page=100&_embed=author,wp:featuredmedia,wp:term&orderby=modified"
    assert wordpress.posts(POSTS, since=None) == f"{POSTS}?{asked}"
    since = datetime(2025, 5, 21, 6, 30, tzinfo=UTC)
    assert wordpress.posts(f"{POSTS}?lang=ar", since=since) == (
        f"{POSTS}?lang=ar&{asked}&order=asc&modified_after=2025-05-21T05:30:00Z"
    )


@pytest.mark.parametrize(
    ("url", "endpoint", "feed", "root"),
    [
        (
            "https://h.ma/wp-json",
            POSTS,
            "https://h.ma/feed/",
            "https://h.ma/wp-json/?_fields=name,namespaces",
        ),
        (
            "https://h.ma/ar/wp-json/wp/v2/posts?lang=ar&page=2#x",
            "https://h.ma/ar/wp-json/wp/v2/posts?lang=ar",
            "https://h.ma/ar/feed/?lang=ar",
            "https://h.ma/ar/wp-json/?_fields=name,namespaces",
        ),
        (
            "https://h.ma/?rest_route=/",
            "https://h.ma/?rest_route=/wp/v2/posts",
            "https://h.ma/feed/",
            "https://h.ma/?rest_route=/&_fields=name,namespaces",
        ),
    ],
)
def test_the_addresses_of_a_site_follow_from_one(
    url: str, endpoint: str, feed: str, root: str
) -> None:
    assert wordpress.endpoint(url) == endpoint
    assert wordpress.endpoint(endpoint) == endpoint
    assert (wordpress.feed_of(endpoint), wordpress.root_of(endpoint)) == (feed, root)


@pytest.mark.parametrize(
    "url", ["https://h.ma/feed/", "https://h.ma/wp-json/wp/v2/pages", "https://h.ma/?rest_route=/x"]
)
def test_another_address_is_no_interface(url: str) -> None:
    assert wordpress.endpoint(url) == ""


def test_a_site_says_how_it_is_called_and_nothing_new_is_no_fault() -> None:
    assert read({"name": "Hespress &amp; Cie", "namespaces": ["wp/v2"]}).title == "Hespress & Cie"
    assert read([]).entries == ()


@pytest.mark.parametrize("document", [[1], ["x"], {"code": "rest_disabled"}, [{"title": "x"}]])
def test_other_json_is_told_apart(document: object) -> None:
    with pytest.raises(ParseError, match="no JSON Feed"):
        read(document)


@needs_shared_data
def test_the_posts_of_real_sites_are_read() -> None:
    entries = [
        entry
        for name in ("en_softconcis_posts.json", "fr_steacep_post_1691.json")
        for entry in parse(
            shared(f"wordpress/{name}").read_bytes(), content_type="", url=POSTS
        ).entries
    ]
    assert len(entries) > 2
    assert all(e.title and e.canonical_url and e.published_at and e.language for e in entries)
    assert not any("[" in e.lead[-8:] or "&#" in e.title for e in entries)
