"""The rows of an import: a few statements for a whole group of people.

First what there is to know of each (`_STANDING`: a look-up in three indexes a person), then one
statement that writes the person, the subscription and the proof of everybody who is new, and
another for those who are known and not on the list. A group travels as one array a column, or as
one JSON document on SQLite, where a statement that runs for long lets other threads work.

On PostgreSQL whom nobody knows is written by COPY (copying.py), and by a statement that takes a
column as an array when somebody signed up meanwhile. What counted too, per person: the checks of
four foreign keys (14 of 29 µs, so the two ends of a subscription and of a consent have none in the
database: see models.py), and indexes that others made superfluous (6 µs).
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection

from mailer.subscribers.consents import Act
from mailer.subscribers.copying import copy_new
from mailer.subscribers.models import Consent, Subscription, SubscriptionState
from mailer.subscribers.people import Line
from mailer.subscribers.terms import Terms

# What is known of people, by their keys; who is new is not in it.
_STANDING = """
SELECT known.key, person.id, tie.state, gone.id IS NOT NULL
  FROM {keys}
  LEFT JOIN subscribers_subscriber person ON person.email_key = known.key
  LEFT JOIN subscribers_subscription tie
    ON tie.subscriber_id = person.id AND tie.mailing_list_id = %s
  LEFT JOIN subscribers_suppression gone ON gone.email_key = known.key
 WHERE person.id IS NOT NULL OR gone.id IS NOT NULL
"""
_KEYS = {
    "postgresql": "unnest(%s::text[]) AS known(key)",
    "sqlite": "(SELECT value AS key FROM json_each(%s)) AS known",
}
# With thousands of keys PostgreSQL's planner would rather read the whole table of subscribers, for
# each group anew. What writes needs its joins again: 380 µs a person without them.
_LOOK_UP = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
_AS_BEFORE = "SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT"

# PostgreSQL does it in one statement, which hands the ids on. `made` is who gets a subscription.
_MADE_NEW = """
INSERT INTO subscribers_subscriber (email, email_key, name, language, attributes, created_at)
SELECT email, key, name, language, attributes::jsonb, %s
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS line(email, key, name, language, attributes)
    ON CONFLICT DO NOTHING
RETURNING id, language
"""
_MADE_KNOWN = "SELECT id, language FROM subscribers_subscriber WHERE id = ANY(%s::bigint[])"
_TIED = """
WITH made AS ({made}), tied AS (
    INSERT INTO subscribers_subscription
        (subscriber_id, mailing_list_id, state, round, requested_at, confirmed_at)
    SELECT id, %s, %s, 1, %s, %s::timestamptz FROM made
        ON CONFLICT DO NOTHING
    RETURNING subscriber_id
), proved AS (
    INSERT INTO subscribers_consent (subscriber_id, mailing_list_id, act, at, text_shown, language,
                                     origin, network, message_id)
    SELECT id, %s, %s, %s, %s, language, %s, '', ''
      FROM made JOIN tied ON tied.subscriber_id = made.id WHERE %s
)
SELECT COUNT(*) FROM tied
"""
# SQLite knows no such chain, but one writer at a time: what is new has an id above the last.
_LAST = """
SELECT (SELECT COALESCE(MAX(id), 0) FROM subscribers_subscriber),
       (SELECT COALESCE(MAX(id), 0) FROM subscribers_subscription)
"""
_NEW_PEOPLE = """
INSERT INTO subscribers_subscriber (email, email_key, name, language, attributes, created_at)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, %s FROM json_each(%s) WHERE true
    ON CONFLICT DO NOTHING
"""
_NEW_TIES = """
INSERT INTO subscribers_subscription
    (subscriber_id, mailing_list_id, state, round, requested_at, confirmed_at)
SELECT id, %s, %s, 1, %s, %s FROM subscribers_subscriber WHERE {which}
    ON CONFLICT DO NOTHING
"""
_NEW_PROOFS = """
INSERT INTO subscribers_consent (subscriber_id, mailing_list_id, act, at, text_shown, language,
                                 origin, network, message_id)
SELECT person.id, %s, %s, %s, %s, person.language, %s, '', ''
  FROM subscribers_subscription tie
  JOIN subscribers_subscriber person ON person.id = tie.subscriber_id
 WHERE %s AND tie.id > %s
"""


class Standing(NamedTuple):
    """A person who is known: their id (None: only suppressed), state on the list, suppression."""

    person: int | None
    state: str | None
    suppressed: bool


def standing(keys: Collection[str], terms: Terms) -> dict[str, Standing]:
    """What is known of people, by key; in the transaction that then writes them."""
    if not keys:
        return {}
    statement = _STANDING.format(keys=_KEYS[connection.vendor])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(statement, [_document(keys), terms.list_id])
            found = cursor.fetchall()
        else:
            cursor.execute(_LOOK_UP)
            cursor.execute(statement, [_column(keys), terms.list_id])
            found = cursor.fetchall()
            cursor.execute(_AS_BEFORE)
    return {key: Standing(person, state, bool(gone)) for key, person, state, gone in found}


def add_new(lines: Sequence[Line], terms: Terms) -> int:
    """Write people whom nobody knows, on the list and with their proof; returns how many.

    Fewer than `lines` when somebody signed up meanwhile, who is then known.
    """
    if not lines:
        return 0
    # By key: two imports at once then wait for each other, and never in a circle.
    ordered = sorted(lines, key=attrgetter("key"))
    if connection.vendor == "postgresql":
        if copy_new(ordered, terms):
            return len(lines)
        columns = [_column(column) for column in list(zip(*ordered, strict=True))[1:]]
        return _tie(_MADE_NEW, [_moment(terms.now), *columns], terms)
    with connection.cursor() as cursor:
        last = _last(cursor)
        rows = [line[1:] for line in ordered]
        cursor.execute(_NEW_PEOPLE, [_moment(terms.now), _document(rows)])
        return _tie_on_sqlite(cursor, "id > %s", last.person, last, terms)


def add_known(people: Sequence[int], terms: Terms) -> int:
    """Put people, by their ids, on the list and write their proof; returns how many."""
    if not people:
        return 0
    if connection.vendor == "postgresql":
        return _tie(_MADE_KNOWN, ["{" + ",".join(map(str, people)) + "}"], terms)
    with connection.cursor() as cursor:
        which = "id IN (SELECT value FROM json_each(%s))"
        return _tie_on_sqlite(cursor, which, _document(people), _last(cursor), terms)


def confirm(people: Sequence[int], terms: Terms) -> int:
    """Confirm who waits on the list; locked first, so that nobody who leaves is brought back."""
    waiting = Subscription.objects.filter(
        mailing_list=terms.list_id, state=SubscriptionState.PENDING, subscriber__in=people
    )
    locked = waiting.select_for_update(of=("self",)).select_related("subscriber")
    ties = list(locked.order_by("pk"))
    Consent.objects.bulk_create(
        Consent(
            subscriber_id=tie.subscriber_id,
            mailing_list_id=terms.list_id,
            act=Act.IMPORTED,
            at=terms.now,
            text_shown=terms.consent,
            language=tie.subscriber.language,
            origin=terms.origin,
        )
        for tie in ties
    )
    return Subscription.objects.filter(pk__in=[tie.pk for tie in ties]).update(
        state=SubscriptionState.CONFIRMED, confirmed_at=terms.now, left_at=None
    )


class _Last(NamedTuple):
    """The newest ids."""

    person: int
    tie: int


def _last(cursor: Any) -> _Last:
    cursor.execute(_LAST)
    return _Last(*cursor.fetchone())


def _tie(made: str, parameters: list[Any], terms: Terms) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _TIED.format(made=made),
            [*parameters, *_tie_of(terms), *_proof_of(terms), _proven(terms)],
        )
        return int(cursor.fetchone()[0])


def _tie_on_sqlite(cursor: Any, which: str, whom: Any, last: _Last, terms: Terms) -> int:
    cursor.execute(_NEW_TIES.format(which=which), [*_tie_of(terms), whom])
    tied = int(cursor.rowcount)
    cursor.execute(_NEW_PROOFS, [*_proof_of(terms), _proven(terms), last.tie])
    return tied


def _tie_of(terms: Terms) -> list[Any]:
    at = _moment(terms.now)
    return [terms.list_id, terms.state.value, at, at if terms.consent else None]


def _proof_of(terms: Terms) -> list[Any]:
    return [terms.list_id, Act.IMPORTED.value, _moment(terms.now), terms.consent, terms.origin]


def _proven(terms: Terms) -> bool:
    """Without consent the proof is left to the letter that asks."""
    return bool(terms.consent)


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _column(texts: Iterable[str]) -> str:
    """Texts as one array of PostgreSQL, escaped all at once; none of them holds a NUL."""
    whole = "\0".join(texts).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + whole.replace("\0", '","') + '"}'


def _document(rows: Iterable[Any]) -> str:
    return json.dumps(list(rows), ensure_ascii=False)
