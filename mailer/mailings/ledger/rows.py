"""What the ledger's own modules share: a mailing's rows, their domains, what is noted of them."""

from collections import Counter
from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import QuerySet

from mailer.mailings import statements
from mailer.mailings.hands import domain_of
from mailer.mailings.models import Delivery, Event, Mailing
from mailer.subscribers.models import Subscriber


def of_mailing(mailing: Mailing) -> QuerySet[Delivery]:
    return Delivery.objects.filter(mailing=mailing, id__gte=mailing.first, id__lte=mailing.last)


def named_domains(mailing_id: int) -> Collection[str]:
    found: dict[str, int] = Mailing.objects.values_list("domains", flat=True).get(pk=mailing_id)
    return found


def domains_of(subscribers: Iterable[int], named: Collection[str]) -> Counter[str]:
    """How many of these people are at each named domain, and at all others."""
    found = Subscriber.objects.filter(pk__in=list(subscribers)).values_list("email", flat=True)
    domains = (domain_of(email) for email in found)
    return Counter(domain if domain in named else "" for domain in domains)


def count_leased(lease_id: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(statements.held(statements.COUNT_LEASED), [lease_id])
        return dict(cursor.fetchall())


def note(events: Iterable[Event]) -> None:
    Event.objects.bulk_create(events)
