"""The ledger's set-based statements, for PostgreSQL and SQLite.

Where rows are many, one statement does for a whole group, which travels as one JSON parameter.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from mailer.mailings.narrowing import condition

# Everybody who has a tie to one of the lists, once, with the reason why they get nothing, or ''.
# The verdict counts it and the fan-out inserts from it, so the two cannot disagree.
AUDIENCE = """
WITH tie AS (
    SELECT n.subscriber_id,
           MAX(CASE n.state WHEN 'confirmed' THEN 2 WHEN 'pending' THEN 1 ELSE 0 END) AS best
    FROM subscribers_subscription n
    WHERE n.mailing_list_id IN ({lists}){among}
    GROUP BY n.subscriber_id
), audience AS (
    SELECT s.id AS subscriber_id,
           COALESCE(own.id, fallback.id) AS edition_id,
           COALESCE(own.language, fallback.language) AS language,
           CASE WHEN s.erased_at IS NOT NULL OR s.email_key IS NULL THEN 'erased'
                WHEN tie.best = 0 THEN 'unsubscribed'
                WHEN tie.best = 1 THEN 'unconfirmed'
                WHEN x.id IS NOT NULL THEN 'suppressed'
                WHEN s.paused_until > %s THEN 'paused'
                WHEN ({segment}) IS NOT TRUE THEN 'outside'
                WHEN COALESCE(own.id, fallback.id) IS NULL THEN 'no_edition'
                ELSE '' END AS reason
    FROM tie
    JOIN subscribers_subscriber s ON s.id = tie.subscriber_id
    LEFT JOIN subscribers_suppression x ON x.email_key = s.email_key
    LEFT JOIN editions_edition own ON own.issue_id = %s AND own.language = s.language
    LEFT JOIN editions_edition fallback
           ON fallback.issue_id = %s AND fallback.language = %s
)
"""

# Of a correction: only who received the issue that it corrects, or may have, by the ledger.
# Between a mailing's ids its rows are read in one run, and hashed; each reader's own row, by the
# index, would be looked up a million times.
_RECEIVED = """
    AND n.subscriber_id IN (
        SELECT d.subscriber_id
        FROM mailings_mailing m
        JOIN mailings_delivery d ON d.mailing_id = m.id AND d.id BETWEEN m.first AND m.last
        WHERE m.issue_id = %s AND d.state IN (3, 6)
    )"""

COUNT_AUDIENCE = (
    AUDIENCE
    + """
SELECT reason, COALESCE(language, ''), COUNT(*) FROM audience GROUP BY reason, language
"""
)

# Of it, those who get something, up to so many.
_UP_TO = """
SELECT COUNT(*) FROM (SELECT 1 FROM audience WHERE reason = '' LIMIT %s) AS few
"""
COUNT_UP_TO = AUDIENCE + _UP_TO

WRITE_QUEUED = """
INSERT INTO mailings_delivery
    (mailing_id, subscriber_id, edition_id, state, due_at, attempts, smtp_text, updated_at)
""" + (
    AUDIENCE
    + """
SELECT %s, subscriber_id, edition_id, 0, %s, 0, '', %s
FROM audience WHERE reason = ''
"""
)

# The deliveries of a lease's spans that are in some states (another mailing's may lie between
# them). PostgreSQL is made to go from each span to its rows: out of statistics in which everything
# is settled it expects none, and read the whole table for each group, 22 µs a row beside 160,000
# others, where this takes 10. The OFFSET is what it does not plan across.
_HELD = {
    "postgresql": """
mailings_span w CROSS JOIN LATERAL (
    SELECT * FROM mailings_delivery o
    WHERE o.mailing_id = w.mailing_id AND o.id BETWEEN w.first AND w.last AND o.state IN ({states})
    OFFSET 0) d""",
    "sqlite": """
mailings_span w JOIN mailings_delivery d
  ON d.mailing_id = w.mailing_id AND d.id BETWEEN w.first AND w.last AND d.state IN ({states})""",
}

# How many of a lease's spans wait, by state.
COUNT_LEASED = """
SELECT d.state, COUNT(*) FROM {held}
WHERE w.lease_id = %s GROUP BY d.state
"""

# Who of a leased group may still get the mail. FOR SHARE waits for an unsubscription that is
# being written, and lets none be written until the group is handed over. A person on two of the
# lists comes twice. `+ 0` and `|| ''` hide what is asked of the tie from the planner, so that each
# recipient's own is looked up: where a list was filled just now it expects two people on it, and
# went through all of them for each recipient (100,000 readers: 25 mails a second).
STILL_WANTED = """
SELECT d.id, d.subscriber_id, d.edition_id, d.attempts, s.email
FROM {held}
JOIN subscribers_subscriber s ON s.id = d.subscriber_id
JOIN subscribers_subscription n ON n.subscriber_id = s.id
WHERE w.lease_id = %s
  AND n.mailing_list_id + 0 IN ({lists}) AND n.state || '' = 'confirmed'
  AND s.erased_at IS NULL AND s.email_key IS NOT NULL
  AND (s.paused_until IS NULL OR s.paused_until <= %s)
  AND NOT EXISTS (SELECT 1 FROM subscribers_suppression x WHERE x.email_key = s.email_key)
"""

# Those of a lease's spans that are in some state, by id, with their address.
HELD = """
SELECT d.id, s.email FROM {held}
JOIN subscribers_subscriber s ON s.id = d.subscriber_id
WHERE w.lease_id = %s
"""

# It touches no index.
BEGIN_ROWS = """
UPDATE mailings_delivery AS b SET state = 2, lease_id = %s, updated_at = %s
FROM (SELECT d.id FROM {held} WHERE w.lease_id = %s) AS h WHERE b.id = h.id
"""

# One row of `news`: id, lease, state, due (or null), whether an attempt was used, code, text.
# The lease is the fence: a worker whose group was taken back changes nothing but what the
# take-back had to leave uncertain, of which it alone knows the end. PostgreSQL takes a column as
# one array, which it reads three times as fast as JSON.
# `+ 0` hides the two conditions from its planner: out of statistics in which everything is settled
# it expects no row, and chose a plan that took 700 ms for a group of 500. It is told between which
# ids the rows lie, for else it reads the whole table where that has less than some 400,000 rows.
_SETTLE = """
UPDATE mailings_delivery AS d
SET state = v.state, due_at = COALESCE(v.due, d.due_at), attempts = d.attempts + v.attempt,
    smtp_code = COALESCE(v.code, d.smtp_code), smtp_text = COALESCE(v.text, d.smtp_text),
    lease_id = NULL, updated_at = %s
FROM ({news}) AS v
WHERE d.id = v.id AND d.lease_id + 0 = v.lease AND d.state + 0 = %s{between}
RETURNING {key}
"""
_NEWS = {
    "postgresql": """
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::timestamptz[],
        %s::smallint[], %s::smallint[], %s::text[]) AS n(id, lease, state, due, attempt, code, text)
    """,
    "sqlite": """
    SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS lease,
           json_extract(value, '$[2]') AS state, json_extract(value, '$[3]') AS due,
           json_extract(value, '$[4]') AS attempt, json_extract(value, '$[5]') AS code,
           json_extract(value, '$[6]') AS text
    FROM json_each(%s)
    """,
}

# A span for each run of ids that wait and are in nobody's hands, of `WIDEST` ids at most. In a run
# every `id - ROW_NUMBER()` is the same.
WRITE_SPANS = """
INSERT INTO mailings_span (mailing_id, first, last, due_at)
SELECT mailing_id, MIN(id), MAX(id), due_at FROM (
    SELECT d.id, d.mailing_id, d.due_at,
           d.id - ROW_NUMBER() OVER (PARTITION BY d.due_at ORDER BY d.id) AS run
    FROM mailings_delivery d
    WHERE d.mailing_id = %s AND d.id BETWEEN %s AND %s AND d.state IN (0, 5)
      AND NOT EXISTS (
          SELECT 1 FROM mailings_span w JOIN mailings_lease l ON l.id = w.lease_id
          WHERE w.mailing_id = d.mailing_id AND d.id BETWEEN w.first AND w.last
            AND l.begun_at IS NULL)
) AS waiting
GROUP BY mailing_id, due_at, run, id / %s
"""

# At which domains the recipients of a mailing are: the largest ones.
COUNT_DOMAINS = """
SELECT {domain} AS name, COUNT(*) AS recipients
FROM mailings_delivery d JOIN subscribers_subscriber s ON s.id = d.subscriber_id
WHERE d.mailing_id = %s AND d.id BETWEEN %s AND %s
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""
# At which domains those of a mailing are that are in a state.
COUNT_DOMAINS_IN_STATE = """
SELECT {domain} AS name, COUNT(*) AS deliveries
FROM mailings_delivery d JOIN subscribers_subscriber s ON s.id = d.subscriber_id
WHERE d.mailing_id = %s AND d.id BETWEEN %s AND %s AND d.state = %s
GROUP BY 1
"""
_DOMAIN = {
    "postgresql": "split_part(s.email_key, '@', 2)",
    "sqlite": "substr(s.email_key, instr(s.email_key, '@') + 1)",
}

# The rows of a mailing between two ids, and before them their events; another's may lie between.
FOLD_EVENTS = """
DELETE FROM mailings_event WHERE delivery_id IN (
    SELECT id FROM mailings_delivery WHERE mailing_id = %s AND id BETWEEN %s AND %s)
"""
FOLD_ROWS = "DELETE FROM mailings_delivery WHERE mailing_id = %s AND id BETWEEN %s AND %s"

ADD_TALLIES = "INSERT INTO mailings_tally (mailing_id, state, domain, count) VALUES {rows}"

MAILING_STATE = "SELECT state FROM mailings_mailing WHERE id = %s"


def for_share(table: str = "") -> str:
    """The clause that locks rows against change; on SQLite the transaction itself is the lock."""
    if connection.vendor == "sqlite":
        return ""
    return f" FOR SHARE OF {table}" if table else " FOR SHARE"


def held(statement: str, states: str = "0, 5") -> str:
    """A statement over the deliveries of a lease that are in these states (`{held}`)."""
    return statement.replace("{held}", _HELD[connection.vendor].format(states=states))


def with_lists(statement: str, lists: list[int]) -> tuple[str, list[Any]]:
    """The statement with a place per list, and the lists; none of them matches nobody."""
    return statement.replace("{lists}", ", ".join(["%s"] * len(lists or [0]))), lists or [0]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is meant: the lists, the filter that narrows them, and the editions there are.

    `corrects` is the issue whose recipients alone are meant; None for everybody on the lists.
    """

    lists: list[int]
    segment: dict[str, Any] | None
    issue: int
    fallback: str
    corrects: int | None = None

    def of(self, statement: str, now: datetime) -> tuple[str, list[Any]]:
        """A statement over AUDIENCE for these people, and its parameters, in its order."""
        narrowed, values = condition(self.segment)
        whole, places = with_lists(statement.replace("{segment}", narrowed), self.lists)
        among = [] if self.corrects is None else [self.corrects]
        whole = whole.replace("{among}", _RECEIVED if among else "")
        issues = [self.issue, self.issue, self.fallback]
        return whole, [*places, *among, moment(now), *values, *issues]


def settle_statement() -> str:
    """`_SETTLE` in this database's words.

    Parameters: the moment, the rows (`columns`), a state; the first and the last id (`ends`).
    """
    # SQLite knows the alias everywhere but here.
    key = "id" if connection.vendor == "sqlite" else "d.id"
    between = "" if connection.vendor == "sqlite" else " AND d.id BETWEEN %s AND %s"
    return _SETTLE.format(news=_NEWS[connection.vendor], key=key, between=between)


def ends(ids: Collection[int]) -> list[int]:
    """The first and the last id, where `settle_statement` asks for them."""
    # SQLite looks each row up by its id, whatever it is told.
    return [] if connection.vendor == "sqlite" else [min(ids), max(ids)]


def columns(rows: list[tuple[Any, ...]]) -> list[Any]:
    """Rows as the parameters that stand for them: an array a column, or one JSON text."""
    if connection.vendor == "sqlite":
        return [json.dumps(rows, default=str, separators=(",", ":"))]
    *numbers, texts = zip(*rows, strict=True)
    return [*map(_array, numbers), _text_array(texts)]


def add_tallies(count: int) -> str:
    """So many rows of tallies; parameters: mailing, state, domain, count of each."""
    rows = ", ".join(["(%s, %s, %s, %s)"] * count)
    return ADD_TALLIES.replace("{rows}", rows)


def domain_statement(statement: str = COUNT_DOMAINS) -> str:
    """It, in this database's words; parameters: mailing, first, last, and how many or a state."""
    return statement.format(domain=_DOMAIN[connection.vendor])


def moment(value: datetime | None) -> Any:
    """A moment as this database's driver takes it in a statement of ours."""
    return connection.ops.adapt_datetimefield_value(value) if value else None


# An array is written as the one text that PostgreSQL reads it from: for a list psycopg's client
# cursor asks each element for its type, at ten times the price.


def _array(values: Iterable[object]) -> str:
    return "{" + ",".join(["NULL" if one is None else f"{one}" for one in values]) + "}"


def _text_array(values: Iterable[str | None]) -> str:
    return "{" + ",".join([_quoted(one) for one in values]) + "}"


# A relay says nearly the same to everybody.
@lru_cache(maxsize=256)
def _quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    # PostgreSQL's text takes every character but NUL.
    plain = text.replace("\0", "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
