"""`/desk/sources/declaration.csv`: articles × readers per title, as a licence bills them."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.curation.compose import find_publication
from mailer.errors import N_, Refused
from mailer.mailings.declaring import as_csv, declare
from mailer.web.desk.frame import staff
from mailer.web.desk.may import SEE_MAILING


@staff(SEE_MAILING, "GET")
def declaration(request: HttpRequest) -> HttpResponse:
    """A line per title of the issues dated between two days, both included; else of this year."""
    publication = find_publication(request.GET.get("publication", "revue-de-presse")[:50])
    today = timezone.now().date()
    since = _day(request.GET.get("since", ""), today.replace(month=1, day=1))
    until = _day(request.GET.get("until", ""), today)
    lines = declare(publication, since, until).lines
    answer = HttpResponse(as_csv(lines, mark=True), content_type="text/csv; charset=utf-8")
    name = f"{publication.slug}-{since}-{until}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _day(typed: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(typed) if typed else otherwise
    except ValueError:
        raise Refused(
            N_("“%(typed)s” is not a date: write it as 2025-05-21."), typed=typed[:40]
        ) from None
