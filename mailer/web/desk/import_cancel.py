"""`/desk/imports/<id>/cancel/`: end an import where it stands."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from mailer.subscribers import imports
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import ADD_READERS


@staff(ADD_READERS, "POST")
def import_cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Who was taken in so far stays."""
    imports.cancel(imports.find(import_id).pk, timezone.now())
    say(request, gettext("The import was ended."))
    return go("desk:import", import_id)
