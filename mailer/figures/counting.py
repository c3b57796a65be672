"""Counting: by the clock, from the rows, while they are there; a page then reads a few sums.

A mailing is counted when it is over, and anew until a week has passed: bounces and farewells come
later. No picture and no link tells us that somebody read; where clicks are counted, it is by link
(receipts/clicks.py).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from mailer.figures.models import Figure
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.statements import domain_statement, moment
from mailer.receipts.verdicts import BOUNCES
from mailer.subscribers.consents import Act

#: How long after a number a farewell is counted as an answer to it.
_ANSWERS = timedelta(days=7)
#: Recipients that a domain has before it is named: below, a sum would point at people.
NAMED_FROM = 20
#: Mailings that one call counts.
_AT_ONCE = 20

_COLUMNS = (
    *("language", "domain", "recipients", "accepted", "refused", "uncertain"),
    *("bounced", "unsubscribed"),
)

# Columns as `_COLUMNS`. One pass over the mailing's own run of rows; `gone` and `back` are read
# once and hashed.
_COUNT = """
SELECT e.language,
       CASE WHEN {{domain}} IN ({names}) THEN {{domain}} ELSE '' END AS at_domain,
       COUNT(*),
       SUM(CASE WHEN d.state = 3 THEN 1 ELSE 0 END),
       SUM(CASE WHEN d.state = 4 THEN 1 ELSE 0 END),
       SUM(CASE WHEN d.state = 6 THEN 1 ELSE 0 END),
       SUM(CASE WHEN back.delivery IS NOT NULL AND d.state IN (3, 6) THEN 1 ELSE 0 END),
       SUM(CASE WHEN gone.subscriber_id IS NOT NULL AND d.state IN (3, 6) THEN 1 ELSE 0 END)
FROM mailings_delivery d
JOIN editions_edition e ON e.id = d.edition_id
JOIN subscribers_subscriber s ON s.id = d.subscriber_id
LEFT JOIN (
    SELECT DISTINCT c.subscriber_id FROM subscribers_consent c
    WHERE c.act = %s AND c.at >= %s AND c.at < %s
) gone ON gone.subscriber_id = d.subscriber_id
LEFT JOIN (
    SELECT DISTINCT r.delivery FROM receipts_receipt r
    WHERE r.mailing_id = %s AND r.verdict IN ({bounces})
) back ON back.delivery = d.id
WHERE d.mailing_id = %s AND d.id BETWEEN %s AND %s
GROUP BY 1, 2
"""


def count_due(now: datetime) -> int:
    """Count what is over and young enough to change, or was never counted; how many mailings."""
    mailings = list(_due(now)[:_AT_ONCE])
    for mailing in mailings:
        count(mailing, now)
    return len(mailings)


def count(mailing: Mailing, now: datetime) -> None:
    """Write a mailing's figures anew, from its rows. What was folded keeps those it had."""
    named = [name for name, size in mailing.domains.items() if name and size >= NAMED_FROM]
    bounces = sorted(verdict.value for verdict in BOUNCES)
    statement = domain_statement(
        _COUNT.format(names=_places(named or [""]), bounces=_places(bounces))
    )
    parameters: list[Any] = [
        *(named or [""]),
        Act.UNSUBSCRIBED.value,
        moment(mailing.created_at),
        moment(_until(mailing)),
        mailing.pk,
        *bounces,
        mailing.pk,
        mailing.first,
        mailing.last,
    ]
    with transaction.atomic():
        held = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk)
        if held.folded_at is not None:
            return
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            rows = cursor.fetchall()
        Figure.objects.filter(mailing=mailing).delete()
        Figure.objects.bulk_create(
            Figure(mailing=mailing, counted_at=now, **dict(zip(_COLUMNS, row, strict=True)))
            for row in rows
        )


def _places(values: list[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _due(now: datetime) -> QuerySet[Mailing]:
    over = Mailing.objects.filter(
        state__in=[MailingState.DONE, MailingState.CANCELLED], folded_at=None
    )
    young = Q(finished_at__gt=now - _ANSWERS - timedelta(days=1))
    counted = Exists(Figure.objects.filter(mailing=OuterRef("pk")))
    fresh = Exists(
        Figure.objects.filter(mailing=OuterRef("pk"), counted_at__gt=now - timedelta(minutes=50))
    )
    return over.filter(~counted | (young & ~fresh)).select_related("issue").order_by("-pk")


def _until(mailing: Mailing) -> datetime:
    """A week later, or when the next number of the publication began: then that is answered."""
    later = Mailing.objects.filter(
        issue__publication=mailing.issue.publication_id, created_at__gt=mailing.created_at
    ).order_by("created_at")
    following = later.values_list("created_at", flat=True).first()
    until = mailing.created_at + _ANSWERS
    return min(until, following) if following else until
