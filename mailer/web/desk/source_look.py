"""`/desk/sources/look/`: what would come of an address, before anything is kept."""

from django.http import HttpRequest, HttpResponse

from mailer.articles.looking import Look, look_before_adding
from mailer.articles.refresh import policy
from mailer.curation.models import Publication
from mailer.errors import MailerError
from mailer.languages import LANGUAGES
from mailer.rendering import sentence
from mailer.web.desk.frame import go, page, staff
from mailer.web.desk.may import ADD_SOURCE
from mailer.web.desk.typed import line


@staff(ADD_SOURCE, "GET", "POST")
def source_look(request: HttpRequest) -> HttpResponse:
    """Ask the address, and show its newest articles. A GET, of who came back, begins anew."""
    typed = line(request, "url", 2000)
    if not typed:
        return go("desk:sources")
    look: Look | None = None
    words = ""
    try:
        look = look_before_adding(typed, policy())
    except MailerError as refusal:
        words = sentence(refusal)
    publications = list(Publication.objects.prefetch_related("sections").order_by("pk"))
    context = {
        "look": look,
        "words": words,
        "typed": typed,
        "publications": publications,
        "spoken": LANGUAGES,
        "zone": publications[0].zone if publications else "UTC",
    }
    return page(request, "desk/source_look.html", context, status=200 if look else 409)
