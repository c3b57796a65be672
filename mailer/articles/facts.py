"""What an article's page says of it, cleaned (pure); and its way through a pipe as JSON."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Plain text in NFC, absolute addresses, aware UTC dates; empty or None where it is silent.

    `canonical_url` is the page's own word for its address, believed on its own domain only.
    `is_article` says that the page calls itself one, in JSON-LD or OpenGraph.
    """

    title: str = ""
    lead: str = ""
    body: str = ""
    author: str = ""
    agency: str = ""
    outlet: str = ""
    language: str = ""
    image_url: str = ""
    categories: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    canonical_url: str = ""
    paywalled: bool = False
    is_article: bool = False


_DATES = ("published_at", "updated_at")


def to_json(facts: PageFacts) -> dict[str, Any]:
    """The facts as JSON can carry them: dates as ISO 8601."""
    told = asdict(facts)
    return told | {name: told[name].isoformat() if told[name] else None for name in _DATES}


def from_json(document: dict[str, Any]) -> PageFacts:
    """The facts out of `to_json`'s document."""
    dates = {
        name: datetime.fromisoformat(document[name]) if document[name] else None for name in _DATES
    }
    return PageFacts(**document | dates | {"categories": tuple(document["categories"])})
