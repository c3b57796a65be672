"""Taking people in from a file, in groups and by sets of rows.

With proof of consent they are confirmed; without it they are pending, and each is asked to
confirm by a letter. Nobody who is on the list in any state, left included, is changed; a
suppressed address is refused. So the same file again changes nothing, and an interrupted import
is resumed by giving the file again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import transaction

from mailer.errors import N_, BadAddress, MailerError, NotFound, Refused
from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, known
from mailer.mime.headers import clean_header_text
from mailer.subscribers import address, correspondence, table
from mailer.subscribers.consents import Act
from mailer.subscribers.models import (
    Consent,
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)

#: Lines in one transaction: others write between two of them.
GROUP = 2_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken in, and the sentence that says why."""

    line: int
    reason: MailerError


@dataclass(slots=True)
class Report:
    """What an import did: people newly on the list, already on it, and the lines refused."""

    accepted: int = 0
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for every line of one import."""

    mailing_list: MailingList
    confirmed: bool
    consent: str
    origin: str
    now: datetime


@dataclass(frozen=True, slots=True)
class _Person:
    line: int
    address: address.Address
    name: str
    language: str
    attributes: dict[str, str]


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
    terms = _Terms(_list(list_slug), confirmed, consent.strip(), f"import {path.name}", now)
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


def _read(path: Path) -> Iterator[table.Row | tuple[int, MailerError]]:
    try:
        with path.open("rb") as raw:
            encoding = table.encoding(iter(partial(raw.read, 1 << 16), b""))
        with path.open(encoding=encoding, errors="replace", newline="") as lines:
            yield from table.rows(lines)
    except OSError as error:
        raise NotFound(
            N_("The file “%(path)s” cannot be read: %(why)s."),
            path=str(path),
            why=error.strerror or "",
        ) from error


def _groups(
    rows: Iterator[table.Row | tuple[int, MailerError]],
) -> Iterator[list[table.Row | tuple[int, MailerError]]]:
    while group := list(islice(rows, GROUP)):
        yield group


def _take(group: list[table.Row | tuple[int, MailerError]], terms: _Terms, report: Report) -> None:
    people: dict[str, _Person] = {}
    for row in group:
        try:
            person = _person(row)
        except MailerError as reason:
            line = row[0] if isinstance(row, tuple) else row.line
            report.refused.append(Refusal(line, reason))
            continue
        if people.setdefault(person.address.key, person) is not person:
            report.known += 1
    _refuse_suppressed(people, report)
    with transaction.atomic():
        accepted = _store(people, terms)
    report.accepted += accepted
    report.known += len(people) - accepted


def _person(row: table.Row | tuple[int, MailerError]) -> _Person:
    if isinstance(row, tuple):
        raise row[1]
    language = known(row.language) if row.language else LANGUAGES[DEFAULT_LANGUAGE]
    if language is None:
        raise Refused(
            N_("“%(language)s” is not a language we publish in: use %(codes)s."),
            language=row.language[:20],
            codes=", ".join(LANGUAGES),
        )
    return _Person(
        row.line,
        address.parse(row.email),
        clean_header_text(row.name)[:200],
        language.code,
        {clean_header_text(key): clean_header_text(cell) for key, cell in row.attributes.items()},
    )


def _refuse_suppressed(people: dict[str, _Person], report: Report) -> None:
    found = Suppression.objects.filter(email_key__in=people)
    for key in list(found.values_list("email_key", flat=True)):
        person = people.pop(key)
        reason = BadAddress(
            N_("“%(address)s” is suppressed: its owner asked for no mail, or none arrives."),
            address=address.shown(person.address.typed),
        )
        report.refused.append(Refusal(person.line, reason))


def _store(people: dict[str, _Person], terms: _Terms) -> int:
    """The rows of a group; how many people are newly on the list.

    Sets of rows: measured FIGURE lines/s on SQLite and FIGURE on PostgreSQL, two cores, against
    FIGURE with a statement a row.
    """
    subscribers = _subscribers(people, terms.now)
    on_list = Subscription.objects.filter(
        mailing_list=terms.mailing_list, subscriber__in=[each.pk for each in subscribers]
    )
    there = set(on_list.values_list("subscriber_id", flat=True))
    ties = [_tie(each, terms) for each in subscribers if each.pk not in there]
    Subscription.objects.bulk_create(ties, ignore_conflicts=True)
    Consent.objects.bulk_create([_proof(tie, terms) for tie in ties])
    return len(ties)


def _subscribers(people: dict[str, _Person], now: datetime) -> list[Subscriber]:
    stored = Subscriber.objects.filter(email_key__in=people)
    there = set(stored.values_list("email_key", flat=True))
    new = [
        Subscriber(
            email=person.address.typed,
            email_key=key,
            name=person.name,
            language=person.language,
            attributes=person.attributes,
            created_at=now,
        )
        for key, person in people.items()
        if key not in there
    ]
    Subscriber.objects.bulk_create(new, ignore_conflicts=True)
    return list(Subscriber.objects.filter(email_key__in=people))


def _tie(subscriber: Subscriber, terms: _Terms) -> Subscription:
    state = SubscriptionState.CONFIRMED if terms.confirmed else SubscriptionState.PENDING
    return Subscription(
        subscriber=subscriber,
        mailing_list=terms.mailing_list,
        state=state,
        requested_at=terms.now,
        confirmed_at=terms.now if terms.confirmed else None,
    )


def _proof(tie: Subscription, terms: _Terms) -> Consent:
    """The consent row of a line; who is not confirmed is asked by a letter, which it names."""
    letter = None if terms.confirmed else correspondence.ask_to_confirm(tie, terms.now)
    return Consent(
        subscriber=tie.subscriber,
        mailing_list=terms.mailing_list,
        act=Act.IMPORTED if terms.confirmed else Act.REQUESTED,
        at=terms.now,
        text_shown=terms.consent,
        language=tie.subscriber.language,
        origin=terms.origin[:200],
        message_id=letter.message_id if letter else "",
    )
