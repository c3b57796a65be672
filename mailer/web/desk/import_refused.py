"""`/desk/imports/<id>/refused.csv`: the lines that were not taken in, to be corrected."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation

from mailer.rendering import sentence
from mailer.subscribers import imports
from mailer.subscribers.columns import REFUSED
from mailer.subscribers.models import Import
from mailer.subscribers.table import guarded
from mailer.web.desk.frame import language, staff
from mailer.web.desk.may import ADD_READERS

_PIECE = 500


@staff(ADD_READERS, "GET")
def import_refused(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    """The columns of the file, then the line and the reason; a stream, and no formula in it."""
    shown = imports.find(import_id)
    body = _pieces(shown, language().code) if request.method == "GET" else iter(())
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="refused-{shown.pk}.csv"'
    return answer


def _pieces(shown: Import, language: str) -> Iterator[str]:
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow([*map(guarded, shown.names), *REFUSED])
    lines = imports.refused(shown)
    width = len(shown.names)
    while piece := list(islice(lines, _PIECE)):
        # The stream is read when the request, and its language, is over.
        with translation.override(language):
            for line, reason, cells in piece:
                whole = (cells + [""] * width)[:width]
                writer.writerow([*map(guarded, whole), line, guarded(sentence(reason))])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()
