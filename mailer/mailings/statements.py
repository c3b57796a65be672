"""The ledger's set-based statements, for PostgreSQL and SQLite.

Where rows are many, one statement does for a whole group, which travels as one JSON parameter.
"""

import json
from datetime import datetime
from typing import Any

from django.db import connection

# Everybody who has a tie to one of the lists, once, with the reason why they get nothing, or ''.
# The verdict counts it and the fan-out inserts from it, so the two cannot disagree.
AUDIENCE = """
WITH tie AS (
    SELECT n.subscriber_id,
           MAX(CASE n.state WHEN 'confirmed' THEN 2 WHEN 'pending' THEN 1 ELSE 0 END) AS best
    FROM subscribers_subscription n
    WHERE n.mailing_list_id IN ({lists})
    GROUP BY n.subscriber_id
), audience AS (
    SELECT s.id AS subscriber_id,
           COALESCE(own.id, fallback.id) AS edition_id,
           COALESCE(own.language, fallback.language) AS language,
           CASE WHEN s.erased_at IS NOT NULL OR s.email_key IS NULL THEN 'erased'
                WHEN tie.best = 0 THEN 'unsubscribed'
                WHEN tie.best = 1 THEN 'unconfirmed'
                WHEN x.id IS NOT NULL THEN 'suppressed'
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

COUNT_AUDIENCE = (
    AUDIENCE
    + """
SELECT reason, COALESCE(language, ''), COUNT(*) FROM audience GROUP BY reason, language
"""
)

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

# Who of a leased group may still get the mail. FOR SHARE waits for an unsubscription that is
# being written, and lets none be written until the group is handed over.
STILL_WANTED = """
SELECT d.id, d.subscriber_id, d.edition_id, d.attempts, s.email
FROM mailings_delivery d
JOIN subscribers_subscriber s ON s.id = d.subscriber_id
JOIN subscribers_subscription n ON n.subscriber_id = s.id
WHERE d.lease_id = %s AND d.state = 1
  AND n.mailing_list_id IN ({lists}) AND n.state = 'confirmed'
  AND s.erased_at IS NULL AND s.email_key IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM subscribers_suppression x WHERE x.email_key = s.email_key)
"""

# One row of `news`: id, lease, state, due (or null), whether an attempt was used, code, text.
# The lease is the fence: a worker whose group was taken back changes nothing but what the
# take-back had to leave uncertain, of which it alone knows the end.
_SETTLE = """
UPDATE mailings_delivery AS d
SET state = v.state, due_at = COALESCE(v.due, d.due_at), attempts = d.attempts + v.attempt,
    smtp_code = COALESCE(v.code, d.smtp_code), smtp_text = COALESCE(v.text, d.smtp_text),
    lease_id = NULL, updated_at = %s
FROM ({news}) AS v
WHERE d.id = v.id AND d.lease_id = v.lease AND d.state IN (2, 6)
"""
_NEWS = {
    "postgresql": """
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS news(
        id bigint, lease bigint, state smallint, due timestamptz, attempt smallint,
        code smallint, text text)
    """,
    "sqlite": """
    SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.lease') AS lease,
           json_extract(value, '$.state') AS state, json_extract(value, '$.due') AS due,
           json_extract(value, '$.attempt') AS attempt, json_extract(value, '$.code') AS code,
           json_extract(value, '$.text') AS text
    FROM json_each(%s)
    """,
}

MAILING_STATE = "SELECT state FROM mailings_mailing WHERE id = %s"


def for_share(table: str = "") -> str:
    """The clause that locks rows against change; on SQLite the transaction itself is the lock."""
    if connection.vendor == "sqlite":
        return ""
    return f" FOR SHARE OF {table}" if table else " FOR SHARE"


def with_lists(statement: str, lists: list[int]) -> tuple[str, list[Any]]:
    """The statement with a place per list, and the lists; none of them matches nobody."""
    return statement.replace("{lists}", ", ".join(["%s"] * len(lists or [0]))), lists or [0]


def settle_statement() -> str:
    """`_SETTLE` in this database's words; parameters: the moment, the rows as JSON."""
    return _SETTLE.format(news=_NEWS[connection.vendor])


def moment(value: datetime | None) -> Any:
    """A moment as this database's driver takes it in a statement of ours."""
    return connection.ops.adapt_datetimefield_value(value) if value else None


def as_json(rows: list[dict[str, Any]]) -> str:
    """Rows as the one parameter of a statement."""
    return json.dumps(rows, default=str, separators=(",", ":"))
