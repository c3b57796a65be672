"""What to do with each entry of a feed, given the articles that are known (pure).

Identity, in this order: the source's guid · the canonical address, over all sources · the title's
key on the same host within three days. An entry that is known changes its article's words and
nothing else: neither when it was first seen nor its date, so a sent article is never new again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.articles.canonical import host_of
from mailer.articles.feed import Entry
from mailer.errors import N_

_SAME_TITLE_WITHIN = timedelta(days=3)
# "Météo", "Revue de presse", "Horaires des prières" come back every day.
_TITLE_WORDS = 4
_BAD_GUIDS = 0.05
_LONGEST_GUID = 500  # characters; a unique index of PostgreSQL takes 2,704 bytes
_CLOCKS_DIFFER = timedelta(days=1)
#: A shorter lead says nothing: the page may have a better one. Characters.
THIN_LEAD = 40


@dataclass(frozen=True, slots=True)
class Words:
    """What an article says, and an update may change."""

    url: str
    title: str
    title_key: str
    lead: str
    body: str
    author: str
    agency: str
    outlet: str
    language: str
    image_url: str
    categories: tuple[str, ...]
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """An article in the database; `id` is None for one found earlier in the same feed.

    `page_read` says that its page was looked at: what came from there stays. `given_url` is the
    address that its feed gave, where that is another than the page's own word for it.
    """

    id: int | None
    source_id: int
    guid: str
    canonical_url: str
    published_at: datetime
    dated: bool
    words: Words
    page_read: bool = False
    given_url: str = ""


@dataclass(frozen=True, slots=True)
class New:
    """Not known: an article to be added."""

    guid: str
    canonical_url: str
    published_at: datetime
    dated: bool
    words: Words


@dataclass(frozen=True, slots=True)
class Update:
    """Known, and says something else now. The date changes only where there was none."""

    id: int
    canonical_url: str
    given_url: str
    published_at: datetime
    dated: bool
    words: Words


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Known, and nothing to do: as it was, another source's, or twice in the feed."""

    id: int | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not usable; `reason` is a message id with the place %(title)s."""

    reason: str
    title: str


Intent = New | Update | Unchanged | Rejected


def decide(
    entries: Iterable[Entry], known: Iterable[Known], *, source_id: int, now: datetime
) -> list[Intent]:
    """One intent per entry, in their order."""
    entries = list(entries)
    named = list(zip(entries, guids(entries), strict=True))
    shelf = _Shelf(known, source_id)
    shelf.retitle(named)
    return [_decide(entry, guid, shelf, source_id, now) for entry, guid in named]


def guids(entries: list[Entry]) -> list[str]:
    """The identity of each entry within its feed.

    A guid that stands for several addresses is repaired with the address; where more than one
    entry in twenty has such a guid, or none, the feed's guids are abandoned for the addresses.
    """
    addresses = Counter(guid for guid, _ in {(e.guid, e.canonical_url) for e in entries})
    bad = [not entry.guid or addresses[entry.guid] > 1 for entry in entries]
    if sum(bad) > _BAD_GUIDS * len(entries):
        return [_short(entry.canonical_url) for entry in entries]
    return [
        _short(f"{entry.guid} {entry.canonical_url}".strip() if is_bad else entry.guid)
        for entry, is_bad in zip(entries, bad, strict=True)
    ]


def titles(entries: Iterable[Entry], now: datetime) -> tuple[set[str], datetime]:
    """The title keys by which one of the entries may be known, and the earliest date for that."""
    entries = list(entries)
    keys = {entry.title_key for entry in entries if _tells_apart(entry.title_key)}
    dates = [published(entry, now)[0] for entry in entries]
    return keys, min(dates, default=now) - _SAME_TITLE_WITHIN


def published(entry: Entry, now: datetime) -> tuple[datetime, bool]:
    """The article's date, and whether its feed gave it.

    Undated, or dated beyond what clocks may differ: the moment it was first seen. Never later
    than that moment: it was published when it was seen.
    """
    if entry.published_at is None or entry.published_at > now + _CLOCKS_DIFFER:
        return now, False
    return min(entry.published_at, now), True


def _decide(entry: Entry, guid: str, shelf: "_Shelf", source_id: int, now: datetime) -> Intent:
    reason = _unusable(entry)
    if reason:
        return Rejected(reason, entry.title)
    date, dated = published(entry, now)
    article = shelf.find(guid, entry, date)
    if article is None:
        new = New(guid, entry.canonical_url, date, dated, _words(entry))
        shelf.add(Known(None, source_id, guid, new.canonical_url, date, dated, new.words))
        return new
    if article.id is None or article.source_id != source_id or not shelf.take(article):
        return Unchanged(article.id)
    if article.dated or not dated:
        date, dated = article.published_at, article.dated
    address, given = shelf.addresses_for(article, entry.canonical_url)
    words = _kept(_words(entry), article)
    if given != entry.canonical_url:
        words = replace(words, url=article.words.url)
    if (article.words, article.canonical_url, article.dated) == (words, address, dated):
        return Unchanged(article.id)
    return Update(article.id, address, given, date, dated, words)


def _unusable(entry: Entry) -> str:
    if not entry.canonical_url:
        return N_("“%(title)s” has no address to link to.")
    if not entry.title_key:
        return N_("An entry without a title was left out.")
    return ""


def _words(entry: Entry) -> Words:
    return Words(
        url=entry.url,
        title=entry.title,
        title_key=entry.title_key,
        lead=entry.lead,
        body=entry.body,
        author=entry.author,
        agency=entry.agency,
        outlet=entry.outlet,
        language=entry.language,
        image_url=entry.image_url,
        categories=entry.categories,
        updated_at=entry.updated_at,
    )


def _kept(words: Words, article: Known) -> Words:
    """The feed's words now, but for what it leaves out and the article has from before or its page.

    An empty place never replaces a full one: a feed drops its oldest authors and images, and a
    page that was looked at filled in what this feed never says.
    """
    old = article.words
    page = article.page_read
    return replace(
        words,
        lead=old.lead if len(words.lead) < THIN_LEAD <= len(old.lead) and page else words.lead,
        body=old.body if page and len(old.body) > len(words.body) else words.body,
        author=words.author or old.author,
        agency=words.agency or old.agency,
        image_url=words.image_url or old.image_url,
        categories=words.categories or old.categories,
    )


def wants_page(words: Words, dated: bool) -> bool:
    """Did the feed leave out what the page may say: a lead, a date, who wrote it, an image?"""
    signed = words.author or words.agency
    return not (len(words.lead) >= THIN_LEAD and dated and signed and words.image_url)


def _tells_apart(key: str) -> bool:
    return len(key.split()) >= _TITLE_WORDS


def _short(guid: str) -> str:
    if len(guid) <= _LONGEST_GUID:
        return guid
    return "sha256:" + hashlib.sha256(guid.encode()).hexdigest()


class _Shelf:
    """The known articles, found by each of their three identities."""

    def __init__(self, known: Iterable[Known], source_id: int) -> None:
        self._source_id = source_id
        self._by_guid: dict[str, Known] = {}
        self._by_address: dict[str, Known] = {}
        self._by_title: dict[tuple[str, str], list[Known]] = {}
        self._taken: set[int | None] = set()
        for article in known:
            self.add(article)

    def add(self, article: Known) -> None:
        if article.source_id == self._source_id:
            self._by_guid[article.guid] = article
        self._by_address[article.canonical_url] = article
        if article.given_url:
            self._by_address.setdefault(article.given_url, article)
        self._under(article.words.title_key, article).append(article)

    def retitle(self, named: list[tuple[Entry, str]]) -> None:
        """Put each article under the title that this feed gives it now.

        Else another entry that took over its old title would pass for it, and be left out.
        """
        seen: set[int | None] = set()
        for entry, guid in named:
            article = self._exact(guid, entry)
            if article and article.source_id == self._source_id and article.id not in seen:
                seen.add(article.id)
                self._under(article.words.title_key, article).remove(article)
                self._under(entry.title_key, article).append(article)

    def _under(self, key: str, article: Known) -> list[Known]:
        return self._by_title.setdefault((key, host_of(article.canonical_url)), [])

    def _exact(self, guid: str, entry: Entry) -> Known | None:
        return self._by_guid.get(guid) or self._by_address.get(entry.canonical_url)

    def find(self, guid: str, entry: Entry, date: datetime) -> Known | None:
        found = self._exact(guid, entry)
        if found or not _tells_apart(entry.title_key):
            return found
        alike = self._by_title.get((entry.title_key, host_of(entry.canonical_url)), [])
        near = (a for a in alike if abs(a.published_at - date) <= _SAME_TITLE_WITHIN)
        return next(near, None)

    def take(self, article: Known) -> bool:
        """May this entry change the article? Only the first of a feed that means it may."""
        if article.id in self._taken:
            return False
        self._taken.add(article.id)
        return True

    def addresses_for(self, article: Known, address: str) -> tuple[str, str]:
        """The article's address, and the one its feed gives, now that an entry gives `address`.

        Its own word for it stays while the feed gives what it gave; another article's is not taken.
        """
        given = article.given_url or article.canonical_url
        owner = self._by_address.setdefault(address, article)
        if address == given or owner is not article:
            return article.canonical_url, given
        return address, address
