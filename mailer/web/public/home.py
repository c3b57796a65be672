"""`/`: what this is, and the form."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mailer.web.public.page import language_of, public, show_form
from mailer.web.public.subscribe import form


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    language = language_of(request)
    return show_form(request, "public/home.html", form(request, language), language)
