"""What is wrong with a feed, by the letter of RSS 2.0 and of the RSS Advisory Board's profile.

No package checks a feed against them, so each rule that says "must", or "should" where every reader
relies on it, stands here, and `test_feed.py` shows of each that it bites.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from defusedxml.ElementTree import fromstring
from lxml import html

_ATOM = "{http://www.w3.org/2005/Atom}"
_TEXTS = {"title", "description", "category", "author", "comments"}
_CHANNEL = _TEXTS | {
    *("link", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate"),
    *("generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours"),
    *("skipDays", "item"),
} - {"author", "comments"}
_ITEM = _TEXTS | {"link", "enclosure", "guid", "pubDate", "source"}
_MANY = {"category", "item"}
# RFC 822 §5 with the four digits of RFC 1123 §5.2.14, as the profile asks.
_DATE = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? \S+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-zA-Z0-9]{2,8})*")


def faults(raw: bytes) -> list[str]:
    """Each fault in a few words; none for a feed that keeps the rules."""
    root = fromstring(raw)
    if (
        root.tag != "rss"
        or root.get("version") != "2.0"
        or [one.tag for one in root] != ["channel"]
    ):
        return ["root"]
    return list(_of_channel(root[0]))


def _of_channel(channel: Any) -> Iterator[str]:
    yield from _of_children(channel, _CHANNEL)
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"channel without {name}"
    if not _LANGUAGE.fullmatch(channel.findtext("language", "en")):
        yield "language"
    if not channel.findtext("ttl", "1").isdigit():
        yield "ttl"
    yield from _of_self(channel.findall(f"{_ATOM}link"))
    guids = Counter(one.findtext("guid") for one in channel.iter("item"))
    if any(count > 1 for guid, count in guids.items() if guid):
        yield "guid twice"
    for item in channel.iter("item"):
        yield from _of_item(item)


def _of_self(links: list[Any]) -> Iterator[str]:
    """The profile: one atom:link that names the feed itself (RFC 4287 §4.2.7 for what it holds)."""
    own = [link for link in links if link.get("rel") == "self"]
    if len(own) != 1:
        yield "no one link to itself"
    if any(not _is_url(link.get("href")) or len(link) or link.text for link in links):
        yield "atom:link"


def _of_item(item: Any) -> Iterator[str]:
    yield from _of_children(item, _ITEM)
    if not item.findtext("title") and not item.findtext("description"):
        yield "item without title and description"
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink", "true") == "true" and not _is_url(guid.text):
        yield "guid is no address"
    for file in item.iter("enclosure"):
        if not _is_url(file.get("url")) or not (file.get("length") or "").isdigit():
            yield "enclosure"
        if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", file.get("type", "")) or file.text:
            yield "enclosure"
    yield from _of_description(item.findtext("description") or "")


def _of_children(parent: Any, known: set[str]) -> Iterator[str]:
    counts = Counter(one.tag for one in parent)
    for one in parent:
        if not one.tag.startswith("{") and one.tag not in known:
            yield f"unknown {one.tag}"
        if len(one) and one.tag != "item":
            yield f"markup in {one.tag}"
        if one.tag == "link" and not _is_url(one.text):
            yield "link is no address"
        if one.tag in ("pubDate", "lastBuildDate") and not _is_date(one.text or ""):
            yield "date"
    plain = {tag: count for tag, count in counts.items() if not tag.startswith("{")}
    yield from (f"{tag} twice" for tag, count in plain.items() if count > 1 and tag not in _MANY)


def _of_description(markup: str) -> Iterator[str]:
    """The profile: no address in it is relative; a reader has no script to run, either."""
    if not markup.strip():
        return
    for _, name, address, _ in html.fragment_fromstring(markup, create_parent=True).iterlinks():
        if name in ("href", "src") and not _is_url(address):
            yield "relative address"
    if re.search(r"<(script|iframe|object|embed|style|meta)\b", markup, re.IGNORECASE):
        yield "active markup"


def _is_url(text: str | None) -> bool:
    parts = urlsplit(text or "")
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in (text or "")


def _is_date(text: str) -> bool:
    """A date of RFC 822 whose day of the week is the day's own."""
    if not _DATE.fullmatch(text):
        return False
    try:
        moment: datetime = parsedate_to_datetime(text)
    except ValueError:
        return False
    return "," not in text or text.startswith(f"{moment:%a}")
