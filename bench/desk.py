"""`./run bench desk`: how long each page of the desk takes at the server, when there is much.

A million readers, a hundred thousand articles, an approved number and one on the bench, on a
PostgreSQL of its own. Every page that is looked at is asked for by an administrator; the middle of
the rounds, the statements it makes, and its bytes as they travel (gzip).
"""

import argparse
import gzip
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

from bench.parts.ground import Ground
from bench.parts.machine import machine

_BATCH = 5_000
#: What stands in the addresses of pages that are about one row.
_VARIED = {"language": "fr", "slug": "revue-de-presse", "whom": "refused"}


def main() -> None:
    """Print a line for each page, the slowest first."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--readers", type=int, default=1_000_000)
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    with Ground() as ground:
        sheet = ground.sheet(20_000)
        ground.readers(chosen.readers)
        _articles(chosen.articles)
        issue, mailing = _numbers(ground, sheet.issue)
        client = _administrator()
        found = sorted(
            (_measured(client, address, chosen.rounds) for address in _pages(issue, mailing)),
            reverse=True,
        )
    print(f"{chosen.readers:,} readers, {chosen.articles:,} articles. {machine()}.\n")
    print(f"{'page':48} {'ms':>8} {'statements':>11} {'kB':>7}")
    for milliseconds, address, statements, size in found:
        print(f"{address:48} {milliseconds:8.1f} {statements:11} {size / 1000:7.1f}")


def _articles(count: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from mailer.articles.models import Article, Source
    from mailer.curation.models import Item

    of, now = Source.objects.order_by("pk")[0], timezone.now()
    for first in range(0, count, _BATCH):
        Article.objects.bulk_create(
            Article(
                source=of,
                guid=f"old-{number}",
                url=f"https://outlet.example/{number}",
                canonical_url=f"https://outlet.example/{number}",
                title=f"Ce que la presse a écrit, {number}",
                title_key=f"ce que la presse a ecrit {number}",
                lead="Un chapô de quelques mots. " * 6,
                language=("fr", "ar", "en")[number % 3],
                published_at=now - timedelta(minutes=number),
                first_seen_at=now,
                changed_at=now,
            )
            for number in range(first, min(first + _BATCH, count))
        )
    assert Item.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _numbers(ground: Ground, approved: int) -> tuple[int, int]:
    """A number on the bench with forty entries a language, and a mailing that runs."""
    from django.utils import timezone

    from mailer.curation.compose import draft_issue
    from mailer.editions.compile import compile_issue
    from tests.people import article, review

    now = timezone.now()
    for language, of in ground._source_of.items():
        for number in range(40):
            article(of, f"À paraître {language} {number}", lead="Un chapô. " * 20, at=now)
    issue = draft_issue(review(), now=timezone.now(), starts_at=now - timedelta(seconds=1))
    compile_issue(issue.pk, timezone.now())
    mailing, _ = ground.fan_out(approved)
    return issue.pk, mailing


def _administrator() -> Any:
    from django.conf import settings
    from django.test import Client

    from mailer.web.roles import ADMINISTRATOR
    from tests.web.staff import member

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client(headers={"accept-language": "fr"})
    client.force_login(member("nadia", ADMINISTRATOR))
    return client


def _pages(issue: int, mailing: int) -> Iterator[str]:
    """Every address of the desk that can be looked at."""
    from django.urls import NoReverseMatch, reverse

    from mailer.subscribers.models import Subscriber
    from mailer.web.desk import routes

    subscriber = Subscriber.objects.order_by("pk").values_list("pk", flat=True)[0]
    rows = {"issue_id": issue, "mailing_id": mailing, "subscriber_id": subscriber, **_VARIED}
    for one in routes.urlpatterns:
        names = one.pattern.regex.groupindex
        try:
            yield reverse(f"desk:{one.name}", kwargs={name: rows[name] for name in names})
        except (KeyError, NoReverseMatch):
            continue
    yield "/desk/subscribers/?q=reader4999"
    yield "/desk/subscribers/?q=nobody-at-all"


def _measured(client: Any, address: str, rounds: int) -> tuple[float, str, int, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    taken, answer = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.get(address)
        body = answer.getvalue()
        taken.append((time.perf_counter() - began) * 1000)
    if answer is None or answer.status_code != 200:
        return 0.0, f"{address} ({answer.status_code if answer else '-'})", 0, 0
    with CaptureQueriesContext(connection) as told:
        client.get(address).getvalue()
    return median(taken), address, len(told.captured_queries), len(gzip.compress(body))


if __name__ == "__main__":
    main()
