"""`/desk/figures/`: what became of each number, in sums; of no reader alone."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from mailer.figures import reading
from mailer.figures.counting import NAMED_FROM
from mailer.mailings.models import Mailing
from mailer.web.desk.find import find_mailing
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import FIGURES

_PER_PAGE = 20


@staff(FIGURES, "GET")
def figures(request: HttpRequest) -> HttpResponse:
    """The mailings, the newest first, twenty a page, each with its sums."""
    found = Mailing.objects.select_related("issue__publication").order_by("-pk")
    shown = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    mailings = list(shown.object_list)
    sums = reading.of_mailings(mailings)
    context = {
        "shown": shown,
        "rows": [(mailing, sums[mailing.pk]) for mailing in mailings],
        "most": max((one.recipients for one in sums.values()), default=0),
    }
    return page(request, "desk/figures.html", context)


@staff(FIGURES, "GET")
def figures_of(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """One mailing, by language, by domain, and by link where clicks were counted."""
    mailing = find_mailing(mailing_id)
    context = {
        "mailing": mailing,
        "issue": mailing.issue,
        "publication": mailing.issue.publication,
        "whole": reading.of_mailings([mailing])[mailing.pk],
        "by_language": reading.by_language(mailing.pk),
        "by_domain": reading.by_domain(mailing.pk),
        "followed": reading.of_links(mailing.issue),
        "least": NAMED_FROM,
    }
    return page(request, "desk/figures_of.html", context)
