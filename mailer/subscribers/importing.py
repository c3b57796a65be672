"""Taking people in from a file, in groups and by sets of rows.

With proof of consent they are confirmed, those included who were asked and have not answered;
without it they are pending, and each is asked to confirm by a letter. Nobody else who is on the
list, in any state, left included, is changed, and nobody who is suppressed; a suppressed address
that is not on the list is refused. So the same file again changes nothing, and an interrupted
import is resumed by giving the file again.

    file → table.rows → people.People (a thread ahead) → groups → one transaction each
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from django.db import transaction

from mailer.errors import N_, BadAddress, NotFound, Refused
from mailer.subscribers import (
    address,
    columns,
    consents,
    correspondence,
    erasing,
    import_rows,
    table,
)
from mailer.subscribers.ahead import ahead
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.import_rows import Standing, Terms
from mailer.subscribers.models import MailingList, Subscription, SubscriptionState
from mailer.subscribers.people import Line, People
from mailer.subscribers.records import physical
from mailer.subscribers.table import Refusal

#: Lines in one transaction: others write between two of them. People who are asked are fewer, for
#: each is a letter of about a millisecond.
GROUP, GROUP_OF_ASKED = 10_000, 500
Progress = Callable[[int], None]


Group = list[Line | Refusal]


@dataclass(slots=True)
class Report:
    """What an import did: people newly on the list, already on it, and the lines refused.

    `known` counts `left`, who unsubscribed, and `suppressed`, who get no mail: both stay so.
    `roles` counts addresses of a function (contact@…) among those who are new.
    """

    accepted: int = 0
    known: int = 0
    left: int = 0
    suppressed: int = 0
    roles: int = 0
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
    mailing_list = find_list(list_slug)
    terms = Terms(mailing_list.pk, consent.strip(), f"import {path.name}"[:200], now)
    report = Report()
    for group in ahead(groups(path, terms)):
        take(group, terms, report)
        progress(report.accepted + report.known + len(report.refused))
    return report


def find_list(slug: str) -> MailingList:
    """The list of a slug. Raises NotFound, which names those that are there."""
    found = MailingList.objects.filter(slug=slug).first()
    if found is None:
        slugs = ", ".join(MailingList.objects.order_by("slug").values_list("slug", flat=True))
        raise NotFound(
            N_("There is no list “%(list)s”; there are: %(lists)s."), list=slug, lists=slugs
        )
    return found


def groups(path: Path, terms: Terms) -> Iterator[Group]:
    """The people of a file and the lines refused, by groups. Raises NotFound, ParseError."""
    size = GROUP if terms.consent else GROUP_OF_ASKED
    try:
        with path.open("rb") as raw:
            encoding = table.encoding(iter(partial(raw.read, 1 << 16), b""))
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            lines = physical(file.readline)
            mark, names = table.header(lines)
            meanings = columns.recognised(names).meanings
            people = People(meanings, confirmed=bool(terms.consent)).read(lines, mark)
            while group := list(islice(people, size)):
                yield group
    except OSError as error:
        raise NotFound(
            N_("The file “%(path)s” cannot be read: %(why)s."),
            path=str(path),
            why=error.strerror or "",
        ) from error


def take(group: Group, terms: Terms, report: Report) -> None:
    """Write a group, in one transaction, and add what came of it to the report."""
    people: dict[str, Line] = {}
    for one in group:
        if isinstance(one, Refusal):
            report.refused.append(one)
        elif people.setdefault(one.key, one) is not one:
            report.known += 1
    with transaction.atomic():
        known = import_rows.standing(people, terms)
        _set_suppressed_aside(people, known, report)
        _refuse_the_erased(people, known, report)
        accepted = _write(people, known, terms)
    report.accepted += accepted
    report.known += len(people) - accepted
    report.left += sum(
        known[key].state == SubscriptionState.UNSUBSCRIBED for key in people if key in known
    )
    report.roles += sum(address.is_role(key) for key in people if key not in known)


def _write(people: dict[str, Line], known: dict[str, Standing], terms: Terms) -> int:
    new = [line for key, line in people.items() if key not in known]
    accepted = import_rows.add_new(new, terms)
    if accepted < len(new):
        # Somebody signed up between the two statements, and may not be on this list.
        known = known | import_rows.standing([line.key for line in new], terms)
    found = [known[key] for key in people if key in known]
    accepted += import_rows.add_known(
        [one.person for one in found if one.person and one.state is None], terms
    )
    if not terms.consent:
        if accepted:
            _ask(list(people), terms)
        return accepted
    waiting = [one.person for one in found if one.person and one.state == SubscriptionState.PENDING]
    return accepted + (import_rows.confirm(waiting, terms) if waiting else 0)


def _set_suppressed_aside(
    people: dict[str, Line], known: dict[str, Standing], report: Report
) -> None:
    """Who is suppressed and on the list is known; who is not on it is refused."""
    for key in [key for key, one in known.items() if one.suppressed]:
        line = people.pop(key)
        if known[key].state:
            report.known += 1
            report.suppressed += 1
            continue
        reason = BadAddress(
            N_("“%(address)s” is suppressed: its owner asked for no mail, or none arrives."),
            address=address.shown(line.email),
        )
        report.refused.append(Refusal(line.number, reason))


def _refuse_the_erased(people: dict[str, Line], known: dict[str, Standing], report: Report) -> None:
    """Who was erased, and has not signed up again, is nobody's to bring back."""
    new = [key for key in people if key not in known or known[key].state is None]
    for key in sorted(erasing.among(new)):
        line = people.pop(key)
        reason = BadAddress(
            N_("The owner of “%(address)s” asked to be erased: only they can sign up again."),
            address=address.shown(line.email),
        )
        report.refused.append(Refusal(line.number, reason))


def _ask(keys: Sequence[str], terms: Terms) -> None:
    """A letter and its row for each person whom this group has just put on the list."""
    new = Subscription.objects.filter(
        mailing_list=terms.list_id,
        subscriber__email_key__in=keys,
        state=SubscriptionState.PENDING,
        requested_at=terms.now,
    )
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
