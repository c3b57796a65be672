"""`/desk/mailings/<id>/ledger.csv`: the ledger of a mailing, as a file for a spreadsheet."""

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse

from mailer.mailings.exporting import csv_pieces
from mailer.mailings.models import Mailing
from mailer.mailings.report import rows_of
from mailer.web.desk.find import find_mailing
from mailer.web.desk.frame import staff
from mailer.web.desk.may import SEE_MAILING, SEE_READERS


@staff(SEE_MAILING, "GET")
@staff(SEE_READERS, "GET")
def ledger(request: HttpRequest, mailing_id: int) -> StreamingHttpResponse:
    """A row per recipient, as a stream. Refused when the rows are folded."""
    mailing = find_mailing(mailing_id)
    pieces = csv_pieces(rows_of(mailing), mark=True)
    return download(request, mailing, pieces, "csv", "text/csv; charset=utf-8")


def download(
    request: HttpRequest, mailing: Mailing, pieces: Iterator[str], ending: str, kind: str
) -> StreamingHttpResponse:
    """A file that is written while it is read; HEAD reads none of it."""
    name = f"{mailing.issue.publication.slug}-{mailing.issue.number}-mailing-{mailing.pk}.{ending}"
    body = pieces if request.method == "GET" else iter(())
    answer = StreamingHttpResponse(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # Nobody keeps readers' addresses on the way.
    answer.headers["Cache-Control"] = "no-store"
    return answer
