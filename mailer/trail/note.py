"""Writing the trail: one statement, in the transaction of the act.

Who acts is settled once, at the door where they come in (a page of the desk, a command), and not
handed through every function of every stage: a change deep in an issue then names its author all
the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from mailer.errors import N_
from mailer.trail.models import Act, Area

_acting: ContextVar[User | None] = ContextVar("acting", default=None)

#: An editor's changes to one number within this time are one act: a row a word would hide the rest.
_ONE_SITTING = timedelta(minutes=10)


@contextmanager
def acting(by: User | None) -> Iterator[None]:
    """Whatever is noted inside was done by this person; None is the clock or the command line."""
    token = _acting.set(by)
    try:
        yield
    finally:
        _acting.reset(token)


def who() -> User | None:
    """The person who acts, if there is one."""
    return _acting.get()


def note(verb: str, message: str, area: Area, about: int | None = None, **values: str | int) -> Act:
    """Write down an act of whoever acts.

    `verb` is `area.past-participle`; `message` a message id marked with `N_`, in the passive, and
    `values` fill it.
    """
    return note_by(who(), verb, message, area, about, **values)


def note_by(
    by: User | None, verb: str, message: str, area: Area, about: int | None, **values: str | int
) -> Act:
    """The same, where the person is told: at a login nobody acts yet."""
    return Act.objects.create(
        at=timezone.now(),
        by=by or who(),
        name=(by or who() or User()).get_username(),
        verb=verb,
        area=area,
        about=about,
        told={"id": message, "values": values},
    )


@contextmanager
def noted(
    verb: str, message: str, area: Area, about: int | None = None, **values: str | int
) -> Iterator[None]:
    """What is done inside and its trail stand or fall together."""
    with transaction.atomic():
        yield
        note(verb, message, area, about, **values)


def note_change(issue_id: int, number: int) -> None:
    """A number's content was changed; what one person changes in one sitting is one row."""
    by, verb = who(), "issue.changed"
    last = Act.objects.filter(area=Area.ISSUE, about=issue_id).order_by("-pk").first()
    since = timezone.now() - _ONE_SITTING
    if last and last.verb == verb and last.by_id == (by and by.pk) and last.at > since:
        return
    note(verb, N_("The content of No. %(number)s was changed"), Area.ISSUE, issue_id, number=number)


def has_changed(issue_id: int, by: User) -> bool:
    """Whether a person ever changed a number's content."""
    return Act.objects.filter(area=Area.ISSUE, about=issue_id, verb="issue.changed", by=by).exists()
