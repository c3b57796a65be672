"""`./run bench receipts [--count N]`: reports read, proven to be ours, decided and recorded.

A mix as a large mailing brings it back: standard reports, machines' prose, complaints, replies,
forgeries, copies. Each is one transaction of a database in a file, on one core. The rival in the
same run is flufl.bounce alone, on the same bytes: it says who bounced, and records nothing.
"""

import argparse
import os
import random
import resource
import tempfile
from pathlib import Path
from time import perf_counter, process_time

FOLDER = tempfile.mkdtemp(prefix="mailer-bench-")
os.environ["MAILER_DATA"] = FOLDER
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER}/bench.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "mailer.settings"
os.environ["MAILER_LOG_LEVEL"] = "ERROR"

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

READERS = 4000


def _resident() -> float:
    """Memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _report(kind: int, person: str, to: str, name: str) -> bytes:
    from tests.receipts.reports import complaint, daemon, report, words

    if kind == 1:
        return report(person, back_to=to, name=name, status="5.2.2", said="552 5.2.2 Mailbox full")
    if kind == 2:
        return report(person, back_to=to, name=name, status="5.7.1", said="550 5.7.1 by policy")
    if kind == 3:
        prose = f"Hi. I'm afraid I wasn't able to deliver.\n\n<{person}>:\nNo such user. (#5.1.1)\n"
        return daemon(prose, Delivered_To=to, Message_ID=f"<{name}@x>")
    if kind == 4:
        return complaint(person, name=name)
    if kind == 5:
        return words("Absent.", Subject="Réponse automatique", From=person)
    if kind == 6:
        return report(person, back_to=f"b+q-{'a' * 16}@bounces.example.org", name=name)
    return report(person, back_to=to, name=name)


def _reports(count: int) -> list[bytes]:
    from mailer.mailings.models import Delivery
    from tests.receipts.story import verp

    chance = random.Random(8)
    people = list(Delivery.objects.values_list("subscriber__email", flat=True)[:500])
    back = {person: verp(person) for person in people}
    made: list[bytes] = []
    for number in range(count):
        if number % 8 == 7:
            made.append(made[-1])
            continue
        person = chance.choice(people)
        made.append(_report(number % 8, person, back[person], f"r{number}"))
    return made


def main() -> None:
    """Print seconds, reports a second, and memory at a tenth and at the end."""
    from email import message_from_bytes

    from flufl.bounce import all_failures

    from mailer.receipts.models import Way
    from mailer.receipts.taking import take
    from tests.mailings.story import settled, started

    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    call_command("migrate", verbosity=0)
    mailing = started(READERS)
    settled(mailing, READERS)
    reports = _reports(count)
    take(Way.MAILBOX, reports[0], timezone.now())
    at_tenth = 0.0
    began, cpu = perf_counter(), process_time()
    for number, raw in enumerate(reports):
        take(Way.MAILBOX, raw, timezone.now())
        if number == count // 10:
            at_tenth = _resident()
    ours, cpu, at_end = perf_counter() - began, process_time() - cpu, _resident()
    began = perf_counter()
    for raw in reports:
        all_failures(message_from_bytes(raw))
    rival = perf_counter() - began
    print(f"{count} reports, {sum(map(len, reports)) / 1e6:.1f} MB")
    print(f"  read, decided and recorded  {ours:7.1f} s  {count / ours:7.0f} a second")
    print(f"    of it this process's CPU  {cpu:7.1f} s")
    print(f"  flufl.bounce alone          {rival:7.1f} s  {count / rival:7.0f} a second")
    print(f"  ratio                       {ours / rival:7.2f}")
    print(f"  memory at a tenth, at the end  {at_tenth:.0f} MB, {at_end:.0f} MB")


if __name__ == "__main__":
    main()
