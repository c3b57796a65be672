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


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: larger than any form of ours, or no form at all."""
    del exception
    told = MailerError(
        N_("What was sent could not be read, or is too large for any form here. Nothing was done.")
    )
    if request.path.startswith(_API):
        return _json(sentence(told), 400)
    return refuse_alone(request, told, 400)


def too_often(request: HttpRequest) -> HttpResponse:
    """429: more tries than a person makes."""
    told = MailerError(N_("That was too often. Wait a minute, then try again."))
    answer = refuse_alone(request, told, 429)
    answer.headers["Retry-After"] = "60"
    return answer


def foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without our token: from another site, or from before a log-out or a log-in."""
    del reason
    told = MailerError(
        N_(
            "This form is not from the page as it is now: nothing was done. Go back, load the page"
            " anew and send it again."
        )
    )
    return refuse_alone(request, told, 403)


def refuse_alone(request: HttpRequest, told: MailerError, status: int) -> HttpResponse:
    """A sentence on a page that asks nothing of the database, nor of the form."""
    context = {"site": "", "refusal": told}
    return show_alone(request, "public/refused.html", context, language_of(request), status=status)


def failed(request: HttpRequest) -> HttpResponse:
    """500, without the database: it may be what failed."""
    told = MailerError(N_("Something went wrong on our side. Try again in some minutes."))
    if request.path.startswith(_API):
        return _json(sentence(told), 500)
    return refuse_alone(request, told, 500)


def _json(words: str, status: int) -> HttpResponse:
    return JsonResponse({"error": words}, status=status, headers={"Cache-Control": "no-store"})
