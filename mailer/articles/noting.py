"""What a visit leaves on its source (pure): the columns to write, computed from what happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mailer.articles.answers import Fetched
from mailer.articles.discovery import Found
from mailer.articles.feed import ParsedFeed
from mailer.articles.schedule import Outcome, Standing, State, next_visit, standing
from mailer.errors import MailerError

MOVES_BELIEVED = 3  # a permanent redirect seen so often in a row is a new address


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a source when a visit to it begins."""

    id: int
    title: str
    interval_minutes: int
    ttl_minutes: int
    state: State
    failures: int
    parse_failures: int
    moved_to: str
    moved_count: int
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What happened: `fetched` is None where there was no answer, `feed` where none was read.

    `found` is what was read in place of a web page that names it.
    """

    outcome: Outcome
    fetched: Fetched | None = None
    feed: ParsedFeed | None = None
    error: MailerError | None = None
    found: Found | None = None


def columns(before: Before, visit: Visit, now: datetime) -> dict[str, Any]:
    """The source's new columns, by name."""
    after = standing(Standing(before.state, before.failures, before.parse_failures), visit.outcome)
    ttl = visit.feed.ttl_minutes if visit.feed else before.ttl_minutes
    return {
        "state": after.state,
        "failures": after.failures,
        "parse_failures": after.parse_failures,
        "error": visit.error.stored() if visit.error else None,
        "last_fetched_at": now,
        "failing_since": (before.failing_since or now) if after.failures else None,
        "last_status": visit.fetched.status if visit.fetched else None,
        "ttl_minutes": ttl,
        "next_fetch_at": next_visit(
            now,
            interval=timedelta(minutes=before.interval_minutes),
            after=after,
            asked=_asked(visit, ttl),
            seed=f"{before.id} {now.isoformat()}",
        ),
        **_from_feed(before, visit),
        **({} if visit.error else {"last_read_at": now}),
        **_moved(before, visit),
    }


def _asked(visit: Visit, ttl_minutes: int) -> int:
    """The longest pause in seconds that the feed or the server asks for."""
    if visit.fetched is None:
        return 0
    if visit.error:
        return visit.fetched.retry_after
    return max(ttl_minutes * 60, visit.fetched.fresh_for, visit.fetched.retry_after)


def _from_feed(before: Before, visit: Visit) -> dict[str, Any]:
    """Validators are kept only of what was read: else a 304 would hide what never was."""
    if visit.fetched is None or visit.error:
        return {}
    validators = {"etag": visit.fetched.etag, "last_modified": visit.fetched.last_modified}
    kept = {name: value for name, value in validators.items() if value or visit.feed}
    if visit.feed and visit.feed.title and not before.title:
        kept["title"] = visit.feed.title
    return kept


def _moved(before: Before, visit: Visit) -> dict[str, Any]:
    if visit.fetched is None or visit.error:
        return {}
    target = visit.fetched.moved_to
    again = bool(target) and target == before.moved_to
    return {
        "moved_to": target,
        "moved_count": before.moved_count + 1 if again else int(bool(target)),
    }
