"""`mailer doctor`: what is configured, what answers, what is missing, and what to do about it.

It asks and changes nothing. `--json`: {ok, checks: [{name, state, says, next}]}, where state is
`ok`, `warning` (works, and somebody should look) or `missing` (does not work).
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

from mailer.cli.finding import Finding
from mailer.cli.leaving import dkim, relay
from mailer.cli.printing import press
from mailer.cli.returning import bounce_box
from mailer.errors import MailerError, Misconfigured
from mailer.smtp.relay import only_loopback, parse_relays

#: A database that is down is a finding, not a reason to stop.
NEEDS_DATABASE = False
#: The first release of each Python that refuses line breaks in mail headers (CVE-2026-1299).
_MENDED = {(3, 11): 15, (3, 12): 13, (3, 13): 12, (3, 14): 3}
_MARKS = {"ok": "✓", "warning": "!", "missing": "✗"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """[--json]."""
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Look at everything; print a line for each, or return them for `--json`."""
    findings = [finding for check in CHECKS for finding in check()]
    if not args.json:
        for finding in findings:
            print(f"{_MARKS[finding.state]} {finding.name}: {finding.says}")
            if finding.next:
                print(f"    → {finding.next}")
    return {
        "ok": all(finding.state != "missing" for finding in findings),
        "checks": [asdict(finding) for finding in findings],
    }


def python() -> Iterator[Finding]:
    """Old enough to have its libraries, new enough to be safe."""
    version = sys.version_info
    said = f"Python {version.major}.{version.minor}.{version.micro}"
    if version.micro >= _MENDED.get(version[:2], 0):
        yield Finding("python", "ok", said)
    else:
        yield Finding(
            "python",
            "warning",
            f"{said} has a known fault in mail headers (CVE-2026-1299); ours do not use it",
            f"Install {version.major}.{version.minor}.{_MENDED[version[:2]]} or newer.",
        )


def data_folder() -> Iterator[Finding]:
    """Where the key, the logs and the embedded parts live."""
    folder = settings.MAILER_DATA
    if os.access(folder, os.W_OK):
        yield Finding("data folder", "ok", str(folder))
    else:
        yield Finding(
            "data folder", "missing", f"{folder} cannot be written", "Give it to this user."
        )


def database() -> Iterator[Finding]:
    """It answers, and its schema is today's."""
    from django.db.migrations.executor import MigrationExecutor

    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, "database")
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        yield Finding(
            "database",
            "missing",
            f"{kind} does not answer: {reason}",
            "Start it, or set DATABASE_URL right.",
        )
        return
    if missing:
        yield Finding(
            "database", "warning", f"{kind}, {missing} migrations behind", "Run: mailer migrate"
        )
    else:
        yield Finding("database", "ok", f"{kind}, up to date")


def broker() -> Iterator[Finding]:
    """Redis answers, throws nothing away, and somebody listens."""
    import redis

    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, decode_responses=True
        ) as line:
            policy = line.info("memory").get("maxmemory_policy", "")
    except (redis.RedisError, ValueError) as error:
        yield _no_redis(error)
        return
    if policy != "noeviction":
        yield Finding(
            "redis",
            "warning",
            f"answers, and throws messages away when it is full ({policy})",
            "Set its maxmemory-policy to noeviction.",
        )
    else:
        yield Finding("redis", "ok", "answers")
    yield _workers()


def _no_redis(error: Exception) -> Finding:
    if settings.GIVEN_REDIS_URL:
        where = _without_password(settings.REDIS_URL)
        return Finding(
            "redis",
            "missing",
            f"{where} does not answer ({type(error).__name__})",
            "Start it, or set REDIS_URL right.",
        )
    from mailer.embedded.redis import find_server

    try:
        server = find_server()
    except Misconfigured as missing:
        return Finding("redis", "missing", str(missing), "Install redis-server.")
    return Finding("redis", "ok", f"not running; `mailer up` starts {server}")


def _workers() -> Finding:
    from mailer.celery import app

    names = sorted(name for answer in app.control.ping(timeout=1.5) for name in answer)
    if names:
        return Finding("workers", "ok", ", ".join(names))
    return Finding(
        "workers",
        "warning",
        "none answers, so nothing is fetched or sent by itself",
        "Run `mailer up`, or start the workers of docs/operating.md.",
    )


def publications() -> Iterator[Finding]:
    """Each has a sender and a postal address; sources answer."""
    from mailer.articles.models import Source
    from mailer.curation.models import Publication

    away = bool(settings.SMTP_URL) and not _loopback()
    try:
        titles = list(Publication.objects.order_by("slug"))
        broken = Source.objects.filter(error__isnull=False).count()
    except DatabaseError:
        return  # told above
    for title in titles:
        absent = [
            name
            for name, there in (
                ("sender", title.sender or settings.MAILER_FROM),
                ("postal address", title.postal_address),
            )
            if not there
        ]
        yield Finding(
            f"publication {title.slug}",
            "ok" if not absent else "missing" if away else "warning",
            f"has no {' and no '.join(absent)}" if absent else "has a sender and a postal address",
            "Fill it in on the desk's page of the publication." if absent else "",
        )
    if broken:
        yield Finding(
            "sources",
            "warning",
            f"{broken} could not be fetched the last time",
            "The desk's page of sources says why.",
        )


def _loopback() -> bool:
    try:
        return only_loopback(parse_relays(settings.SMTP_URL))
    except MailerError:
        return False


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    data_folder,
    database,
    broker,
    relay,
    dkim,
    bounce_box,
    publications,
    press,
)
