"""`./run bench desk`: how long each page of the desk takes at the server, when there is much.

A million readers, a hundred thousand articles and stories, a mailing to everybody, three hundred
numbers before it, a hundred thousand bounces and acts, on a PostgreSQL of its own. An administrator
asks for every page that can be looked at. Of each: the middle and the shortest of the rounds, the
CPU that this process and PostgreSQL's for it took (a machine that is shared lets them wait
besides), the statements, and the bytes as they travel (gzip). Of a file the first bytes are waited
for, not all.

    --plans   what PostgreSQL does in the slow statements of each page over 100 ms
    --only S  only the addresses that hold S
"""

import argparse
import gzip
import logging
import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.parts.ground import Ground
from bench.parts.machine import machine

#: What stands in the addresses of pages that are about one row.
_VARIED = {"language": "fr", "slug": "revue-de-presse", "whom": "refused"}
#: Seconds after which a page is not asked for again, and milliseconds that it may take.
_ENOUGH, _BAR = 3.0, 100.0
#: Seconds that a statement is given: a page that takes more stands in the table as endless.
_PATIENCE = 15
#: What is asked for besides the plain addresses: searches, states, a later page.
_ASKED = (
    "/desk/subscribers/?q=reader4999",
    "/desk/subscribers/?q=nobody-at-all",
    "/desk/subscribers/?state=unsubscribed",
    "/desk/inbox/revue-de-presse/?lang=fr",
    "/desk/inbox/revue-de-presse/?lang=fr&show=dropped",
    "/desk/inbox/revue-de-presse/?lang=fr&q=numero321",
    "/desk/inbox/revue-de-presse/?lang=fr&q=port",
    "/desk/figures/?page=10",
    "/desk/issues/?page=2",
)
_NOT_ASKED = {"preview-pdf"}  # printing has a benchmark of its own


@dataclass(frozen=True, slots=True)
class Line:
    """A page: milliseconds, median and shortest; of CPU, ours and PostgreSQL's; statements, kB."""

    address: str
    middle: float
    shortest: float
    cpu: float
    database: float
    statements: int
    size: float


def main() -> None:
    """Print a line for each page, the slowest first."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--readers", type=int, default=1_000_000)
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--only", default="")
    options.add_argument("--plans", action="store_true")
    chosen = options.parse_args()
    # Who cannot be looked at says so in a log; that is not asked here.
    logging.disable(logging.WARNING)
    with Ground() as ground:
        rows = _ground(ground, chosen.readers, chosen.articles)
        client = _administrator()
        pages = [page for page in _pages(rows) if chosen.only in page]
        found = [line for page in pages if (line := _measured(client, page, chosen.rounds))]
        found.sort(key=lambda line: -line.middle)
        _print(found, chosen.readers, chosen.articles)
        for line in found:
            if chosen.plans and _BAR < line.middle < math.inf:
                _explain(client, line.address)


def _print(found: list[Line], readers: int, articles: int) -> None:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(
        f"{readers:,} readers, {articles:,} articles. {machine()}. Load of the machine: {load}.\n"
    )
    print("| page | ms | shortest | CPU: ours | PostgreSQL's | statements | kB |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    for line in found:
        print(
            f"| `{line.address}` | {line.middle:.0f} | {line.shortest:.0f} | {line.cpu:.0f}"
            f" | {line.database:.0f} | {line.statements} | {line.size:.1f} |"
        )
    over = [line.address for line in found if line.middle > _BAR]
    print(f"\n{len(found)} pages, {len(over)} over {_BAR:.0f} ms: {', '.join(over) or 'none'}")


def _ground(ground: Ground, readers: int, articles: int) -> dict[str, Any]:
    """Everything that stands in the database; the ids that stand in addresses."""
    from django.db import connection

    from bench.parts.archive_ground import past, press, reports
    from mailer.mailings.models import Mailing

    began = time.perf_counter()

    def tell(what: str) -> None:
        print(f"{time.perf_counter() - began:6.1f} s  {what}", flush=True)

    sheet = ground.sheet(20_000)
    tell("an issue, approved")
    ground.readers(readers)
    tell("readers")
    press(articles, fresh=500)
    tell("articles and stories")
    bench = _on_the_bench(ground)
    tell("a number on the bench")
    pk, _ = ground.fan_out(sheet.issue, "full")
    mailing = Mailing.objects.get(pk=pk)
    tell("a mailing to everybody")
    reports(mailing, past(mailing, 300), 100_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    tell("numbers before, bounces, acts")
    return {"issue_id": bench, "mailing_id": pk, **_rows(), **_VARIED}


def _on_the_bench(ground: Ground) -> int:
    """A number with forty entries a language."""
    from django.utils import timezone

    from mailer.curation.compose import draft_issue
    from mailer.editions.compile import compile_issue
    from tests.people import article, review

    now = timezone.now()
    for language, of in ground.sources.items():
        for number in range(40):
            article(of, f"À paraître {language} {number}", lead="Un chapô. " * 20, at=now)
    issue = draft_issue(review(), now=timezone.now(), starts_at=now - timedelta(seconds=1))
    compile_issue(issue.pk, timezone.now())
    return issue.pk


def _rows() -> dict[str, Any]:
    from django.utils import timezone

    from mailer.receipts.models import Receipt
    from mailer.subscribers.models import Import, Segment, Subscriber

    now = timezone.now()
    segment = Segment.objects.create(
        name="Arabic", definition={"languages": ["ar"]}, created_at=now, changed_at=now
    )
    one = Import.objects.create(name="people.csv", size=9, state="waiting", created_at=now)
    return {
        "subscriber_id": Subscriber.objects.order_by("pk").values_list("pk", flat=True)[0],
        "receipt_id": Receipt.objects.order_by("pk").values_list("pk", flat=True)[0],
        "segment_id": segment.pk,
        "import_id": one.pk,
    }


def _administrator() -> Any:
    from django.conf import settings
    from django.test import Client

    from mailer.web.roles import ADMINISTRATOR
    from tests.web.staff import member

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client(headers={"accept-language": "fr"})
    client.force_login(member("nadia", ADMINISTRATOR))
    return client


def _pages(rows: dict[str, Any]) -> Iterator[str]:
    """Every address of the desk that may be looked at."""
    from django.urls import NoReverseMatch, reverse

    from mailer.web.desk import routes

    for one in routes.urlpatterns:
        names = one.pattern.regex.groupindex
        if one.name in _NOT_ASKED or not set(names) <= set(rows):
            continue
        try:
            yield reverse(f"desk:{one.name}", kwargs={name: rows[name] for name in names})
        except NoReverseMatch:
            continue
    yield from _ASKED


def _measured(client: Any, address: str, rounds: int) -> Line | None:
    """None for what cannot be looked at, or leads elsewhere."""
    from django.db import OperationalError, connection
    from django.test.utils import CaptureQueriesContext

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [_PATIENCE * 1000])
    try:
        if client.get(address).status_code != 200:
            return None
    except OperationalError:
        return Line(address, math.inf, math.inf, math.inf, math.inf, 0, 0)
    taken, cpu, body = [], [], b""
    until, before = time.perf_counter() + _ENOUGH, _database_cpu()
    while len(taken) < rounds and (time.perf_counter() < until or not taken):
        began, worked = time.perf_counter(), time.process_time()
        body = _body(client.get(address))
        taken.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    # A file is read by a connection of its own, whose CPU is not in this.
    database = max(0.0, _database_cpu() - before) * 1000 / len(taken)
    with CaptureQueriesContext(connection) as told:
        _body(client.get(address))
    size = len(gzip.compress(body)) / 1000
    return Line(address, median(taken), min(taken), median(cpu), database, len(told), size)


def _database_cpu() -> float:
    """Seconds of CPU of the process that PostgreSQL keeps for us, without its parallel helpers."""
    from django.db import connection

    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    used = stat.rpartition(") ")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _body(answer: Any) -> bytes:
    """The page, or the first bytes of a file that is sent as a stream."""
    if not answer.streaming:
        return bytes(answer.content)
    first = next(iter(answer.streaming_content), b"")
    answer.close()
    return bytes(first)


def _explain(client: Any, address: str) -> None:
    """The statements that take most of a page, and what PostgreSQL does in them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as told:
        _body(client.get(address))
    print(f"\n## {address}")
    for query in sorted(told.captured_queries, key=lambda one: -float(one["time"]))[:3]:
        if float(query["time"]) * 1000 < _BAR / 5:
            continue
        print(f"\n{float(query['time']) * 1000:.0f} ms: {query['sql'][:3000]}\n")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query['sql']}")
            print("\n".join(row[0] for row in cursor.fetchall()))


if __name__ == "__main__":
    main()
