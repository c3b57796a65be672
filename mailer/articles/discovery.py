"""What of a site can be read, asked for one place after the other (pure).

the page's WordPress → the feeds it names → /feed/ · /rss · /?feed=rss2 · /wp-json/
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mailer.articles import wordpress
from mailer.articles.answers import Fetched
from mailer.articles.asking import Ask, Asking
from mailer.articles.autodiscovery import WebPage, guesses
from mailer.articles.feed import ParsedFeed
from mailer.errors import FetchError, ParseError

_MOST_TRIES = 8

#: What reads an answer: the parsing child, behind a function. It raises ParseError.
Read = Callable[[Fetched], ParsedFeed]


@dataclass(frozen=True, slots=True)
class Found:
    """A place that can be read: its address as a source's, whether it is WordPress's interface,
    what it answered and what that says.
    """

    url: str
    is_wordpress: bool
    fetched: Fetched
    feed: ParsedFeed


def look_around(page: WebPage, url: str, read: Read, *, most: int = 1) -> Asking[list[Found]]:
    """The first `most` places of the page at `url` that bring entries."""
    named = [place for place in (wordpress.endpoint(page.api), *page.places) if place]
    found = yield from _those_that_read(named, read, most)
    if not found:
        found = yield from _those_that_read(guesses(url), read, 1)
    return found


def look_at(address: str, read: Read) -> Asking[Found]:
    """What one address brings; FetchError or ParseError where it brings nothing to read."""
    posts = wordpress.endpoint(address)
    place = posts or address
    fetched = yield Ask(wordpress.posts(posts, since=None) if posts else address)
    return Found(place, bool(posts), fetched, read(fetched))


def _those_that_read(places: Iterable[str], read: Read, most: int) -> Asking[list[Found]]:
    found: list[Found] = []
    for address in _each_once(places):
        try:
            one = yield from look_at(address, read)
        except (FetchError, ParseError):
            continue
        if one.feed.entries:
            found.append(one)
        if len(found) == most:
            break
    return found


def _each_once(places: Iterable[str]) -> Iterator[str]:
    yield from list(dict.fromkeys(places))[:_MOST_TRIES]
