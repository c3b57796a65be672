"""`/desk/settings/`: what is set, and where; it is changed where it stands, never here."""

from django.http import HttpRequest, HttpResponse

from mailer.curation.models import Publication
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_SETTINGS
from mailer.web.desk.settings_told import groups


@staff(SEE_SETTINGS, "GET")
def settings_page(request: HttpRequest) -> HttpResponse:
    """What the processes were given, and what each publication has chosen for itself."""
    context = {
        "groups": groups(),
        "publications": Publication.objects.prefetch_related("lists").order_by("pk"),
    }
    return page(request, "desk/settings.html", context)
