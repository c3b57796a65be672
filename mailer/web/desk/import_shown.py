"""`/desk/imports/<id>/`: a file of people: what its columns are, how far it is, what came of it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from mailer.subscribers import imports
from mailer.subscribers.columns import Column, attribute_name
from mailer.subscribers.models import Import, ImportState, MailingList
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import ADD_READERS

#: htmx stops asking when it gets this status.
_STOP_POLLING = 286
_MOVES = (ImportState.READING, ImportState.WAITING, ImportState.RUNNING)
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A column on the page: its name in the file, what it means, and its first cells."""

    name: str
    meaning: str
    attribute: str
    cells: tuple[str, ...]


@staff(ADD_READERS, "GET")
def import_shown(request: HttpRequest, import_id: int) -> HttpResponse:
    """The form that maps its columns, or its progress, or its report."""
    shown = imports.find(import_id)
    context = _context(shown)
    if context["startable"]:
        context |= {
            "columns": _columns(shown),
            "meanings": [column.value for column in Column],
            "lists": MailingList.objects.order_by("slug"),
        }
    return page(request, "desk/import.html", context)


@staff(ADD_READERS, "GET")
def import_progress(request: HttpRequest, import_id: int) -> HttpResponse:
    """The part that moves; once it stands still the whole page is asked for."""
    shown = imports.find(import_id)
    answer = page(request, "_parts/desk/import.html", _context(shown))
    if shown.state not in _MOVES:
        answer.headers["HX-Refresh"] = "true"
        answer.status_code = _STOP_POLLING
    return answer


def _context(shown: Import) -> dict[str, Any]:
    startable = shown.state == ImportState.UPLOADED or (
        shown.state == ImportState.DONE and shown.trial
    )
    done = min(shown.line, shown.lines)
    return {
        "shown": shown,
        "moves": shown.state in _MOVES,
        "startable": startable and shown.kept,
        "percent": 100 * done // shown.lines if shown.lines else 0,
        "done": done,
        "refusals": list(shown.refusals.order_by("line")[:_SHOWN]) if shown.refused else [],
    }


def _columns(shown: Import) -> list[Shown]:
    rows = imports.sample(shown)
    return [
        Shown(
            name=name,
            meaning="attribute" if attribute_name(meaning) else meaning,
            attribute=attribute_name(meaning),
            cells=tuple(row[at][:60] for row in rows if at < len(row) and row[at].strip())[:3],
        )
        for at, (name, meaning) in enumerate(zip(shown.names, shown.meanings, strict=True))
    ]
