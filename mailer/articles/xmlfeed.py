"""RSS, RDF and Atom (pure): feedparser, and fastfeedparser where the first finds nothing.

Both get bytes behind a file object or a text that begins with "<": given anything else they open
local paths and addresses.
"""

import calendar
import io
import re
import time
from datetime import UTC, datetime
from html import escape
from typing import Any

import feedparser

from mailer.articles.feed import RawEntry, RawFeed

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCES = re.compile(r"(?:&#(?:[xX][0-9a-fA-F]{1,8}|[0-9]{1,10});)+")
_REFERENCE = re.compile(r"&#([xX]?)([0-9a-fA-F]+);")
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_IMG = re.compile(r"""<img\b[^<>]{0,1000}?\bsrc\s*=\s*["']([^"']{8,1000})["']""", re.IGNORECASE)


def read(text: str, url: str) -> RawFeed | None:
    """The feed in `text`, which begins at its root or doctype; None when there is none in it."""
    sound = _REFERENCES.sub(_mended, _NOT_XML.sub(" ", text))
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + sound.encode()
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _second_reader(body)  # its loose parser trips over some broken markup
    entries = tuple(_entry(entry) for entry in parsed.entries if _says_something(entry))
    if not entries:
        return _second_reader(body) or (_feed(parsed.feed, ()) if parsed.version else None)
    return _feed(parsed.feed, entries)


def _mended(run: re.Match[str]) -> str:
    """A run of numeric references, mended where one of them is no character of XML.

    Emoji written as two surrogates (`&#55357;&#56832;`) become the one character they mean; what
    means nothing is dropped. feedparser raises on both.
    """
    codes = [int(number, 16 if hexa else 10) for hexa, number in _REFERENCE.findall(run.group())]
    if all(code < 0x110000 and not 0xD800 <= code < 0xE000 and code != 0 for code in codes):
        return run.group()
    units = "".join(chr(code) for code in codes if 0 < code < 0x110000)
    pairs = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return escape(_NOT_XML.sub(" ", pairs))


def _feed(feed: Any, entries: tuple[RawEntry, ...]) -> RawFeed:
    return RawFeed(
        title=_get(feed, "title"),
        language=_get(feed, "language"),
        ttl_minutes=_ttl(feed),
        entries=entries,
    )


def _says_something(entry: Any) -> bool:
    return any(dict.get(entry, name) for name in ("title", "link", "links", "summary", "content"))


def _entry(entry: Any) -> RawEntry:
    content = "\n".join(str(part.get("value") or "") for part in dict.get(entry, "content") or ())
    summary = _get(entry, "summary")
    return RawEntry(
        guid=_get(entry, "id"),
        url=_get(entry, "feedburner_origlink") or _link(entry),
        title=_get(entry, "title"),
        summary=summary,
        content=content,
        author=_authors(entry),
        outlet=_get(dict.get(entry, "source") or {}, "title"),
        image_url=_image(entry) or _first_image(content) or _first_image(summary),
        categories=_categories(entry),
        published=_date(entry, "published") or _date(entry, "created"),
        updated=_date(entry, "updated"),
    )


def _get(element: Any, name: str) -> str:
    # Not element.get(): feedparser answers `updated` with `published` there, and warns.
    value = dict.get(element, name)
    return value if isinstance(value, str) else ""


def _link(entry: Any) -> str:
    identity = _get(entry, "id")
    others = [str(link.get("href") or "") for link in dict.get(entry, "links") or ()]
    candidates = [_get(entry, "link"), *others, identity]
    return next((url for url in candidates if url.startswith(("http://", "https://"))), "")


def _authors(entry: Any) -> str:
    names = [str(author.get("name") or "") for author in dict.get(entry, "authors") or () if author]
    return ", ".join(dict.fromkeys(name for name in names if name)) or _get(entry, "author")


def _categories(entry: Any) -> tuple[str, ...]:
    tags = dict.get(entry, "tags") or ()
    return tuple(str(tag.get("label") or tag.get("term") or "") for tag in tags)


def _date(entry: Any, name: str) -> str | datetime | None:
    parsed = dict.get(entry, f"{name}_parsed")
    if isinstance(parsed, time.struct_time):
        try:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (OverflowError, ValueError, OSError):
            return None
    return _get(entry, name) or None


def _image(entry: Any) -> str:
    media = [*(dict.get(entry, "media_content") or ()), *(dict.get(entry, "media_thumbnail") or ())]
    for item in media:
        kind = f"{item.get('medium') or ''} {item.get('type') or 'image'}"
        if "image" in kind and item.get("url"):
            return str(item["url"])
    for link in dict.get(entry, "links") or ():
        if link.get("rel") == "enclosure" and str(link.get("type") or "").startswith("image/"):
            return str(link.get("href") or "")
    return ""


def _first_image(markup: str) -> str:
    found = _IMG.search(markup)
    return found.group(1) if found else ""


def _ttl(feed: Any) -> int:
    """Minutes between two visits as <ttl> or the syndication module asks for them; 0: unasked."""
    ttl = _get(feed, "ttl").strip()
    if ttl.isdecimal():
        return min(int(ttl[:7]), 525600)
    period = _PERIODS.get(_get(feed, "sy_updateperiod").strip().lower(), 0)
    frequency = _get(feed, "sy_updatefrequency").strip()
    return period // max(1, int(frequency[:4]) if frequency.isdecimal() else 1)


def _second_reader(body: bytes) -> RawFeed | None:
    import fastfeedparser  # reads some that feedparser gives up; seldom needed

    try:
        parsed = fastfeedparser.parse(body)
    except Exception:  # whatever it trips over, it did not find a feed
        return None
    entries = tuple(_second_entry(entry) for entry in parsed.get("entries") or ())
    return _feed(parsed.get("feed") or {}, entries) if entries else None


def _second_entry(entry: dict[str, Any]) -> RawEntry:
    parts = entry.get("content") or ()
    return RawEntry(
        guid=_get(entry, "id"),
        url=_link(entry),
        title=_get(entry, "title"),
        summary=_get(entry, "description"),
        content="\n".join(str(part.get("value") or "") for part in parts if isinstance(part, dict)),
        author=_get(entry, "author"),
        published=_get(entry, "published") or None,
        updated=_get(entry, "updated") or None,
    )
