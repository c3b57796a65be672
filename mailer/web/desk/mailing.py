"""`/desk/mailings/<id>/`: a mailing as it goes; the ledger's sums, asked for again every second."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.mailings import holding, reasons, tallies
from mailer.mailings.models import Mailing, MailingState
from mailer.receipts import figures
from mailer.web.desk.chart import stacked
from mailer.web.desk.find import find_mailing
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_MAILING
from mailer.web.desk.progress import STATES, Look, Progress, of_domains, of_sums

#: Bars of a chart; of a mailing whose reports come for longer, the days without any are left out.
_MOST_BARS = 60
#: htmx stops asking when it gets this status.
_STOP_POLLING = 286


@staff(SEE_MAILING, "GET")
def mailing(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """The page; the part that moves is `progress` below, and this alone looks at the rows."""
    shown = find_mailing(mailing_id)
    context = _context(request, shown)
    doubtful = context["sums"]["uncertain"] and not shown.folded_at
    context["doubts"] = reasons.doubts(shown) if doubtful else []
    context["holds"] = holding.standing(shown.pk)
    context |= _came_back(shown)
    return page(request, "desk/mailing.html", context)


@staff(SEE_MAILING, "GET")
def progress(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """The part that moves. `?settled=`, `?at=` and `?pace=` are what the last answer said."""
    shown = find_mailing(mailing_id)
    over = shown.state in {MailingState.DONE, MailingState.CANCELLED}
    context = _context(request, shown)
    status = _STOP_POLLING if over else 200
    return page(request, "_parts/desk/progress.html", context, status=status)


def _context(request: HttpRequest, shown: Mailing) -> dict[str, Any]:
    told = {
        (state.name.lower(), domain): count
        for (state, domain), count in tallies.whole(shown.pk).items()
    }
    sums = _sums(told)
    face = _face(shown, sums)
    return {
        "mailing": shown,
        "issue": shown.issue,
        "publication": shown.issue.publication,
        "sums": sums,
        "progress": _progress(request, shown, sums),
        "domains": of_domains(shown.domains, told, sums["recipients"]),
        "face": face,
        "changed": request.GET.get("state", face) != face,
        "left_out": {reason: count for reason, count in shown.left_out.items() if count},
    }


def _came_back(shown: Mailing) -> dict[str, Any]:
    """What came back of it: a chart, the table of its moments, and that of its domains."""
    found = figures.of_mailing(shown)
    last = found.aggregate(last=Max("received_at"))["last"]
    if last is None:
        return {"came_back": None}
    lines = figures.by_time(found, shown.created_at, last)
    if len(lines) > _MOST_BARS:
        lines = [line for line in lines if line.whole][:_MOST_BARS]
    return {
        "came_back": lines,
        "came_back_domains": figures.by_domain(found),
        "chart": stacked([line.counts for line in lines], figures.KINDS),
        "kinds": figures.KINDS,
        "hourly": last - shown.created_at <= figures.BY_HOUR,
    }


def _sums(told: Mapping[tuple[str, str], int]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for (state, _), count in told.items():
        counts[state] += count
    return {"recipients": counts.total(), **{state: counts[state] for state in STATES}}


def _face(shown: Mailing, sums: Mapping[str, int]) -> str:
    """What the buttons depend on: when it changes they are sent along, and not under a hand."""
    asks = [state for state in ("refused", "uncertain") if sums[state]]
    return ".".join([shown.state, *asks])


def _progress(request: HttpRequest, shown: Mailing, sums: Mapping[str, int]) -> Progress:
    now = timezone.now()
    return of_sums(
        sums,
        began=shown.created_at.timestamp(),
        now=(shown.finished_at or now).timestamp(),
        seen=_seen(request),
        running=shown.state == MailingState.RUNNING,
    )


def _seen(request: HttpRequest) -> Look | None:
    """The last look; None when what is told of it makes no sense."""
    told = request.GET
    try:
        pace = float(told["pace"]) if "pace" in told else None
        return Look(int(told["settled"]), float(told["at"]), pace)
    except (KeyError, ValueError):
        return None
