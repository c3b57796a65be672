"""What a visit to one source brings (pure): requests asked for, answers judged.

a feed      conditional; a page in its place, on the first visit, is looked around for one
WordPress   its newest or changed posts; where the interface is closed, its feed
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from mailer.articles import discovery, wordpress
from mailer.articles.answers import Fetched, TooLarge, refusal
from mailer.articles.asking import Ask, Asking
from mailer.articles.autodiscovery import WebPage
from mailer.articles.canonical import host_of, shown
from mailer.articles.feed import ParsedFeed
from mailer.articles.noting import Visit
from mailer.articles.schedule import Outcome
from mailer.errors import FetchError, ParseError

_Read = Callable[[Fetched], ParsedFeed]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a source a visit needs to know.

    `since` is the last change of a WordPress that is known. `is_named` says that the source has a
    name, `was_read` that something was read there before.
    """

    url: str
    is_wordpress: bool = False
    etag: str = ""
    last_modified: str = ""
    allow_local: bool = False
    since: datetime | None = None
    is_named: bool = True
    was_read: bool = True


def bring(wanted: Wanted, read: _Read) -> Asking[Visit]:
    """The visit; whatever goes wrong is its `error`. `read` is the parsing child."""
    fetched: Fetched | None = None
    try:
        fetched = yield from _answer(wanted)
        refused = refusal(fetched.status, shown(wanted.url))
        if refused:
            outcome: Outcome = "gone" if fetched.status == 410 else "unreachable"
            return Visit(outcome, fetched, error=refused)
        if fetched.status == 304:
            return Visit("unchanged", fetched)
        feed = read(fetched)
        return Visit("read", fetched, (yield from _called(wanted, feed, read)))
    except WebPage as page:
        return (yield from _around(wanted, page, fetched, read))
    except ParseError as error:
        return Visit("unreadable", fetched, error=error)
    except FetchError as error:
        return Visit("unreachable", fetched, error=error)


def _answer(wanted: Wanted) -> Asking[Fetched]:
    if not wanted.is_wordpress:
        return (yield Ask(wanted.url, wanted.etag, wanted.last_modified, wanted.allow_local))
    fetched = yield from _posts(wanted)
    if fetched.status in wordpress.CLOSED:
        fetched = yield Ask(wordpress.feed_of(wanted.url))
    # Validators would be of one question, and the next one is another.
    return replace(fetched, etag="", last_modified="", moved_to="")


def _posts(wanted: Wanted) -> Asking[Fetched]:
    try:
        return (yield Ask(wordpress.posts(wanted.url, since=wanted.since)))
    except TooLarge:
        fewer = wordpress.posts(wanted.url, since=wanted.since, per_page=wordpress.FEWER)
        return (yield Ask(fewer))


def _called(wanted: Wanted, feed: ParsedFeed, read: _Read) -> Asking[ParsedFeed]:
    """The feed, with the site's own name where posts alone do not say it; asked for once."""
    if not wanted.is_wordpress or wanted.is_named or feed.title:
        return feed
    try:
        told = read((yield Ask(wordpress.root_of(wanted.url))))
    except (FetchError, ParseError):
        return feed
    host = host_of(wanted.url)  # as an entry is signed whose feed has no name
    entries = (replace(e, outlet=told.title) if e.outlet == host else e for e in feed.entries)
    return replace(feed, title=told.title, entries=tuple(entries)) if told.title else feed


def _around(wanted: Wanted, page: WebPage, fetched: Fetched | None, read: _Read) -> Asking[Visit]:
    """Where a page came: what is found around it. What was a feed once is a fault, and stays."""
    if wanted.was_read or fetched is None or wanted.allow_local:
        return Visit("unreadable", fetched, error=page)
    places = yield from discovery.look_around(page, fetched.final_url, read)
    if not places:
        return Visit("unreadable", fetched, error=page)
    found = places[0]
    return Visit("read", found.fetched, found.feed, found=found)
