"""How a source fares, as a sentence and what to do next (pure).

The stored error already says what went wrong and what to do about it; here is what it means: how
long it has been so, when it is tried next, and what a silence may mean.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from mailer.errors import N_, StoredSentence

#: A source that brings nothing new for longer than this has perhaps another feed by now.
SILENT_AFTER = timedelta(days=30)
_LONG = 3  # days of failing after which waiting is no advice any more

Level = Literal["well", "waiting", "troubled", "silent", "ended", "paused"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a source; `newest` is its newest article's date, `visited` whether its kind
    is visited at all.
    """

    state: str
    visited: bool
    failures: int
    failing_since: datetime | None
    last_fetched_at: datetime | None
    next_fetch_at: datetime
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """`level` colours it; `words` are the sentence, None where the level says it all."""

    level: Level
    words: StoredSentence | None = None


def health(facts: Facts, now: datetime) -> Health:
    """The health of a source at a moment."""
    if not facts.visited:
        return Health("well")
    if facts.state == "paused":
        return Health("paused", _told(N_("Paused. An administrator can let it go on.")))
    if facts.state == "gone":
        return Health(
            "ended", _told(N_("It is not visited any more. Add its new address, if any."))
        )
    if facts.failures:
        return _failing(facts, now)
    if facts.last_fetched_at is None:
        return Health("waiting", _told(N_("It is visited within a minute.")))
    return _reading(facts, now)


def _failing(facts: Facts, now: datetime) -> Health:
    """Failing: how often, and when next; for days: what a person can do."""
    days = (now - facts.failing_since).days if facts.failing_since else 0
    if days < _LONG:
        minutes = max(1, round((facts.next_fetch_at - now).total_seconds() / 60))
        told = N_("Visits failed in a row: %(count)s. The next try is in %(minutes)s min.")
        return Health("troubled", _told(told, count=facts.failures, minutes=minutes))
    told = N_(
        "It has not been read for %(days)s days and is tried daily. Open its address in a browser; "
        "if the site has a new feed, add that one."
    )
    return Health("troubled", _told(told, days=days))


def _reading(facts: Facts, now: datetime) -> Health:
    if facts.newest is None:
        return Health("silent", _told(N_("It is read and holds no article. Is it the right feed?")))
    silent = now - facts.newest
    if silent > SILENT_AFTER:
        told = N_("Nothing new for %(days)s days. Look whether the site has another feed by now.")
        return Health("silent", _told(told, days=silent.days))
    return Health("well")


def _told(message: str, **values: int) -> StoredSentence:
    return {"id": message, "values": {**values}}
