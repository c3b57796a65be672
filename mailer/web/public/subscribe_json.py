"""`/subscribe/json`: the form for scripts, of our own pages' rules and limits.

    GET      {language, lists: [{slug, name, text, version}]}
    POST     {email, language, list, wording, proof} → 202 {sent, says}; 4xx {error}
    OPTIONS  the question a browser asks for another site's script

A browser lets the scripts of another site read the answers where MAILER_FORM_ORIGINS names it.
"""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailer.errors import N_, BadAddress, MailerError, NotFound, ParseError, Refused
from mailer.languages import Language, known
from mailer.rendering import sentence
from mailer.web.public.asking import refuse_strangers, site
from mailer.web.public.page import language_of
from mailer.web.public.subscribe import choices, take_down

#: Bytes of the largest question that is read.
_MOST = 10_000
_STATUS: dict[type[MailerError], int] = {NotFound: 404, Refused: 403}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def subscribe_json(request: HttpRequest) -> HttpResponse:
    """POST writes one row and answers the same to everybody; nothing else changes anything."""
    if request.method == "OPTIONS":
        return _open(request, HttpResponse(status=204))
    if request.method != "POST":
        return _open(request, _offered(language_of(request)))
    fields: dict[str, str] = {}
    try:
        refuse_strangers(request)
        fields = _fields(request)
        chosen = known(fields.get("language")) or language_of(request)
        take_down(request, fields, chosen, "/subscribe/json")
    except (BadAddress, NotFound, ParseError, Refused) as refusal:
        language = known(fields.get("language")) or language_of(request)
        with translation.override(language.code):
            told = {"error": sentence(refusal)}
        return _open(request, JsonResponse(told, status=_STATUS.get(type(refusal), 400)))
    return _open(request, _sent(chosen))


def _fields(request: HttpRequest) -> dict[str, str]:
    """The members of the object that was posted, those that are text."""
    try:
        # Its length as the server counted it: what is longer is not read at all.
        if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST:
            raise ValueError("too long")
        found = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise ParseError(
            N_("This is no JSON object of at most %(most)s bytes."), most=_MOST
        ) from error
    if not isinstance(found, dict):
        raise ParseError(N_("This is no JSON object of at most %(most)s bytes."), most=_MOST)
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _offered(language: Language) -> JsonResponse:
    lists = [
        {"slug": one.slug, "name": one.name, "text": one.text, "version": one.version}
        for one in choices(language)
    ]
    return JsonResponse({"language": language.code, "lists": lists})


def _sent(language: Language) -> JsonResponse:
    with translation.override(language.code):
        says = _("If this address does not receive our mails yet, a message is on its way to it.")
    return JsonResponse({"sent": True, "says": says}, status=202)


def _open(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The headers by which a browser shows the answer to a site that is allowed."""
    other = site(request)
    if other in settings.MAILER_FORM_ORIGINS:
        answer.headers["Access-Control-Allow-Origin"] = other
        answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
        answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
        answer.headers["Access-Control-Max-Age"] = "600"
    answer.headers["Vary"] = "Origin, Accept-Language"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
