"""`mailer history ADDRESS`: what happened to one person's mail, newest first."""

import argparse
from collections.abc import Iterator
from datetime import datetime

from mailer.mailings import history
from mailer.mailings.history import Entry, History, Step
from mailer.mailings.history_json import as_json
from mailer.mailings.meaning import Said
from mailer.rendering import sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    """ADDRESS [--json]."""
    parser.add_argument(
        "address", metavar="ADDRESS", help="an e-mail address, or a subscriber's number"
    )
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Every delivery to the person, with its events."""
    found = history.of(history.find(args.address), most=None)
    if not args.json:
        print("\n".join(_lines(found)))
    return as_json(found)


def _lines(found: History) -> Iterator[str]:
    person = found.person
    name = found.address or "erased"
    yield f"{name} (subscriber {person.pk}, {person.language})"
    if found.suppression:
        yield f"Suppressed since {_at(found.suppression.at)}: {found.suppression.reason}."
    if not found.entries:
        yield "No delivery to this person is kept."
    for entry in found.entries:
        yield from ("", *_entry(entry))
    if found.folded:
        yield ""
        yield (
            f"The rows of {found.folded} older mailings were folded into their sums: whether this"
            " person was among them can no longer be told."
        )


def _entry(entry: Entry) -> Iterator[str]:
    issue = entry.issue
    yield (
        f"{issue.publication.name(entry.language)}, No. {issue.number} of {issue.date}"
        f" ({entry.language}), mailing {entry.mailing.pk}"
    )
    told = [f"{_at(entry.at)}  {entry.state}", _attempts(entry.attempts)]
    if entry.due_at:
        told.append(f"tried again at {_at(entry.due_at)}")
    yield "  " + ", ".join(told)
    yield from (f"    {line}" for line in _said(entry.said))
    yield f"    Message-ID: {entry.message_id}"
    for step in entry.before:
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    by = f", by {step.by}" if step.by else ""
    yield f"  · {_at(step.at)}  {step.state}{by}"
    yield from (f"      {line}" for line in _said(step.said))


def _said(said: Said) -> Iterator[str]:
    if line := " ".join(str(part) for part in (said.code, said.text) if part):
        yield line
    if said.meaning:
        yield sentence(said.meaning)


def _attempts(count: int) -> str:
    return f"{count} attempt" if count == 1 else f"{count} attempts"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
