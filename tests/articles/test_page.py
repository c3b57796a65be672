import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mailer.articles.facts import PageFacts, from_json, to_json
from mailer.articles.page import read_page

URL = "https://www.presse.example/a/1"
LINE = "Le Conseil de la communauté marocaine à l'étranger a présenté hier son rapport annuel. "


def page(head: str = "", body: str = "", **members: Any) -> PageFacts:
    """What a page says that has this head and body, and an article in JSON-LD of these members."""
    data = {"@type": "NewsArticle", **members}
    written = json.dumps(data).replace("</", "<\\/")
    script = f'<script type="application/ld+json">{written}</script>' if members else ""
    text = f"<html lang=fr><head>{head}{script}</head><body>{body}</body></html>"
    return read_page(text.encode(), content_type="text/html", url=URL)


def test_json_ld_speaks_before_opengraph_and_opengraph_before_the_page() -> None:
    """press-rules, Enrich: JSON-LD → OpenGraph → trafilatura."""
    graph = (
        '<meta property="og:title" content="Un titre pour les réseaux">'
        '<meta property="og:image" content="/og.jpg">'
        '<meta property="og:site_name" content="Le Matin">'
        '<meta property="article:published_time" content="2025-05-20T08:00:00+01:00">'
        '<meta name="author" content="Par Karim">'
    )
    body = f"<article><h1>Un titre dans la page</h1>{f'<p>{LINE}</p>' * 6}</article>"
    told = page(
        graph, body, headline="Le titre | Le Matin", image=["/ld.jpg"], author={"name": "Amina"}
    )
    assert (told.title, told.author, told.outlet) == ("Le titre", "Amina", "Le Matin")
    assert told.image_url == "https://www.presse.example/ld.jpg"
    assert told.published_at == datetime(2025, 5, 20, 7, tzinfo=UTC)
    graphed = page(graph, body)
    assert (graphed.title, graphed.author) == ("Un titre pour les réseaux", "Karim")
    assert graphed.image_url == "https://www.presse.example/og.jpg"
    bare = page("<title>Un titre dans la page</title>", body)
    assert bare.title == "Un titre dans la page"
    assert bare.lead.startswith("Le Conseil")
    assert LINE.strip() in bare.body
    assert (bare.is_article, told.is_article) == (False, True)


@pytest.mark.parametrize(
    ("members", "paywalled"),
    [
        ({"isAccessibleForFree": False}, True),
        ({"isAccessibleForFree": "False"}, True),
        ({"hasPart": {"isAccessibleForFree": False}}, True),
        ({"isAccessibleForFree": True}, False),
        ({"headline": "x"}, False),
    ],
)
def test_a_paywall_is_known_by_what_the_page_says(members: Any, paywalled: bool) -> None:
    """press-rules, Enrich: paywalls marked from `isAccessibleForFree`."""
    assert page(**members).paywalled is paywalled


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("https://presse.example/un-titre?utm_source=x", "https://presse.example/un-titre"),
        ("/un-titre", "https://www.presse.example/un-titre"),
        ("https://voleur.example/un-titre", URL),
        ("https://presse.example/", URL),
        ("javascript:x()", URL),
        ("", URL),
    ],
)
def test_a_page_names_its_address_on_its_own_domain_only(href: str, canonical: str) -> None:
    """press-rules, Canonical URL: `rel=canonical` only on the same registrable domain."""
    assert page(f'<link rel="canonical" href="{href}">').canonical_url == canonical


def test_two_outlets_under_one_public_suffix_are_two_domains() -> None:
    text = b'<link rel=canonical href="https://autre.co.ma/x">'
    told = read_page(text, content_type="", url="https://presse.co.ma/a")
    assert told.canonical_url == "https://presse.co.ma/a"


def test_the_article_is_found_wherever_the_page_hides_it() -> None:
    article = {
        "@type": ["Thing", "NewsArticle"],
        "headline": "Le titre",
        "datePublished": "2025-05-21",
    }
    script = json.dumps([{"@type": "WebSite"}, {"@graph": [{"@type": "WebPage"}, article]}])
    told = page(f'<script type="application/ld+json">/*<![CDATA[*/{script},/*]]>*/</script>')
    assert told.title == ""  # a comma too many is mended inside, not behind
    told = page(f'<script type="application/ld+json"><!--{script[:-1]},]--></script>')
    assert (told.title, told.published_at) == ("Le titre", datetime(2025, 5, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    "members",
    [
        {"headline": 7, "author": 3, "image": {"url": []}, "datePublished": {}, "keywords": [1]},
        {"headline": ["x"], "author": [None, {"name": {}}], "image": [[]], "publisher": []},
        {"articleBody": [1], "description": {"a": 1}, "hasPart": [None], "articleSection": None},
    ],
)
def test_members_of_another_type_than_they_should_be_are_left_out(members: Any) -> None:
    told = page(**members)
    assert (told.author, told.image_url, told.published_at) == ("", "", None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01\xff" * 1000,
        b"<html>" + b"<div>" * 60_000,
        b"<" * 200_000,
        b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>",
        b"<?xml version='1.0' encoding='utf-16'?><html><p>x</p></html>",
        b"<!DOCTYPE html [<!ENTITY a 'b'>]><p>&a;&a;</p>",
    ],
)
def test_what_is_hardly_a_page_says_nothing_and_harms_nothing(body: bytes) -> None:
    told = read_page(body, content_type="text/html", url=URL)
    assert (told.author, told.published_at, told.paywalled) == ("", None, False)


def test_scripts_and_right_to_left_overrides_do_not_come_through() -> None:
    told = page(
        headline="<script>alert(1)</script>Un \u202etitre\u202c <b>gras</b>\x00",
        description="<img src=x onerror=alert(1)>Un chapeau",
        author={"name": "<a href='javascript:x()'>Amina</a>"},
        image="javascript:alert(1)",
    )
    assert (told.title, told.lead, told.author) == ("Un titre gras", "Un chapeau", "Amina")
    assert told.image_url == ""


def test_the_facts_come_back_from_json_as_they_went() -> None:
    told = page(headline="Le titre", datePublished="2025-05-21", keywords="a, b")
    assert from_json(json.loads(json.dumps(to_json(told)))) == told
    assert told.categories == ("a", "b")
