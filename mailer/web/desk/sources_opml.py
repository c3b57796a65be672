"""`/desk/sources/list.opml`: the sources as other readers take them; and a list of another's."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from mailer.articles import opml
from mailer.curation.listing import bring_in, listed
from mailer.errors import N_, Refused
from mailer.rendering import sentence
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk.frame import go, say, staff
from mailer.web.desk.may import ADD_SOURCE, SEE_SOURCES
from mailer.web.desk.typed import line


@staff(SEE_SOURCES, "GET")
def sources_export(request: HttpRequest) -> HttpResponse:
    """Every visited source, in folders named by its section."""
    del request
    now = timezone.now()
    body = opml.write("mailer", listed(), now)
    answer = HttpResponse(body, content_type="text/x-opml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="sources-{now:%Y-%m-%d}.opml"'
    return answer


class OneList(MemoryFileUploadHandler):
    """Takes one small file into memory, and nothing onto the disk."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Whatever its length: what is beyond the limit is cut, and then refused as too large."""
        del args, kwargs
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """A piece of the file; past the limit it is read by and dropped."""
        if start > opml.LARGEST:
            return None
        taken: bytes | None = super().receive_data_chunk(raw_data, start)
        return taken


@staff(ADD_SOURCE, "POST")
def _import(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("list")
    if file is None or isinstance(file, list):
        raise Refused(N_("Choose a file first."))
    outlines = opml.read(file.read())
    with transaction.atomic():
        report = bring_in(outlines, line(request, "place", 120), timezone.now())
        told = N_("A list of sources was brought in: %(count)s new")
        note("source.list-brought", told, Area.SOURCE, count=report.added)
    words = ngettext("%(count)s source was added.", "%(count)s sources were added.", report.added)
    words %= {"count": report.added}
    if report.known:
        words += " " + gettext("Already there: %(count)s.") % {"count": report.known}
    for _url, refusal in report.refused[:3]:
        words += " " + sentence(refusal)
    say(request, words)
    return go("desk:sources")


@csrf_exempt  # the guard reads the form, and the file must have its place by then
def sources_import(request: HttpRequest) -> HttpResponseBase:
    """Add the feeds of a list, in one section; those that cannot be added say why."""
    request.upload_handlers = [OneList(request)]
    return csrf_protect(_import)(request)
