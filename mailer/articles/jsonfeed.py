"""JSON Feed 1 and 1.1 (pure), read as https://www.jsonfeed.org/version/1.1/ has it, and leniently.

Any member may be missing or of another type than the format says: it is then left out.
"""

import html
import json
from typing import Any

from mailer.articles.feed import RawEntry, RawFeed
from mailer.errors import N_, ParseError


def read(text: str, url: str) -> RawFeed:
    """The feed in `text`; ParseError when it is no JSON, or JSON and no feed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(
            N_(
                "%(url)s begins like a JSON Feed and is not valid JSON. Its publisher must mend it."
            ),
            url=url,
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError(
            N_(
                "%(url)s is JSON without a list of items, so it is no JSON Feed. Check the address."
            ),
            url=url,
        )
    return RawFeed(
        title=_text(document.get("title")),
        language=_text(document.get("language")),
        entries=tuple(_entry(item) for item in document["items"] if isinstance(item, dict)),
    )


def _entry(item: dict[str, Any]) -> RawEntry:
    content = _text(item.get("content_html")) or html.escape(_text(item.get("content_text")))
    identity = _text(item.get("id"))
    address = _text(item.get("url")) or _text(item.get("external_url"))
    return RawEntry(
        guid=identity,
        url=address or (identity if identity.startswith(("http://", "https://")) else ""),
        title=_text(item.get("title")),
        summary=html.escape(_text(item.get("summary"))),
        content=content,
        author=_authors(item),
        image_url=_text(item.get("image")) or _text(item.get("banner_image")),
        categories=_tags(item),
        published=_text(item.get("date_published")) or None,
        updated=_text(item.get("date_modified")) or None,
    )


def _authors(item: dict[str, Any]) -> str:
    listed = item.get("authors")
    authors = listed if isinstance(listed, list) else [item.get("author")]
    names = [_text(author.get("name")) for author in authors if isinstance(author, dict)]
    return ", ".join(name for name in names if name)


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    tags = item.get("tags")
    return tuple(_text(tag) for tag in tags) if isinstance(tags, list) else ()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
