"""The article that a page describes in JSON-LD (pure), as https://schema.org/NewsArticle has it.

Any member may be missing or of another type than the vocabulary says: it is then left out.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

_TYPES = re.compile(
    r"(?:News|Report|Reportage|Analysis|Opinion|Review|Background|Live|Advertiser|Scholarly|Tech)?"
    r"(?:Article|NewsArticle|BlogPosting|Posting|LiveBlogPosting)\Z"
)
_COMMENT = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|"
    r"(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING = re.compile(r",(?=\s*[}\]])")
_MOST_NODES = 2000


def documents(tree: HtmlElement) -> Iterator[Any]:
    """Every JSON-LD document of the page that is JSON, or nearly."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            text = _COMMENT.sub("", script.text)
            for attempt in (text, _TRAILING.sub("", text)):
                try:
                    yield json.loads(attempt, strict=False)
                    break
                except (ValueError, RecursionError):
                    continue


def article(documents: Iterable[Any]) -> dict[str, Any]:
    """The first node of an article's type, the one with a headline first; empty for none."""
    found = [node for document in documents for node in _nodes(document) if _is_article(node)]
    return next((node for node in found if node.get("headline")), found[0] if found else {})


def authors(node: dict[str, Any]) -> str:
    """The names of its authors, parted by commas; an address of a profile is no name."""
    listed = node.get("author") or node.get("creator")
    names = [name(each) for each in (listed if isinstance(listed, list) else [listed])]
    return ", ".join(dict.fromkeys(each for each in names if each and "://" not in each))


def name(value: object) -> str:
    """A person's or an organization's name, given as such or as a node."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.strip() if isinstance(value, str) else ""


def image(node: dict[str, Any]) -> str:
    """The address of its first image."""
    value = node.get("image") or node.get("thumbnailUrl")
    while isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    return value if isinstance(value, str) else ""


def texts(value: object) -> list[str]:
    """The strings of a member that holds one or a list."""
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str) and text]


def is_paywalled(node: dict[str, Any]) -> bool:
    """Does it say `isAccessibleForFree: false`, itself or of one of its parts?

    https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
    """
    parts = node.get("hasPart")
    listed = parts if isinstance(parts, list) else [parts]
    return any(
        _is_false(part.get("isAccessibleForFree"))
        for part in (node, *listed)
        if isinstance(part, dict)
    )


def _is_false(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() == "false")


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    """The nodes of a document, outer ones first; a bounded number of them."""
    waiting = [document]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        each = waiting.pop(0)
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, dict):
            yield each
            waiting.extend(
                each[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
                if isinstance(each.get(key), dict | list)
            )


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _TYPES.search(kind) for kind in listed)
