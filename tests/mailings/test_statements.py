"""How the databases go about the statements that see many rows."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from mailer.mailings import ledger, statements
from tests.mailings.story import started

pytestmark = pytest.mark.django_db

_CROWD = {
    "postgresql": "generate_series(1, 20000) AS made(n)",
    "sqlite": (
        "(WITH RECURSIVE made(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM made WHERE n < 20000)"
        " SELECT n FROM made)"
    ),
}
# The index of (subscriber, list), under the name it has there.
_BY_PERSON = {
    "postgresql": "one_subscription_per_list",
    "sqlite": "sqlite_autoindex_subscribers_subscription_1",
}
_TIES = """
INSERT INTO subscribers_subscription (subscriber_id, mailing_list_id, state, round, requested_at)
SELECT 1000000 + n, %s, 'confirmed', 1, %s FROM {crowd}
"""


def test_a_list_that_was_filled_just_now_is_not_gone_through_for_each_recipient() -> None:
    mailing = started(5)
    (the_list,) = mailing.lists
    now = timezone.now()
    with connection.cursor() as cursor:
        crowd = _CROWD[connection.vendor]
        cursor.execute(_TIES.format(crowd=crowd), [the_list, statements.moment(now)])
    group = ledger.claim(mailing.pk, 5, worker="w", journal="j", now=now)
    assert group is not None
    statement, places = statements.with_lists(
        statements.held(statements.STILL_WANTED), mailing.lists
    )

    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(explain + statement, [group.lease, *places, statements.moment(now)])
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())

    assert _BY_PERSON[connection.vendor] in plan, plan
    assert "list_by_state" not in plan, plan
