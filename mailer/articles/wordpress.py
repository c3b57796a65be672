"""A WordPress site by its REST interface (pure): addresses to ask, and posts as entries.

https://developer.wordpress.org/rest-api/reference/posts/
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mailer.articles.feed import RawEntry, RawFeed
from mailer.languages import LANGUAGES, known

#: Answers for which the site's feed is read instead: the interface is closed, or not there.
CLOSED = (401, 403, 404)
PER_PAGE = 100
#: For a site whose hundred posts are too large for one answer.
FEWER = 20
# Clocks differ, and a post may be saved while we ask: a little is asked again each time.
_OVERLAP = timedelta(hours=1)
_API = re.compile(r"/wp-json(?:/wp/v2(?:/posts)?)?/?\Z")
_ROUTE = re.compile(r"/(?:wp/v2(?:/posts)?/?)?\Z")
_OURS = {"per_page", "_embed", "modified_after", "orderby", "order", "page", "rest_route"}
_NAMES = {language.name.casefold(): code for code, language in LANGUAGES.items()}
_ELLIPSIS = re.compile(r"\s*\[(?:&hellip;|&#8230;|…|\.\.\.)\]\s*(?=(?:</p>\s*)?\Z)")


def endpoint(url: str) -> str:
    """The address of the posts that `url` means, without our parameters; empty for no WordPress.

    Both spellings are known: `/wp-json/wp/v2/posts` and `/?rest_route=/wp/v2/posts`. Others of its
    parameters, such as `categories=5` or `lang=ar`, are the editor's choice, and stay.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, max_num_fields=50)
    route = dict(query).get("rest_route", "")
    kept = [(name, value) for name, value in query if name not in _OURS]
    if route and _ROUTE.match(route):
        kept = [("rest_route", "/wp/v2/posts"), *kept]
        return urlunsplit(parts._replace(query=urlencode(kept, safe="/,"), fragment=""))
    if not _API.search(parts.path):
        return ""
    path = _API.sub("/wp-json/wp/v2/posts", parts.path)
    return urlunsplit(parts._replace(path=path, query=urlencode(kept, safe=","), fragment=""))


def posts(endpoint: str, *, since: datetime | None, per_page: int = PER_PAGE) -> str:
    """What to ask: the newest posts, or those changed `since` then, the oldest change first.

    So no change is missed where there are more than one answer holds: the next visit asks on.
    """
    asked = [("per_page", str(per_page)), ("_embed", "author,wp:featuredmedia,wp:term")]
    asked.append(("orderby", "modified"))
    if since:
        after = f"{(since - _OVERLAP).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        asked += [("order", "asc"), ("modified_after", after)]
    parts = urlsplit(endpoint)
    query = "&".join(filter(None, (parts.query, urlencode(asked, safe=",:"))))
    return urlunsplit(parts._replace(query=query))


def feed_of(endpoint: str) -> str:
    """The address of the same site's feed."""
    parts = urlsplit(endpoint)
    query = [(n, v) for n, v in parse_qsl(parts.query, max_num_fields=50) if n == "lang"]
    path = parts.path.partition("/wp-json")[0].rstrip("/") + "/feed/"
    return urlunsplit(parts._replace(path=path, query=urlencode(query)))


def root_of(endpoint: str) -> str:
    """The address that says how the site is called, and little more."""
    parts = urlsplit(endpoint)
    if "rest_route" in parts.query:
        return urlunsplit(parts._replace(query="rest_route=/&_fields=name,namespaces"))
    path = parts.path.partition("/wp/v2/")[0] + "/"
    return urlunsplit(parts._replace(path=path, query="_fields=name,namespaces"))


def read(document: object) -> RawFeed | None:
    """A list of posts, one post, or what a site says of itself; None for any other JSON."""
    if isinstance(document, dict) and isinstance(document.get("namespaces"), list):
        return RawFeed(title=_text(document.get("name")))
    listed = document if isinstance(document, list) else [document]
    found = [each for each in listed if isinstance(each, dict) and _is_post(each)]
    if listed and not found:
        return None
    return RawFeed(entries=tuple(_entry(post) for post in found))


def _is_post(each: dict[str, Any]) -> bool:
    return isinstance(each.get("title"), dict) and "link" in each


def _entry(post: dict[str, Any]) -> RawEntry:
    link = _text(post.get("link"))
    return RawEntry(
        guid=_text(post.get("id")) or _rendered(post, "guid"),
        url=link,
        title=_rendered(post, "title"),
        summary=_ELLIPSIS.sub("", _rendered(post, "excerpt")),
        content=_rendered(post, "content"),
        author=", ".join(_embedded_names(post, "author")),
        image_url=_image(post),
        categories=tuple(_terms(post)),
        language=_language(post, link),
        published=_gmt(post, "date"),
        updated=_gmt(post, "modified"),
    )


def _gmt(post: dict[str, Any], name: str) -> str | None:
    """The date in UTC; the site's own, without its zone, only where there is no other."""
    return _text(post.get(f"{name}_gmt")) or _text(post.get(name)) or None


def _language(post: dict[str, Any], link: str) -> str:
    """The language as a plug-in, the address or a category says it; empty where none does."""
    parts = urlsplit(link)
    said = [
        _text(post.get("lang")),
        dict(parse_qsl(parts.query, max_num_fields=50)).get("lang", ""),
        *parts.path.lower().split("/")[1:2],
    ]
    for word in said:
        if re.fullmatch(r"[a-z]{2}(?:[-_][A-Za-z]{2})?", word) and (language := known(word)):
            return language.code
    return next((_NAMES[term.casefold()] for term in _terms(post) if term.casefold() in _NAMES), "")


def _terms(post: dict[str, Any]) -> Iterator[str]:
    """The names of its categories and tags, in their order."""
    for group in _embedded(post, "wp:term"):
        for term in group if isinstance(group, list) else ():
            if isinstance(term, dict) and (name := _text(term.get("name"))):
                yield name


def _embedded_names(post: dict[str, Any], name: str) -> Iterator[str]:
    for each in _embedded(post, name):
        if isinstance(each, dict) and (called := _text(each.get("name"))):
            yield called


def _image(post: dict[str, Any]) -> str:
    media = next(iter(_embedded(post, "wp:featuredmedia")), None)
    return _text(media.get("source_url")) if isinstance(media, dict) else ""


def _embedded(post: dict[str, Any], name: str) -> list[Any]:
    embedded = post.get("_embedded")
    listed = embedded.get(name) if isinstance(embedded, dict) else None
    return listed if isinstance(listed, list) else []


def _rendered(post: dict[str, Any], name: str) -> str:
    value = post.get(name)
    return _text(value.get("rendered")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int) else ""
