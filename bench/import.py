"""`./run bench import`: people from a CSV file, beside Django's `bulk_create` of the same rows.

Each runs in a process of its own, into a new database: PostgreSQL with its durability on, and
SQLite. The file has an address, a name, a language and one attribute a line; everybody is new, and
is confirmed with the words they agreed to: a person, a subscription and a proof. Beside the rate,
which other work on the machine spoils: CPU of the importing process and of PostgreSQL, and the
most that the process had resident.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bench.parts.machine import machine
from bench.parts.processes import cpu
from tests.servers import Postgres

_DOMAINS = ("gmail.com", "hotmail.fr", "yahoo.fr", "menara.ma", "example.org")
_CITIES = ("Rabat", "Salé", "طنجة", "Fès", "Oujda")


def main() -> None:
    """Print a line for each way into each database."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--rival-lines", type=int, default=100_000)
    options.add_argument("--way", help=argparse.SUPPRESS)
    options.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.way:
        _child(chosen.way, chosen.file)
        return
    with tempfile.TemporaryDirectory(prefix="mailer-bench-") as folder:
        for way, lines in (("import", chosen.lines), ("bulk_create", chosen.rival_lines)):
            file = Path(folder) / f"{lines}.csv"
            _write(file, lines)
            with Postgres() as database:
                _measure(way, lines, file, database.url, database.pid)
            _measure(way, lines, file, f"sqlite:///{folder}/{way}.sqlite3", None)
    print(f"{machine()}.")


def _write(file: Path, lines: int) -> None:
    """So many people, in no order."""
    numbers = list(range(lines))
    Random(1).shuffle(numbers)
    with file.open("w", encoding="utf-8") as out:
        out.write("email,nom,langue,ville\n")
        for number in numbers:
            language = ("fr", "ar", "en")[number % 3]
            city = _CITIES[number % len(_CITIES)]
            out.write(
                f"reader.{number}@{_DOMAINS[number % len(_DOMAINS)]},"
                f"Reader {number},{language},{city}\n"
            )


def _measure(way: str, lines: int, file: Path, url: str, server: int | None) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "MAILER_DATA": str(file.parent),
        "MAILER_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "mailer.settings",
    }
    before = cpu(server) if server else 0.0
    words = [sys.executable, "-m", "bench.import", "--way", way, "--file", str(file)]
    told = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    seconds, used, peak, count = map(float, told.stdout.split())
    spent = f", {(cpu(server) - before) / lines * 1e6:.1f} of PostgreSQL" if server else ""
    assert count == lines
    print(
        f"{way:12} into {'PostgreSQL' if server else 'SQLite':10} {lines:9,} lines:"
        f" {lines / seconds:7,.0f} lines/s; CPU in µs a line: {used / lines * 1e6:.1f}{spent};"
        f" peak {peak:.0f} MB",
        flush=True,
    )


def _child(way: str, file: Path) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from mailer.subscribers.models import Subscription

    call_command("migrate", verbosity=0)
    began, used = time.perf_counter(), time.process_time()
    (_import if way == "import" else _bulk_create)(file)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    status = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    print(seconds, used, int(status.split()[0]) * 1024 / 1e6, Subscription.objects.count())


def _import(file: Path) -> None:
    from django.utils import timezone

    from mailer.subscribers.importing import import_csv

    words = "I agreed at the book fair of Rabat, on paper, on 9 May 2025."
    import_csv(file, "revue-de-presse", now=timezone.now(), confirmed=True, consent=words)


def _bulk_create(file: Path) -> None:
    """As a mailer on Django would: the csv module, the address looked at, three bulk_create."""
    import csv

    from django.core.validators import validate_email
    from django.db import transaction
    from django.utils import timezone

    from mailer.subscribers.models import Consent, MailingList, Subscriber, Subscription

    now, the_list = timezone.now(), MailingList.objects.get()
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        while group := [row for _, row in zip(range(2_000), reader, strict=False)]:
            for row in group:
                validate_email(row["email"])
            with transaction.atomic():
                made = Subscriber.objects.bulk_create(
                    Subscriber(
                        email=row["email"],
                        email_key=row["email"].lower(),
                        name=row["nom"],
                        language=row["langue"],
                        attributes={"ville": row["ville"]},
                        created_at=now,
                    )
                    for row in group
                )
                Subscription.objects.bulk_create(
                    Subscription(
                        subscriber=one,
                        mailing_list=the_list,
                        state="confirmed",
                        requested_at=now,
                        confirmed_at=now,
                    )
                    for one in made
                )
                Consent.objects.bulk_create(
                    Consent(
                        subscriber=one,
                        mailing_list=the_list,
                        act="imported",
                        at=now,
                        text_shown="I agreed",
                        language=one.language,
                    )
                    for one in made
                )


if __name__ == "__main__":
    main()
