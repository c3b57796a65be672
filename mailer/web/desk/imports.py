"""`/desk/imports/`: the files of people that were uploaded, and a form for one more."""

from django.http import HttpRequest, HttpResponse

from mailer.subscribers.models import Import
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import ADD_READERS
from mailer.web.desk.typed import asked

_PER_PAGE = 30


@staff(ADD_READERS, "GET")
def imports(request: HttpRequest) -> HttpResponse:
    """The newest, or those `?before=` one."""
    found = Import.objects.select_related("mailing_list", "requested_by").order_by("-pk")
    if (before := asked(request, "before")) is not None:
        found = found.filter(pk__lt=before)
    listed = list(found[: _PER_PAGE + 1])
    context = {
        "imports": listed[:_PER_PAGE],
        "more": listed[_PER_PAGE - 1].pk if len(listed) > _PER_PAGE else None,
    }
    return page(request, "desk/imports.html", context)
