"""What a feed says, before and after cleaning (pure); and its way through a pipe as JSON."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as the feed's own words have it: HTML, entities and all.

    `published` and `updated` are the feed's text or a date that its parser understood. `outlet`
    is the entry's own source, named by feeds that gather other outlets. `language` is what the
    publishing system itself says of this one text, empty where it says nothing.
    """

    guid: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    outlet: str = ""
    image_url: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""
    published: str | datetime | None = None
    updated: str | datetime | None = None


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed as it was read; `ttl_minutes` is the pause it asks for, 0 where it asks for none."""

    title: str = ""
    language: str = ""
    ttl_minutes: int = 0
    entries: tuple[RawEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, cleaned: plain text in NFC, absolute addresses, aware UTC dates or None."""

    guid: str
    url: str
    canonical_url: str
    title: str
    lead: str
    body: str
    author: str
    agency: str
    outlet: str
    language: str
    image_url: str
    categories: tuple[str, ...]
    published_at: datetime | None
    updated_at: datetime | None
    title_key: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed, cleaned; `dropped` counts the entries beyond the limit of one visit."""

    title: str
    language: str
    ttl_minutes: int
    entries: tuple[Entry, ...]
    dropped: int = 0


def to_json(feed: ParsedFeed) -> dict[str, Any]:
    """The feed as JSON can carry it: dates as ISO 8601."""
    return asdict(feed) | {"entries": [_entry_to_json(entry) for entry in feed.entries]}


def from_json(document: dict[str, Any]) -> ParsedFeed:
    """The feed out of `to_json`'s document."""
    entries = tuple(_entry_from_json(entry) for entry in document["entries"])
    return ParsedFeed(**document | {"entries": entries})


def _entry_to_json(entry: Entry) -> dict[str, Any]:
    dates = {"published_at": _iso(entry.published_at), "updated_at": _iso(entry.updated_at)}
    return asdict(entry) | dates


def _entry_from_json(document: dict[str, Any]) -> Entry:
    dates = {
        name: datetime.fromisoformat(document[name]) if document[name] else None
        for name in ("published_at", "updated_at")
    }
    return Entry(**document | dates | {"categories": tuple(document["categories"])})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
