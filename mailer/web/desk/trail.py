"""`/desk/trail/`: who did what, in words."""

from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from mailer.trail import reading
from mailer.trail.models import Act, Area
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_TRAIL
from mailer.web.desk.typed import asked


@staff(SEE_TRAIL, "GET")
def trail(request: HttpRequest) -> HttpResponse:
    """The newest acts; by person (`?by=`), area, day (`?from=`, `?to=`, both inclusive, UTC)."""
    area = request.GET.get("area", "")
    start, end = _day(request, "from"), _day(request, "to")
    wanted = reading.Asked(
        by=asked(request, "by"),
        area=area if area in Area.values else None,
        about=asked(request, "about"),
        start=start,
        end=end + timedelta(days=1) if end else None,
    )
    acts, more = reading.acts(wanted, asked(request, "before"))
    query = request.GET.copy()
    query["before"] = str(more)
    context = {
        "acts": [(act, where(act)) for act in acts],
        "more": query.urlencode() if more else "",
        "wanted": wanted,
        "from_day": start.date().isoformat() if start else "",
        "to_day": end.date().isoformat() if end else "",
        "people": reading.people(),
        "areas": Area.values,
    }
    return page(request, "desk/trail.html", context)


def where(act: Act) -> str:
    """The page of what an act was about; "" where there is none."""
    routes = {
        Area.ISSUE: ("desk:issue", "issue_id"),
        Area.MAILING: ("desk:mailing", "mailing_id"),
        Area.READER: ("desk:subscriber", "subscriber_id"),
    }
    if act.about is None or act.area not in routes:
        return ""
    route, name = routes[Area(act.area)]
    return reverse(route, kwargs={name: act.about})


def _day(request: HttpRequest, name: str) -> datetime | None:
    try:
        found = date.fromisoformat(request.GET.get(name, ""))
        return datetime.combine(found, time(), UTC)
    except ValueError:
        return None
