"""`/desk/publications/`: the recurring titles."""

from django.http import HttpRequest, HttpResponse

from mailer.curation.models import Publication
from mailer.web.desk.frame import go, page, staff
from mailer.web.desk.may import SEE_PUBLICATION


@staff(SEE_PUBLICATION, "GET")
def publications(request: HttpRequest) -> HttpResponse:
    """The titles; straight to the only one where there is one."""
    titles = list(Publication.objects.order_by("pk"))
    if len(titles) == 1:
        return go("desk:publication", titles[0].slug)
    return page(request, "desk/publications.html", {"publications": titles})
