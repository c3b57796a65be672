"""What every unknown address answers, and every failure of ours: a page, or JSON for the API."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from mailer.errors import N_, MailerError, NotFound
from mailer.rendering import sentence
from mailer.web.public.page import language_of, refuse, show_alone

_API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    del exception  # Django's list of the addresses that it tried is nobody's business
    if request.path.startswith(_API):
        return _json("there is nothing at this address: /api/v1/ lists what there is", 404)
    told = NotFound(N_("There is no page at this address. Look whether it was copied whole."))
    return refuse(request, told, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500, without the database: it may be what failed."""
    told = MailerError(N_("Something went wrong on our side. Try again in some minutes."))
    if request.path.startswith(_API):
        return _json(sentence(told), 500)
    context = {"site": "", "refusal": told}
    return show_alone(request, "public/refused.html", context, language_of(request), status=500)


def _json(words: str, status: int) -> HttpResponse:
    return JsonResponse({"error": words}, status=status, headers={"Cache-Control": "no-store"})
