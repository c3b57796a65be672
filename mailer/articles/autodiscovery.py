"""The feeds a web page names, and where one is tried that names none (pure).

`<link rel="alternate" type="application/rss+xml">`, and WordPress's `<link rel="https://api.w.org/">`
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from mailer.errors import ParseError

_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
}
_COMMENTS = re.compile(r"/comments?/|comments/feed|/comments\b", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)
_HEAD_LENGTH = 500_000
_USUAL = ("/feed/", "/rss", "/?feed=rss2", "/wp-json/")


class WebPage(ParseError):
    """What came is a web page and no feed; `places` are the feeds it names, `api` its WordPress."""

    def __init__(self, message: str, *, places: list[str], api: str, **values: str | int) -> None:
        self.places, self.api = places, api
        super().__init__(message, **values)


@dataclass(frozen=True, slots=True)
class Named:
    """What a page names, as absolute addresses: its feeds, in its order, and its WordPress API."""

    feeds: list[str]
    api: str


def is_page(text: str) -> bool:
    """Is this a web page?"""
    return bool(_PAGE.search(text[:20_000]))


def named(page: str, url: str) -> Named:
    """What the page at `url` names, at most ten feeds.

    Feeds of comments come last: who adds a site wants its articles.
    """
    reader = _Links(url)
    # html.parser raises on marked sections that it does not know: they become comments.
    reader.feed(page[:_HEAD_LENGTH].replace("<![", "<! ["))
    found = list(dict.fromkeys(reader.feeds))
    return Named(sorted(found, key=lambda feed: bool(_COMMENTS.search(feed)))[:10], reader.api)


def guesses(url: str) -> list[str]:
    """Where the feed of a page that names none may be: beside it, then at its site's root."""
    beside = [urljoin(url, name) for name in ("feed/", "rss")]
    return list(dict.fromkeys([*beside, *(urljoin(url, name) for name in _USUAL)]))


class _Links(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.base = url
        self.feeds: list[str] = []
        self.api = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "base" and values.get("href"):
            self.base = _joined(self.base, values["href"]) or self.base
        if tag == "link":
            self._link(values)

    def _link(self, values: dict[str, str]) -> None:
        address = _joined(self.base, values.get("href", ""))
        if not address.startswith(("http://", "https://")):
            return
        if self._is_feed(values):
            self.feeds.append(address)
        elif "https://api.w.org/" in values.get("rel", "").lower().split():
            self.api = address

    @staticmethod
    def _is_feed(values: dict[str, str]) -> bool:
        relations = values.get("rel", "").lower().split()
        kind = values.get("type", "").lower().partition(";")[0].strip()
        if kind == "application/json" and "wp-json" in values.get("href", ""):
            return False  # WordPress announces its own API this way on every page
        return ("alternate" in relations and kind in _TYPES) or "feed" in relations


def _joined(base: str, address: str) -> str:
    address = "".join(char for char in address if char.isprintable()).strip()
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return ""
