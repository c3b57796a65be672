"""A change to an issue: it is compiled again in the same transaction, so the preview is true."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer import tasks
from mailer.curation import arrange, signoff
from mailer.curation.models import Item
from mailer.editions.compile import compile_issue
from mailer.editions.printing import unprinted
from mailer.web.desk.frame import go, say


@contextmanager
def changing(request: HttpRequest, issue_id: int) -> Iterator[datetime]:
    """Do the change inside; tells the person when it took back a signature."""
    now = timezone.now()
    signed = signoff.standing(issue_id) is not None
    with transaction.atomic():
        yield now
        compile_issue(issue_id, now)
    ring_press(issue_id)
    if signed and signoff.standing(issue_id) is None:
        say(request, gettext("The issue has changed: its approval no longer holds."))


def ring_press(issue_id: int) -> None:
    """Ask for the PDFs an issue lacks; where nobody hears it, the clock comes by."""
    for edition_id in unprinted(issue_id):
        tasks.ring(tasks.print_edition, edition_id)


def change_item(request: HttpRequest, item_id: int, verb: Callable[..., Any]) -> HttpResponse:
    """Do `verb(item, now)` to an entry, and back to it on the bench."""
    item = arrange.find_item(item_id)
    with changing(request, item.issue_id) as now:
        verb(item, now)
    return to_bench(item)


def to_bench(item: Item) -> HttpResponse:
    """The bench in the entry's language, at the entry."""
    return go("desk:issue", item.issue_id, anchor=f"?lang={item.language}#item-{item.pk}")
