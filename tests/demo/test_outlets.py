"""The sample newspapers, as our own reader of feeds reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from mailer.articles.parse import parse
from mailer.demo.outlets import Outlet, Site, outlets, pages

SITE = Site("http://127.0.0.1:8123", datetime(2025, 5, 12, 8, tzinfo=UTC))


def test_there_are_a_dozen_articles_and_every_form_of_feed_in_each_language() -> None:
    for language in ("fr", "ar", "en"):
        ours = [outlet for outlet in outlets() if outlet.language == language]
        assert {outlet.format for outlet in ours} == {"rss", "atom", "json"}
        assert 12 <= sum(len(outlet.pieces) for outlet in ours) <= 14


@pytest.mark.parametrize("outlet", outlets(), ids=lambda outlet: outlet.slug)
def test_a_feed_is_read_whole(outlet: Outlet) -> None:
    content_type, text = pages(SITE)[outlet.path]

    feed = parse(text.encode(), url=SITE.url + outlet.path, content_type=content_type)

    assert [entry.title for entry in feed.entries] == [piece.title for piece in outlet.pieces]
    for entry, piece in zip(feed.entries, outlet.pieces, strict=True):
        assert entry.url == f"{SITE.url}/{outlet.slug}/{piece.slug}"
        assert entry.published_at == SITE.since - timedelta(hours=piece.hours)
        assert entry.language == outlet.language


def test_one_dispatch_is_carried_by_two_newspapers_of_a_language() -> None:
    for language in ("fr", "ar", "en"):
        titles = [
            piece.title
            for outlet in outlets()
            if outlet.language == language
            for piece in outlet.pieces
        ]
        assert len(titles) - len(set(titles)) == 1


def test_no_two_articles_share_an_address() -> None:
    addresses = [(outlet.slug, piece.slug) for outlet in outlets() for piece in outlet.pieces]

    assert len(addresses) == len(set(addresses))
