"""The feeds a web page names (pure): `<link rel="alternate" type="application/rss+xml">`."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

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


def is_page(text: str) -> bool:
    """Is this a web page?"""
    return bool(_PAGE.search(text[:20_000]))


def feeds_named(page: str, url: str) -> list[str]:
    """The absolute addresses of the feeds that the page names, in its order, at most ten.

    Feeds of comments come last: who adds a site wants its articles.
    """
    reader = _Links(url)
    # html.parser raises on marked sections that it does not know: they become comments.
    reader.feed(page[:_HEAD_LENGTH].replace("<![", "<! ["))
    found = list(dict.fromkeys(reader.feeds))
    return sorted(found, key=lambda feed: bool(_COMMENTS.search(feed)))[:10]


class _Links(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.base = url
        self.feeds: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "base" and values.get("href"):
            self.base = _joined(self.base, values["href"]) or self.base
        if tag == "link" and self._is_feed(values):
            address = _joined(self.base, values.get("href", ""))
            if address.startswith(("http://", "https://")):
                self.feeds.append(address)

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
