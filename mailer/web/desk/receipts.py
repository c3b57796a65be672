"""`/desk/receipts/`: what came back, over time, by domain and by mailing; what waits for staff."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.receipts import figures
from mailer.web.desk.chart import stacked
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_MAILING, may

#: The periods that are offered, in days.
PERIODS = (2, 7, 30, 90, 365)
_USUAL = 30


@staff(SEE_MAILING, "GET")
def receipts(request: HttpRequest) -> HttpResponse:
    """`?days=` is one of the periods. Who waits is shown to those who may see readers."""
    told = request.GET.get("days", "")
    days = int(told) if told in {str(one) for one in PERIODS} else _USUAL
    now = timezone.now()
    start = now - timedelta(days=days)
    found = figures.since(start)
    lines = figures.by_time(found, start, now)
    context = {
        "days": days,
        "periods": PERIODS,
        "kinds": figures.KINDS,
        "lines": lines,
        "chart": stacked([line.counts for line in lines], figures.KINDS),
        "hourly": days <= PERIODS[0],
        "domains": figures.by_domain(found),
        "mailings": figures.by_mailing(found),
        "strays": figures.strays(start),
        "waiting": figures.waiting() if may(request.user).see_readers else [],
    }
    return page(request, "desk/receipts.html", context)
