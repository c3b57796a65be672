"""`/desk/imports/<id>/cancel/`: end an import where it stands."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.errors import N_
from mailer.subscribers import imports
from mailer.trail.models import Area
from mailer.trail.note import noted
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import ADD_READERS


@staff(ADD_READERS, "POST")
def import_cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Who was taken in so far stays."""
    shown = imports.find(import_id)
    told = N_("The import of “%(file)s” was ended")
    with noted("reader.import_ended", told, Area.READER, None, file=shown.name):
        imports.cancel(shown.pk, timezone.now())
    say(request, gettext("The import was ended."))
    return go("desk:import", import_id)
