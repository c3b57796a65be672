"""`/desk/subscribers/export.csv`: the readers of a list, or of all, as a file for a spreadsheet."""

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from mailer.errors import N_
from mailer.subscribers.exporting import csv_pieces
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.desk.frame import staff
from mailer.web.desk.may import SEE_READERS
from mailer.web.desk.typed import line


@staff(SEE_READERS, "POST")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """A line per subscription, as a stream. By POST, for it leaves a mark: who took the file."""
    slug = line(request, "list", 50)
    pieces = csv_pieces(slug)
    told = N_("The readers of “%(list)s” were taken as a file")
    note("reader.exported", told, Area.READER, list=slug or "*")
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    name = f"{slug or 'subscribers'}-{timezone.now():%Y-%m-%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
