"""`/desk/imports/<id>/begin/`: try an import, or take its people in."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer import tasks
from mailer.errors import N_, Refused
from mailer.subscribers import imports
from mailer.subscribers.columns import meaning_of
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.frame import go, staff
from mailer.web.desk.may import ADD_READERS
from mailer.web.desk.typed import line, text

_TRIED = N_("The file “%(file)s” was tried out as an import into %(list)s")
_BEGUN = N_("The file “%(file)s” was imported into %(list)s")


@staff(ADD_READERS, "POST")
def import_begin(request: HttpRequest, import_id: int) -> HttpResponse:
    """Have a worker do it behind this page."""
    shown = imports.find(import_id)
    confirmed = line(request, "how", 20) == "confirmed"
    consent = text(request, "consent", 4000) if confirmed else ""
    if confirmed and not consent:
        raise Refused(
            N_("Write down what these people agreed to, where and when: it is kept as the proof.")
        )
    trial, into = line(request, "act", 20) != "import", line(request, "list", 50)
    told = _TRIED if trial else _BEGUN
    with noted("reader.import", told, Area.READER, None, file=shown.name, list=into):
        imports.begin(
            import_id,
            list_slug=into,
            meanings=[
                meaning_of(line(request, f"column-{at}", 80), name)
                for at, name in enumerate(shown.names)
            ],
            consent=consent,
            trial_run=trial,
            now=timezone.now(),
        )
    tasks.ring(tasks.run_import, import_id)
    return go("desk:import", import_id)
