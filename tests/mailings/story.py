"""An issue of two languages, its readers, a relay, and what must always hold of a mailing."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from mailer.curation import compose
from mailer.curation.models import Issue
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.mailings import fanout, ledger, recovery, send, tallies
from mailer.mailings.hands import domain_of
from mailer.mailings.models import Delivery, DeliveryState, Lease, Mailing, Span
from mailer.mailings.retry import Decision, Kind
from mailer.subscribers.models import MailingList, Subscriber, Subscription
from tests.fakes.smtp import FakeSmtp
from tests.people import WEDNESDAY, article, review, source

ROOT = Path(__file__).resolve().parents[2]


def approved_issue() -> Issue:
    """An issue with a French and an Arabic edition, signed by the clock."""
    matin, sabah = source("matin"), source("sabah", language="ar")
    article(matin, "Une loi pour les étudiants")
    article(sabah, "قانون جديد للطلبة")
    issue = compose.draft_issue(review(), now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    return issue


def readers(count: int) -> None:
    """So many confirmed readers, reader0@… French, reader1@… Arabic, and so on by turns."""
    people = Subscriber.objects.bulk_create(
        Subscriber(
            email=f"reader{n}@example.org",
            email_key=f"reader{n}@example.org",
            language="ar" if n % 2 else "fr",
            created_at=WEDNESDAY,
        )
        for n in range(count)
    )
    everyone = MailingList.objects.get(slug="revue-de-presse")
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=person,
            mailing_list=everyone,
            state="confirmed",
            requested_at=WEDNESDAY,
            confirmed_at=WEDNESDAY,
        )
        for person in people
    )


def started(count: int) -> Mailing:
    """A mailing to so many readers, of which nothing has left yet."""
    issue = approved_issue()
    readers(count)
    return fanout.start(issue.pk, None, timezone.now())


def states(mailing: Mailing) -> dict[str, int]:
    """How many are in each state that has any: by the sums, which the rows must bear out."""
    sums = ledger.sums(mailing.pk)
    names = [state.name.lower() for state in DeliveryState]
    counts = {name: getattr(sums, name) for name in names}
    told = Counter(one.state for one in ledger.rows(mailing.issue_id))
    assert Counter(counts) == told
    assert sums.recipients == told.total()
    return {name: count for name, count in counts.items() if count}


def assert_domains_are_those_of_the_rows(mailing: Mailing) -> None:
    """What is told by domain of the settled is what the rows say."""
    ends = ("SENT", "REFUSED", "UNCERTAIN", "SUPPRESSED", "CANCELLED")
    mailing.refresh_from_db()
    found = Delivery.objects.filter(mailing=mailing).values_list("subscriber__email", "state")
    counted = Counter((domain_of(email), DeliveryState(state).name) for email, state in found)
    by_domain = tallies.by_domain(mailing.pk)
    for domain in mailing.domains:
        for name in ends:
            shown = by_domain.get(domain, {}).get(DeliveryState[name], 0)
            assert shown == counted[domain, name], (domain, name)


def row(mailing: Mailing, reader: str) -> Delivery:
    """One reader's delivery."""
    return Delivery.objects.get(mailing=mailing, subscriber__email=f"{reader}@example.org")


def settled(mailing: Mailing, count: int) -> None:
    """A worker sent so many of it, and is gone."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, count, worker="w", journal="", now=now)
    assert group is not None
    sent = Decision("sent", Kind.ACCEPTED)
    ledger.settle(
        [
            ledger.News(one.delivery, group.lease, mailing.pk, sent, 250, "2.0.0 taken")
            for one in ledger.begin(group, now) or []
        ],
        now,
    )
    ledger.end_leases([group.lease])


def wait_again(mailing: Mailing, count: int, decision: Decision) -> None:
    """So many of it were handed over and wait again, as a decision says."""
    now = timezone.now()
    group = ledger.claim(mailing.pk, count, worker="w", journal="", now=now)
    assert group is not None
    handed = ledger.begin(group, now) or []
    ledger.settle(
        [ledger.News(one.delivery, group.lease, mailing.pk, decision) for one in handed], now
    )
    ledger.end_leases([group.lease])


def make_due(mailing: Mailing) -> None:
    """Let the time pass that deferred and put-off deliveries wait, and a relay rests."""
    past = timezone.now() - timedelta(seconds=1)
    Span.objects.filter(mailing=mailing, lease=None).update(due_at=past)
    Mailing.objects.filter(pk=mailing.pk).update(relay_due_at=None)


def assert_nobody_lost_nobody_twice(mailing: Mailing, server: FakeSmtp) -> None:
    """Invariants I1 and I2, from the server's log and the database."""
    accepted = server.copies()
    twice = {who: times for who, times in accepted.items() if times > 1}
    assert not twice
    known = {(one.address, one.message_id): one.state for one in ledger.rows(mailing.issue_id)}
    assert set(accepted) <= set(known)
    for who, state in known.items():
        if state == "sent":
            assert who in accepted
        elif state != "uncertain":
            assert who not in accepted
    states(mailing)
    assert_domains_are_those_of_the_rows(mailing)
    assert not Lease.objects.exists()


def finish(mailing: Mailing) -> None:
    """Work as the clock would: heal, work on what is due, until nothing is."""
    for _ in range(50):
        recovery.heal(timezone.now())
        if mailing.pk not in recovery.unfinished(timezone.now()):
            return
        send.work(mailing.pk, 10)
    raise AssertionError(f"the mailing does not come to its end: {states(mailing)}")


def until(what: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so."""
    give_up = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.005)


def child(mailing: Mailing, seconds: float = 30) -> subprocess.Popen[bytes]:
    """A worker in a process of its own, on this test's database and data folder."""
    words = [sys.executable, "-m", "tests.mailings.child", str(mailing.pk), str(seconds)]
    return subprocess.Popen(words, cwd=ROOT, env=child_environment())


def child_environment() -> dict[str, str]:
    """What a process of its own needs to work on this test's database, relay and data folder."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        host, port = database["HOST"] or "127.0.0.1", database["PORT"] or 5432
        user = ":".join(part for part in (database["USER"], database["PASSWORD"]) if part)
        url = f"postgres://{user}@{host}:{port}/{database['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SMTP_URL": settings.SMTP_URL,
        "MAILER_DATA": str(settings.MAILER_DATA),
        "MAILER_SECRET_KEY": settings.SECRET_KEY,
    }
