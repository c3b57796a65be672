"""A segment as a condition of the fan-out's statement: `s` is the person."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.db import connection

from mailer.mailings.models import DeliveryState
from mailer.subscribers import segments
from mailer.subscribers.segments import Condition

_ON_ONE_OF = """EXISTS (
    SELECT 1 FROM subscribers_subscription o JOIN subscribers_mailinglist l
        ON l.id = o.mailing_list_id
    WHERE o.subscriber_id = s.id AND o.state = 'confirmed' AND l.slug IN ({places}))"""
_NEVER_IN_STATE = """NOT EXISTS (
    SELECT 1 FROM mailings_delivery d WHERE d.subscriber_id = s.id AND d.state = %s)"""
# By the key itself: SQLite's own operators would take some of them for a path.
_ATTRIBUTE = {
    "postgresql": "(s.attributes ->> %s)",
    "sqlite": "(SELECT a.value FROM json_each(s.attributes) a WHERE a.key = %s)",
}


def condition(stored: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    """What holds for the people of a segment, and its values; none is everybody."""
    if not stored:
        return "1 = 1", []
    wanted = segments.of(stored)
    parts: list[tuple[str, list[Any]]] = [_of_attribute(one) for one in wanted.attributes]
    if wanted.languages:
        parts.append((f"s.language IN ({_places(wanted.languages)})", [*wanted.languages]))
    if wanted.lists:
        parts.append((_ON_ONE_OF.format(places=_places(wanted.lists)), [*wanted.lists]))
    if wanted.joined_since:
        since = datetime.combine(wanted.joined_since, time(), UTC)
        value = connection.ops.adapt_datetimefield_value(since)
        parts.append(("s.created_at >= %s", [value]))
    if wanted.never_refused:
        parts.append((_NEVER_IN_STATE, [DeliveryState.REFUSED.value]))
    return " AND ".join(sql for sql, _ in parts), [one for _, values in parts for one in values]


def _of_attribute(one: Condition) -> tuple[str, list[Any]]:
    found = _ATTRIBUTE[connection.vendor]
    match one.operator:
        case "is":
            return f"{found} = %s", [one.name, one.value]
        case "is_not":
            return f"COALESCE({found}, '') <> %s", [one.name, one.value]
        case "set":
            return f"{found} IS NOT NULL", [one.name]
        case _:
            return f"{found} IS NULL", [one.name]


def _places(values: tuple[str, ...]) -> str:
    return ", ".join(["%s"] * len(values))
