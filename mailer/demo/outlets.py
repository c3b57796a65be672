"""The sample newspapers, as feeds and pages (pure).

Each feed is written by hand in the form its readers expect: RSS 2.0, Atom (RFC 4287), JSON Feed
1.1. Dates count back from a moment that the caller gives.
"""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from mailer.languages import LANGUAGES

_SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Piece:
    """One invented article, `hours` old."""

    slug: str
    hours: int
    author: str
    title: str
    lead: str
    body: str


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented newspaper: the form of its feed, and the section its articles enter."""

    slug: str
    title: str
    language: str
    format: Literal["rss", "atom", "json"]
    section: str
    pieces: tuple[Piece, ...]

    @property
    def path(self) -> str:
        """Where its feed is."""
        return f"/{self.slug}/feed.{'json' if self.format == 'json' else 'xml'}"


@cache
def outlets() -> tuple[Outlet, ...]:
    """All of them, in the order of the languages."""
    found = []
    for language in LANGUAGES:
        read = tomllib.loads((_SAMPLES / f"{language}.toml").read_text(encoding="utf-8"))
        for each in read["outlet"]:
            pieces = tuple(Piece(**piece) for piece in each.pop("article"))
            found.append(Outlet(language=language, pieces=pieces, **each))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the outlets are read, and the moment their dates count back from."""

    url: str
    since: datetime

    def home(self, outlet: Outlet) -> str:
        """The address of an outlet."""
        return f"{self.url}/{outlet.slug}/"

    def link(self, outlet: Outlet, piece: Piece) -> str:
        """The address of an article."""
        return f"{self.home(outlet)}{piece.slug}"

    def date(self, piece: Piece) -> datetime:
        """When an article was published."""
        return self.since - timedelta(hours=piece.hours)


def pages(site: Site) -> dict[str, tuple[str, str]]:
    """Path → (content type, text) of every feed and every article."""
    found = {}
    for outlet in outlets():
        content_type, write = _WRITERS[outlet.format]
        found[outlet.path] = (content_type, write(outlet, site))
        for piece in outlet.pieces:
            text = _page(outlet, piece)
            found[f"/{outlet.slug}/{piece.slug}"] = ("text/html; charset=utf-8", text)
    return found


def _rss(outlet: Outlet, site: Site) -> str:
    items = "".join(
        f"<item><title>{escape(piece.title)}</title>"
        f"<link>{escape(site.link(outlet, piece))}</link>"
        f'<guid isPermaLink="false">{outlet.slug}:{piece.slug}</guid>'
        f"<dc:creator>{escape(piece.author)}</dc:creator>"
        f"<pubDate>{format_datetime(site.date(piece))}</pubDate>"
        f"<description>{escape(f'<p>{escape(piece.lead)}</p>')}</description></item>\n"
        for piece in outlet.pieces
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(outlet.title)}</title><link>{escape(site.home(outlet))}</link>"
        f"<description>{escape(outlet.title)}</description><language>{outlet.language}</language>\n"
        f"{items}</channel></rss>\n"
    )


def _atom(outlet: Outlet, site: Site) -> str:
    entries = "".join(
        f"<entry><title>{escape(piece.title)}</title>"
        f"<link href={quoteattr(site.link(outlet, piece))}/>"
        f"<id>tag:sample.invalid,2025:{outlet.slug}:{piece.slug}</id>"
        f"<author><name>{escape(piece.author)}</name></author>"
        f"<published>{site.date(piece).isoformat()}</published>"
        f"<updated>{site.date(piece).isoformat()}</updated>"
        f'<summary type="text">{escape(piece.lead)}</summary></entry>\n'
        for piece in outlet.pieces
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<title>{escape(outlet.title)}</title><link href={quoteattr(site.home(outlet))}/>"
        f"<id>tag:sample.invalid,2025:{outlet.slug}</id>"
        f"<updated>{site.since.isoformat()}</updated>\n{entries}</feed>\n"
    )


def _json(outlet: Outlet, site: Site) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": site.home(outlet),
        "language": outlet.language,
        "items": [
            {
                "id": f"{outlet.slug}:{piece.slug}",
                "url": site.link(outlet, piece),
                "title": piece.title,
                "summary": piece.lead,
                "content_text": f"{piece.lead}\n\n{piece.body}",
                "date_published": site.date(piece).isoformat(),
                "authors": [{"name": piece.author}],
            }
            for piece in outlet.pieces
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _page(outlet: Outlet, piece: Piece) -> str:
    language = LANGUAGES[outlet.language]
    return (
        f'<!doctype html><html lang="{language.code}" dir="{language.dir}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(piece.title)}</title>"
        "<style>body{max-width:38rem;margin:3rem auto;padding:0 1rem;font:1.1rem/1.6 serif}</style>"
        f"<p>{escape(outlet.title)}<h1>{escape(piece.title)}</h1><p>{escape(piece.author)}"
        f"<p><b>{escape(piece.lead)}</b><p>{escape(piece.body)}</html>\n"
    )


_WRITERS: dict[str, tuple[str, Callable[[Outlet, Site], str]]] = {
    "rss": ("application/rss+xml; charset=utf-8", _rss),
    "atom": ("application/atom+xml; charset=utf-8", _atom),
    "json": ("application/feed+json; charset=utf-8", _json),
}
