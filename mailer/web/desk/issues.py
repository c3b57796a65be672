"""`/desk/issues/`: every number of every publication, the newest first."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from mailer.curation.models import Issue, Publication
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE

_PER_PAGE = 50


@staff(SEE, "GET")
def issues(request: HttpRequest) -> HttpResponse:
    """The numbers, fifty a page, and a button per publication that drafts the next one."""
    found = (
        Issue.objects.select_related("publication")
        .prefetch_related("mailings")
        .annotate(entries=Count("items"))
        .order_by("-date", "-pk")
    )
    context = {
        "issues": Paginator(found, _PER_PAGE).get_page(request.GET.get("page")),
        "publications": Publication.objects.order_by("pk"),
    }
    return page(request, "desk/issues.html", context)
