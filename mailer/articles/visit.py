"""A visit to one source (verb).

    claim → fetch, in the host's turn → parse in the child → decide and store → note

Whatever goes wrong on the way is noted on the source as a sentence; other sources are not
concerned. A visit whose worker dies leaves a claim that lapses.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Max, Q
from django.utils import timezone

from mailer.articles.adding import normalised
from mailer.articles.answers import Fetched
from mailer.articles.asking import Asking
from mailer.articles.bring import Wanted, bring
from mailer.articles.canonical import host_of, shown
from mailer.articles.decide import Intent, New, Rejected, Unchanged, Update
from mailer.articles.feed import Entry, ParsedFeed
from mailer.articles.models import VISITED, Kind, Source, SourceState
from mailer.articles.noting import MOVES_BELIEVED, Before, Visit, columns
from mailer.articles.reader import Reader
from mailer.articles.store import store
from mailer.errors import N_, MailerError, ParseError, Refused, StoredSentence

LEASE = timedelta(minutes=5)  # a visit takes its host's turn, 20 s to fetch and 10 s to read
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a visit brought, in articles; `error` says why it brought nothing."""

    source: int
    url: str
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    error: StoredSentence | None = None
    rejected: int = 0


def _free(now: datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lte=now)


def due(now: datetime) -> Q:
    visited = Q(state__in=[SourceState.ACTIVE, SourceState.BROKEN], kind__in=VISITED)
    return visited & Q(next_fetch_at__lte=now) & _free(now)


def _claim(source: Source, now: datetime, force: bool) -> datetime | None:
    """The end of our claim, or None where the source is another's, or not due.

    The next visit moves with it: a worker that dies leaves the source due when the claim lapses.
    """
    lease = now + LEASE
    free = Source.objects.filter(_free(now) if force else due(now), pk=source.pk)
    return lease if free.update(claimed_until=lease, next_fetch_at=lease) else None


def why_not(source: Source, now: datetime) -> StoredSentence | None:
    """Why there was no claim to be had: another's visit, or (no error) that it was not due."""
    source.refresh_from_db()
    if source.claimed_until is None or source.claimed_until <= now:
        return None
    return Refused(
        N_("%(url)s is being fetched at this moment. Look again in a minute."),
        url=shown(source.url),
    ).stored()


def begun(source: Source, now: datetime, force: bool, reader: Reader) -> Asking[FetchReport] | None:
    """The visit, the source being ours; None where it is another's, or not due."""
    lease = _claim(source, now, force)
    return _visit(source, lease, now, reader) if lease else None


def _visit(source: Source, lease: datetime, now: datetime, reader: Reader) -> Asking[FetchReport]:
    visit = yield from bring(_wanted(source), partial(_read, source, reader))
    visit, intents = _stored(source, visit, now)
    _note(source, visit, lease, now)
    _log.debug("source %s: %s %s", source.pk, visit.outcome, visit.error or "")
    return _report(source, visit, intents)


def _wanted(source: Source) -> Wanted:
    is_wordpress = source.kind == Kind.WORDPRESS
    changed = source.articles.aggregate(last=Max("updated_at"))["last"] if is_wordpress else None
    return Wanted(
        url=source.url,
        is_wordpress=is_wordpress,
        etag=source.etag,
        last_modified=source.last_modified,
        allow_local=source.allow_local,
        # An article that says it changed tomorrow must not hide what changes today.
        since=min(changed, timezone.now()) if changed else None,
        is_named=bool(source.title),
        was_read=source.last_read_at is not None,
    )


def _stored(source: Source, visit: Visit, now: datetime) -> tuple[Visit, list[Intent]]:
    """The visit, its articles stored; another visit where they cannot be."""
    if visit.feed is None:
        return visit, []
    try:
        _refuse_known(source, visit)
        intents = store(_named(visit.feed, source), source_id=source.pk, now=now)
        _not_all_rejected(intents, source)
    except ParseError as error:
        return Visit("unreadable", visit.fetched, error=error), []
    except Refused as error:
        return Visit("unreachable", visit.fetched, error=error), []
    return visit, intents


def _refuse_known(source: Source, visit: Visit) -> None:
    """A site whose feed is a source already brings nothing a second time."""
    if visit.found and (other := Source.objects.filter(url=visit.found.url).first()):
        raise Refused(
            N_("%(url)s leads to %(feed)s, which is source %(number)s already. Remove this one."),
            url=shown(source.url),
            feed=shown(visit.found.url),
            number=other.pk,
        )


def _read(source: Source, reader: Reader, fetched: Fetched) -> ParsedFeed:
    return reader.read(
        fetched.body,
        content_type=fetched.content_type,
        url=shown(fetched.final_url),
        hint=source.language,
    )


def _named(feed: ParsedFeed, source: Source) -> list[Entry]:
    """The entries, their outlet called as staff call the source."""
    nameless = host_of(source.url)  # as an entry is signed whose feed has no name
    return [
        replace(entry, outlet=source.title)
        if source.title and entry.outlet in (feed.title, nameless)
        else entry
        for entry in feed.entries
    ]


def _not_all_rejected(intents: list[Intent], source: Source) -> None:
    if intents and all(isinstance(intent, Rejected) for intent in intents):
        raise ParseError(
            N_("None of the %(count)s entries of %(url)s has both a title and an address."),
            count=len(intents),
            url=shown(source.url),
        )


def _note(source: Source, visit: Visit, lease: datetime, now: datetime) -> None:
    """Write what the visit leaves, if the claim is still ours: after a long sleep it is not."""
    before = Before(**{name: getattr(source, name) for name in Before.__dataclass_fields__})
    noted = columns(before, visit, now)
    noted |= _new_address(source, noted) or _found_address(visit)
    Source.objects.filter(pk=source.pk, claimed_until=lease).update(claimed_until=None, **noted)


def _new_address(source: Source, noted: dict[str, Any]) -> dict[str, Any]:
    """The address that a permanent redirect has named often enough; none that is a source already.

    An address with a password stays: the redirect would lose it.
    """
    if noted.get("moved_count", 0) < MOVES_BELIEVED or "@" in urlsplit(source.url).netloc:
        return {}
    try:
        target = normalised(noted["moved_to"])
    except MailerError:
        return {}
    if Source.objects.filter(url=target).exists():
        return {}
    return {"url": target, "moved_to": "", "moved_count": 0}


def _found_address(visit: Visit) -> dict[str, Any]:
    """The address of what can be read, found on the page that was given in its place."""
    if visit.found is None:
        return {}
    kind = Kind.WORDPRESS if visit.found.is_wordpress else Kind.FEED
    return {"url": visit.found.url, "kind": kind, "moved_to": "", "moved_count": 0}


def _report(source: Source, visit: Visit, intents: Iterable[Intent]) -> FetchReport:
    kinds = [type(intent) for intent in intents]
    # "Not modified" says the same of every article as reading them all again would.
    same = source.articles.count() if visit.outcome == "unchanged" else kinds.count(Unchanged)
    return FetchReport(
        source=source.pk,
        url=shown(source.url),
        new=kinds.count(New),
        updated=kinds.count(Update),
        unchanged=same,
        error=visit.error.stored() if visit.error else None,
        rejected=kinds.count(Rejected),
    )
