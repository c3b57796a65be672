"""Visiting sources: one, some, or all whose time has come (verb)."""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone

from mailer import __version__
from mailer.articles import turns
from mailer.articles.adding import add_source
from mailer.articles.asking import Asking
from mailer.articles.canonical import shown
from mailer.articles.door import Policy
from mailer.articles.errands import Errand, alone, host_of, many
from mailer.articles.guard import exceptions
from mailer.articles.models import Source
from mailer.articles.pages import due_pages, look
from mailer.articles.reader import Reader, kept_reader
from mailer.articles.visit import FetchReport, begun, due, why_not
from mailer.errors import N_, NotFound

__all__ = ["FetchReport", "add_source", "due_sources", "policy", "refresh", "refresh_many"]

#: The turn of the process that visits whatever is due. One is enough: it holds two dozen requests
#: in the air, and a second one would load the parsers once more.
_ALL = "*"
_HOLD = timedelta(seconds=120)


def due_sources(now: datetime | None = None) -> list[int]:
    """The ids of the sources whose time has come and whom nobody is visiting, the oldest first."""
    return list(
        Source.objects.filter(due(now or timezone.now()))
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
    visit = begun(source, now, force, reader or kept_reader())
    if visit is None:
        return FetchReport(source.pk, shown(source.url), error=why_not(source, now))
    return alone(visit, ours)


def refresh_many(
    source_ids: Iterable[int],
    *,
    force: bool = False,
    until: float | None = None,
    reader: Reader | None = None,
) -> Iterator[FetchReport]:
    """Visit many sources side by side; a report of each that was visited, as they end.

    None is begun after `until` (monotonic seconds). One that was taken by another worker in the
    meantime is left out; with `force` its report says so.
    """
    reader = reader or kept_reader()
    sources = Source.objects.in_bulk(list(source_ids))

    def begin(source: Source) -> Asking[FetchReport] | None:
        now = timezone.now()
        visit = begun(source, now, force, reader)
        return _not_ours(source, now) if visit is None and force else visit

    in_order = (sources[pk] for pk in source_ids if pk in sources)
    errands = [Errand(host_of(source.url), partial(begin, source)) for source in in_order]
    return many(errands, policy(), until=until)


def _not_ours(source: Source, now: datetime) -> Asking[FetchReport]:
    """The report of a visit that is another's, as a visit that asks for nothing."""
    yield from ()
    return FetchReport(source.pk, shown(source.url), error=why_not(source, now))


def refresh_due(seconds: float) -> bool:
    """Visit what is due, then articles' pages, for about so many seconds; whether there is more.

    One process at a time: where another is at it, there is nothing to do here.
    """
    held = turns.take(_ALL, _HOLD)
    if held is None:
        return False
    until = time.monotonic() + seconds
    try:
        for _ in refresh_many(due_sources(), until=until):
            held = turns.keep(_ALL, held, _HOLD) or held
        look(policy(), until=until)
        turns.forget_old()
    finally:
        turns.give_back(_ALL, held, timedelta())
    return bool(due_sources() or due_pages(timezone.now()))


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
