"""Taking people in from a file, in groups and by sets of rows.

With proof of consent they are confirmed, those included who were asked and have not answered;
without it they are pending, and each is asked to confirm by a letter. Nobody else who is on the
list, in any state, left included, is changed, and nobody who is suppressed; a suppressed address
that is not on the list is refused, and so is one whose owner was erased. So the same file again
changes nothing, and an interrupted import is resumed by giving the file again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from mailer.errors import N_, BadAddress, MailerError, NotFound, Refused
from mailer.languages import DEFAULT_LANGUAGE
from mailer.mime.headers import clean_header_text
from mailer.subscribers import address, consents, correspondence, erasing, preferences, table
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.import_rows import Line, Terms, store
from mailer.subscribers.models import MailingList, Subscription, SubscriptionState, Suppression
from mailer.subscribers.records import physical

#: Lines in one transaction: others write between two of them.
GROUP = 2_000
Progress = Callable[[int], None]
_Row = table.Row | tuple[int, MailerError]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken in, and the sentence that says why."""

    line: int
    reason: MailerError


@dataclass(slots=True)
class Report:
    """What an import did: people newly on the list, already on it, and the lines refused.

    `known` counts `left`, who unsubscribed, and `suppressed`, who get no mail: both stay so.
    """

    accepted: int = 0
    known: int = 0
    left: int = 0
    suppressed: int = 0
    refused: list[Refusal] = field(default_factory=list)


def import_csv(
    path: Path,
    list_slug: str,
    *,
    now: datetime,
    confirmed: bool = False,
    consent: str = "",
    progress: Progress = lambda _lines: None,
) -> Report:
    """Take the people of a CSV file into a list; `progress` is told the lines done so far.

    Raises Refused when `confirmed` comes without the `consent` that proves it, or the other way
    round; NotFound for a list or file that is not there; ParseError for a file without an address
    column. A faulty line is in the report and stops nothing.
    """
    if confirmed != bool(consent.strip()):
        raise Refused(
            N_(
                "Confirmed people need the words they agreed to, and these words are for"
                " confirmed people only: give --confirmed and --consent together, or neither."
            )
        )
    mailing_list = _list(list_slug)
    terms = Terms(mailing_list.pk, consent.strip(), f"import {path.name}"[:200], now)
    report = Report()
    for group in _groups(_read(path)):
        _take(group, terms, report)
        progress(report.accepted + report.known + len(report.refused))
    return report


def _list(slug: str) -> MailingList:
    found = MailingList.objects.filter(slug=slug).first()
    if found is None:
        slugs = ", ".join(MailingList.objects.order_by("slug").values_list("slug", flat=True))
        raise NotFound(
            N_("There is no list “%(list)s”; there are: %(lists)s."), list=slug, lists=slugs
        )
    return found


def _read(path: Path) -> Iterator[_Row]:
    try:
        with path.open("rb") as raw:
            encoding = table.encoding(iter(partial(raw.read, 1 << 16), b""))
        with path.open(encoding=encoding, errors="replace", newline="") as lines:
            yield from table.rows(physical(lines.readline))
    except OSError as error:
        raise NotFound(
            N_("The file “%(path)s” cannot be read: %(why)s."),
            path=str(path),
            why=error.strerror or "",
        ) from error


def _groups(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    while group := list(islice(rows, GROUP)):
        yield group


def _take(group: list[_Row], terms: Terms, report: Report) -> None:
    people: dict[str, tuple[int, Line]] = {}
    for row in group:
        number = row[0] if isinstance(row, tuple) else row.line
        try:
            line = _line(row)
        except MailerError as reason:
            report.refused.append(Refusal(number, reason))
            continue
        report.known += line["key"] in people
        people.setdefault(line["key"], (number, line))
    _set_suppressed_aside(people, terms, report)
    with transaction.atomic():
        accepted = store([line for _, line in people.values()], terms)
        if not terms.consent and accepted:
            _ask(list(people), terms)
    report.accepted += accepted
    report.known += len(people) - accepted
    report.left += _on_list(people, terms).filter(state=SubscriptionState.UNSUBSCRIBED).count()


def _line(row: _Row) -> Line:
    if isinstance(row, tuple):
        raise row[1]
    language = preferences.language_named(row.language or DEFAULT_LANGUAGE)
    found = address.parse(row.email)
    return {
        "email": found.typed,
        "key": found.key,
        "name": clean_header_text(row.name)[:200],
        "language": language.code,
        "attributes": {
            clean_header_text(name): clean_header_text(cell)
            for name, cell in row.attributes.items()
        },
    }


def _on_list(keys: Iterable[str], terms: Terms) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        mailing_list=terms.list_id, subscriber__email_key__in=list(keys)
    )


def _set_suppressed_aside(
    people: dict[str, tuple[int, Line]], terms: Terms, report: Report
) -> None:
    """Who is suppressed and on the list is known; who is not on it is refused."""
    found = Suppression.objects.filter(email_key__in=list(people))
    suppressed = list(found.values_list("email_key", flat=True))
    on_list = set(_on_list(suppressed, terms).values_list("subscriber__email_key", flat=True))
    report.known += len(on_list)
    report.suppressed += len(on_list)
    for key in suppressed:
        number, line = people.pop(key)
        if key in on_list:
            continue
        reason = BadAddress(
            N_("“%(address)s” is suppressed: its owner asked for no mail, or none arrives."),
            address=address.shown(line["email"]),
        )
        report.refused.append(Refusal(number, reason))
    for key in erasing.among(people):
        number, line = people.pop(key)
        reason = BadAddress(
            N_("The owner of “%(address)s” asked to be erased: only they can sign up again."),
            address=address.shown(line["email"]),
        )
        report.refused.append(Refusal(number, reason))


def _ask(keys: list[str], terms: Terms) -> None:
    """A letter and its row for each person whom this group has just put on the list."""
    new = _on_list(keys, terms).filter(state=SubscriptionState.PENDING, requested_at=terms.now)
    for tie in new.select_related("subscriber", "mailing_list").order_by("pk"):
        letter = correspondence.ask_to_confirm(tie, terms.now)
        consents.record(
            tie,
            Act.REQUESTED,
            text="",
            where=Where(terms.origin),
            now=terms.now,
            message_id=letter.message_id,
        )
