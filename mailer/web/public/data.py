"""`/data/`: one's own data, by a link of one hour that is mailed to the address.

/data/                    asks for the link; it answers the same to everybody
/data/<token>             shows the data; POST erases them, or asks for a new address
/data/<token>/file.json   the same as a file
/address/<token>          the button that makes an address a person's new one
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from mailer.errors import BadAddress, MailerError
from mailer.languages import Language
from mailer.mailings import history
from mailer.mailings.history_json import as_json
from mailer.subscribers import address, dossier, erasing, moving, optin
from mailer.subscribers.models import RequestKind, Subscriber
from mailer.subscribers.optin import Asked
from mailer.tasks import send_letters, take_requests
from mailer.typesetting.typography import local_day, plain_date
from mailer.web.public.asking import barred, refuse_strangers, where
from mailer.web.public.bell import ring_soon
from mailer.web.public.page import ZONE, language_of, public, sealed, show, show_form
from mailer.web.public.subscribe import SeeOther

_PAGE = "/data/"


@public
def ask(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST writes one row and answers the same to everybody."""
    language = language_of(request)
    if request.method != "POST":
        return show_form(request, "public/data_ask.html", _empty(), language)
    refuse_strangers(request)
    now, email = timezone.now(), request.POST.get("email", "")
    asked = Asked(email, language.code, kind=RequestKind.DATA)
    try:
        bar = barred(request, request.POST, now)
        optin.write_down(asked, where=where(request, _PAGE), now=now, barred=bar)
    except BadAddress as refusal:
        again = _empty() | {"refusal": refusal, "email": address.shown(email, 320)}
        return show_form(request, "public/data_ask.html", again, language, status=400)
    ring_soon(take_requests)
    return sealed(SeeOther(f"{reverse('data-sent')}?lang={language.code}"), language)


@public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The fixed page: it knows nothing of who asked."""
    return show(request, "public/data_sent.html", {}, language_of(request))


@public
def data(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST erases (`act=erase`) or asks for a new address (`act=address`)."""
    now = timezone.now()
    person = dossier.open_file(token, now)
    if request.method == "POST" and request.POST.get("act") == "erase":
        language = language_of(request, person.language)
        erasing.erase(person.pk, where=where(request, _PAGE), now=now)
        return show(request, "public/erased.html", {}, language)
    if request.method == "POST" and request.POST.get("act") == "address":
        return _ask_address(request, token, person, now)
    return _page(request, token, person)


def _ask_address(
    request: HttpRequest, token: str, person: Subscriber, now: datetime
) -> HttpResponse:
    email = request.POST.get("email", "")
    try:
        moving.ask(person, email, now)
    except BadAddress as refusal:
        return _page(request, token, person, refusal=refusal, email=address.shown(email, 320))
    ring_soon(send_letters)
    return _page(request, token, person, said="address")


def _page(
    request: HttpRequest,
    token: str,
    person: Subscriber,
    *,
    said: str = "",
    refusal: MailerError | None = None,
    email: str = "",
) -> HttpResponse:
    language = language_of(request, person.language)
    context = {
        "file": dossier.file_of(person),
        "issues": history.received(person),
        "moment": lambda told: _moment(told, language),
        "download": reverse("data-file", kwargs={"token": token}),
        "said": said,
        "refusal": refusal,
        "email": email,
    }
    status = 400 if refusal else 200
    return show(request, "public/data.html", context, language, status=status)


def _moment(told: str, language: Language) -> str:
    """A moment of the file (ISO 8601) as the page says it: 21 mai 2025, 09:00."""
    at = datetime.fromisoformat(told)
    comma = "،" if language.code == "ar" else ","
    return f"{plain_date(local_day(at, ZONE), language)}{comma} {at.astimezone(ZONE):%H:%M}"


@public
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponse:
    """The person's whole file as JSON."""
    person = dossier.open_file(token, timezone.now())
    language = language_of(request, person.language)
    found = _file(person, language)
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return sealed(answer, language)


def _file(person: Subscriber, language: Language) -> dict[str, Any]:
    with translation.override(language.code):
        deliveries = as_json(history.of(person, most=None))["deliveries"]
    return dossier.file_of(person) | {"deliveries": deliveries}


@public
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST gives the person the new address, as often as it is pressed."""
    now = timezone.now()
    if request.method == "POST":
        change = moving.confirm(token, where=where(request, "/address/"), now=now)
    else:
        change = moving.look(token, now)
    context = {"done": change.done_at is not None, "address": change.email}
    language = language_of(request, change.subscriber.language)
    return show(request, "public/address.html", context, language)


def _empty() -> dict[str, Any]:
    return {"refusal": None, "email": ""}
