"""One visit to one source (verb).

    claim → wait for the host's turn → fetch → parse in the child → decide and store → note

Whatever goes wrong on the way is noted on the source as a sentence; other sources are not
concerned. A visit whose worker dies leaves a claim that lapses.
"""

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from mailer import __version__
from mailer.articles.adding import add_source, normalised
from mailer.articles.answers import Fetched, refusal
from mailer.articles.canonical import shown
from mailer.articles.decide import Intent, New, Rejected, Unchanged, Update
from mailer.articles.door import Policy
from mailer.articles.feed import Entry, ParsedFeed
from mailer.articles.fetch import fetch
from mailer.articles.guard import exceptions, is_excepted
from mailer.articles.models import Source, SourceState
from mailer.articles.noting import MOVES_BELIEVED, Before, Visit, columns
from mailer.articles.pace import Pace
from mailer.articles.reader import Reader, kept_reader
from mailer.articles.schedule import Outcome
from mailer.articles.store import store
from mailer.errors import (
    N_,
    FetchError,
    MailerError,
    NotFound,
    ParseError,
    Refused,
    StoredSentence,
)

__all__ = ["FetchReport", "add_source", "due_sources", "policy", "refresh"]

LEASE = timedelta(minutes=5)  # a visit takes its host's turn, 20 s to fetch and 20 s to read
_pace = Pace()
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


def due_sources(now: datetime | None = None) -> list[int]:
    """The ids of the sources whose time has come and whom nobody is visiting, the oldest first."""
    return list(
        Source.objects.filter(_due(now or timezone.now()))
        .order_by("next_fetch_at")
        .values_list("pk", flat=True)
    )


def refresh(
    source_id: int,
    *,
    now: datetime | None = None,
    force: bool = False,
    reader: Reader | None = None,
) -> FetchReport:
    """Visit a source if its time has come; with `force`, whenever and whatever its state.

    A failure is in the report and on the source, never raised; NotFound for an unknown id. A
    source that another worker is visiting is left to it, and the report says so.
    """
    now = now or timezone.now()
    source = _source(source_id)
    ours = policy()  # before the claim: a wrong setting is the operator's, not the source's
    lease = _claim(source, now, force)
    if lease is None:
        return FetchReport(source.pk, shown(source.url), error=_why_not(source, now))
    visit, intents = _visit(source, ours, now, reader or kept_reader())
    _note(source, visit, lease, now)
    _log.debug("source %s: %s %s", source.pk, visit.outcome, visit.error or "")
    return _report(source, visit, intents)


def policy() -> Policy:
    """How this installation fetches, from its settings; Misconfigured for a wrong exception."""
    return Policy(
        user_agent=f"mailer/{__version__} (+{settings.MAILER_CONTACT})",
        allowed=exceptions(settings.MAILER_ALLOW_PRIVATE),
    )


def _source(source_id: int) -> Source:
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise NotFound(N_("There is no source number %(number)s."), number=source_id)
    return source


def _free(now: datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lte=now)


def _due(now: datetime) -> Q:
    visited = Q(state__in=[SourceState.ACTIVE, SourceState.BROKEN])
    return visited & Q(next_fetch_at__lte=now) & _free(now)


def _claim(source: Source, now: datetime, force: bool) -> datetime | None:
    """The end of our claim, or None where the source is another's, or not due.

    The next visit moves with it: a worker that dies leaves the source due when the claim lapses.
    """
    lease = now + LEASE
    free = Source.objects.filter(_free(now) if force else _due(now), pk=source.pk)
    return lease if free.update(claimed_until=lease, next_fetch_at=lease) else None


def _why_not(source: Source, now: datetime) -> StoredSentence | None:
    """Why there was no claim to be had: another's visit, or (no error) that it was not due."""
    source.refresh_from_db()
    if source.claimed_until is None or source.claimed_until <= now:
        return None
    return Refused(
        N_("%(url)s is being fetched at this moment. Look again in a minute."),
        url=shown(source.url),
    ).stored()


def _visit(
    source: Source, ours: Policy, now: datetime, reader: Reader
) -> tuple[Visit, list[Intent]]:
    fetched: Fetched | None = None
    try:
        fetched = _fetch(source, ours, now)
        refused = refusal(fetched.status, shown(source.url))
        if refused:
            outcome: Outcome = "gone" if fetched.status == 410 else "unreachable"
            return Visit(outcome, fetched, error=refused), []
        if fetched.status == 304:
            return Visit("unchanged", fetched), []
        feed = _read(source, fetched, reader)
        intents = store(_named(feed, source), source_id=source.pk, now=now)
        _not_all_rejected(intents, source)
    except ParseError as error:
        return Visit("unreadable", fetched, error=error), []
    except FetchError as error:
        return Visit("unreachable", fetched, error=error), []
    return Visit("read", fetched, feed), intents


def _fetch(source: Source, ours: Policy, now: datetime) -> Fetched:
    with _turn(source.url, ours):
        return fetch(
            source.url,
            policy=ours,
            now=now,
            etag=source.etag,
            last_modified=source.last_modified,
            allow_local=source.allow_local,
        )


def _turn(url: str, ours: Policy) -> AbstractContextManager[None]:
    host = urlsplit(url).hostname or ""
    return nullcontext() if not host or is_excepted(url, ours.allowed) else _pace.turn(host)


def _read(source: Source, fetched: Fetched, reader: Reader) -> ParsedFeed:
    return reader.read(
        fetched.body,
        content_type=fetched.content_type,
        url=shown(fetched.final_url),
        hint=source.language,
    )


def _named(feed: ParsedFeed, source: Source) -> list[Entry]:
    """The entries, their outlet called as staff call the source."""
    return [
        replace(entry, outlet=source.title)
        if source.title and entry.outlet == feed.title
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
    noted |= _new_address(source, noted)
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
