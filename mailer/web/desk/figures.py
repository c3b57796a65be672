"""`/desk/figures/`: what became of each number, in sums; of no reader alone."""

from django.http import HttpRequest, HttpResponse

from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import FIGURES


@staff(FIGURES, "GET")
def figures(request: HttpRequest) -> HttpResponse:
    """The numbers, the newest first."""
    return page(request, "desk/figures.html", {})
