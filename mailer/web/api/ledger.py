"""`/api/v1/mailings/<id>/ledger`: one row per recipient, as `mailer ledger` prints it."""

from django.http import HttpRequest, StreamingHttpResponse

from mailer.errors import N_, Refused
from mailer.mailings.exporting import csv_pieces, json_pieces
from mailer.mailings.report import rows_of
from mailer.web.api.frame import answers
from mailer.web.desk.find import find_mailing
from mailer.web.desk.ledger import download

_FORMATS = {
    "json": (json_pieces, "application/json"),
    "csv": (csv_pieces, "text/csv; charset=utf-8"),
}


@answers("mailings.view_mailing", "subscribers.view_subscriber")
def ledger(request: HttpRequest, mailing_id: int) -> StreamingHttpResponse:
    """A stream: an array of objects, or CSV with `?format=csv`. 409 when the rows are folded."""
    ending = request.GET.get("format", "json")
    if ending not in _FORMATS:
        raise Refused(N_("There is no format “%(format)s”: json or csv."), format=ending[:20])
    write, kind = _FORMATS[ending]
    mailing = find_mailing(mailing_id)
    return download(request, mailing, write(rows_of(mailing)), ending, kind)
