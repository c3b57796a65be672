"""Taking a group of people in, by sets of rows, in one transaction.

With proof of consent they are confirmed, those included who were asked and have not answered;
without it they are pending, and each is asked to confirm by a letter. Nobody else who is on the
list, in any state, left included, is changed, and nobody who is suppressed; a suppressed or erased
address that is not on the list is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from mailer.errors import N_, BadAddress
from mailer.subscribers import address, consents, correspondence, erasing, import_rows
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.import_rows import Standing
from mailer.subscribers.models import Subscription, SubscriptionState
from mailer.subscribers.people import Line
from mailer.subscribers.table import Refusal
from mailer.subscribers.terms import Terms

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


def take(group: Group, terms: Terms, report: Report) -> None:
    """Write a group, in one transaction, and add what came of it to the report."""
    people = distinct(group, report)
    with transaction.atomic():
        known = judged(people, terms, report)
        accepted = _write(people, known, terms)
    count(people, known, accepted, report)


def distinct(group: Group, report: Report) -> dict[str, Line]:
    """The people of a group by their keys; the refused and the second lines go to the report."""
    people: dict[str, Line] = {}
    for one in group:
        if isinstance(one, Refusal):
            report.refused.append(one)
        elif people.setdefault(one.key, one) is not one:
            report.known += 1
    return people


def judged(people: dict[str, Line], terms: Terms, report: Report) -> dict[str, Standing]:
    """What is known of the people, those taken out who get nothing: they go to the report."""
    known = import_rows.standing(people, terms)
    _set_suppressed_aside(people, known, report)
    _refuse_the_erased(people, known, report)
    return known


def count(
    people: dict[str, Line], known: dict[str, Standing], accepted: int, report: Report
) -> None:
    """Add to the report what became of the people who were not taken out."""
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
