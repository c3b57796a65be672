"""`/subscribe/`: the form, and the fixed page behind it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mailer.errors import BadAddress
from mailer.languages import Language, known
from mailer.subscribers import address, optin
from mailer.subscribers.models import MailingList
from mailer.subscribers.wording import request_text
from mailer.tasks import ring, take_requests
from mailer.web.public.page import language_of, public, sealed, show, where


class _SeeOther(HttpResponseRedirect):
    status_code = 303


@public
def subscribe(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST writes one row and answers the same to everybody."""
    language = language_of(request, request.POST.get("language", ""))
    if request.method != "POST":
        return show(request, "public/subscribe.html", form(request, language), language)
    return _write_down(request, language)


def _write_down(request: HttpRequest, language: Language) -> HttpResponse:
    chosen = known(request.POST.get("language")) or language
    email = request.POST.get("email", "")
    slug = request.POST.get("list") or _only_list()
    try:
        optin.request(
            email, chosen.code, slug, where=where(request, "/subscribe/"), now=timezone.now()
        )
    except BadAddress as refusal:
        again = form(request, language) | {"refusal": refusal, "email": address.shown(email, 320)}
        return show(request, "public/subscribe.html", again, language, status=400)
    ring(take_requests)
    return sealed(_SeeOther(f"{reverse('subscribe-sent')}?lang={chosen.code}"), chosen)


@public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The fixed page: it knows nothing of who asked."""
    return show(request, "public/sent.html", {}, language_of(request))


def form(request: HttpRequest, language: Language) -> dict[str, Any]:
    """What the form needs; `?list=` chooses a list beforehand."""
    lists = MailingList.objects.filter(public=True).order_by("pk")
    consents = [
        (each.slug, each.name(language.code), request_text(each.name(language.code), language.code))
        for each in lists
    ]
    asked = request.POST.get("list") or request.GET.get("list", "")
    known_slugs = [slug for slug, _, _ in consents]
    chosen = asked if asked in known_slugs else next(iter(known_slugs), "")
    return {"choices": consents, "chosen": chosen, "refusal": None, "email": ""}


def _only_list() -> str:
    """The list of a form that names none: a small form on another page may leave it out."""
    public_lists = MailingList.objects.filter(public=True).order_by("pk")
    return public_lists.values_list("slug", flat=True).first() or ""
