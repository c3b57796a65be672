"""What would come of an address that somebody pasted (verb): nothing is kept.

a feed · a WordPress · a site that names some, or has one at a usual place · an article
"""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from mailer.articles.adding import normalised
from mailer.articles.answers import Fetched, refusal
from mailer.articles.asking import Ask, Asking
from mailer.articles.autodiscovery import WebPage
from mailer.articles.canonical import host_of, shown
from mailer.articles.discovery import Found, look_around, look_at
from mailer.articles.door import Policy
from mailer.articles.errands import alone
from mailer.articles.facts import PageFacts
from mailer.articles.feed import Entry, ParsedFeed
from mailer.articles.models import Source
from mailer.articles.reader import Reader, kept_reader

#: Places of one site that are shown: its articles, and perhaps a feed per section or language.
_MOST = 4
_ENTRIES = 6
#: Seconds that a person waits for a host that a visit is at.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """One place that can be read: what it is called, how many articles wait there, the newest of
    them, the language most of them are in. `is_named` says that it calls itself so, and that it is
    not called by its host; `known` is the source that reads it already.
    """

    url: str
    is_wordpress: bool
    title: str
    is_named: bool
    language: str
    count: int
    entries: tuple[Entry, ...]
    known: Source | None


@dataclass(frozen=True, slots=True)
class Look:
    """What an address is: places to read, and the article it is, where it is one."""

    url: str
    places: tuple[Place, ...]
    article: PageFacts | None = None


def look_before_adding(url: str, policy: Policy, *, reader: Reader | None = None) -> Look:
    """What would come of `url`; a MailerError with a sentence where nothing would."""
    return alone(_look(normalised(url), reader or kept_reader()), policy, patience=_PATIENCE)


def read_article(url: str, policy: Policy, *, reader: Reader | None = None) -> PageFacts:
    """The article that a page is; a MailerError with a sentence where there is none to read."""
    page = _page(normalised(url), reader or kept_reader())
    return alone(page, policy, patience=_PATIENCE)


def _look(address: str, reader: Reader) -> Asking[Look]:
    read = partial(_read, reader)
    try:
        found = yield from look_at(address, read)
    except WebPage as page:
        return (yield from _around(address, page, reader))
    return Look(address, (_place(found),))


def _around(address: str, page: WebPage, reader: Reader) -> Asking[Look]:
    """A page: the places around it, and the article it is."""
    facts = yield from _page(address, reader)
    is_article = facts.is_article and bool(facts.title) and urlsplit(address).path != "/"
    places = yield from look_around(page, address, partial(_read, reader), most=_MOST)
    if not places and not is_article:
        raise page
    return Look(address, tuple(map(_place, places)), facts if is_article else None)


def _page(address: str, reader: Reader) -> Asking[PageFacts]:
    fetched = yield Ask(address)
    _refuse(fetched)
    where = {"content_type": fetched.content_type, "url": shown(fetched.final_url)}
    return reader.read_page(fetched.body, **where)


def _read(reader: Reader, fetched: Fetched) -> ParsedFeed:
    _refuse(fetched)
    where = {"content_type": fetched.content_type, "url": shown(fetched.final_url)}
    return reader.read(fetched.body, **where)


def _refuse(fetched: Fetched) -> None:
    if refused := refusal(fetched.status, shown(fetched.final_url)):
        raise refused


def _place(found: Found) -> Place:
    entries = found.feed.entries
    dated = sorted(entries, key=lambda entry: (entry.published_at is not None, entry.published_at))
    languages = Counter(entry.language for entry in entries if entry.language)
    return Place(
        url=found.url,
        is_wordpress=found.is_wordpress,
        title=found.feed.title or host_of(found.url),
        is_named=bool(found.feed.title),
        language=languages.most_common(1)[0][0] if languages else "",
        count=len(entries),
        entries=tuple(dated[::-1][:_ENTRIES]),
        known=Source.objects.filter(url=found.url).first(),
    )
