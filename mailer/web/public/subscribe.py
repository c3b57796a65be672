"""`/subscribe/`: the form, and the fixed page behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from mailer.errors import BadAddress
from mailer.languages import Language, known
from mailer.subscribers import address, optin, wording
from mailer.subscribers.models import MailingList
from mailer.subscribers.optin import Asked
from mailer.tasks import take_requests
from mailer.web.public.asking import barred, refuse_strangers, where
from mailer.web.public.bell import ring_soon
from mailer.web.public.page import language_of, public, sealed, show, show_form


class SeeOther(HttpResponseRedirect):
    """303: what was posted is not posted again, whatever becomes of the next page."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class Choice:
    """A list that anybody may join, with the text shown for it and that text's version."""

    slug: str
    name: str
    text: str

    @property
    def version(self) -> str:
        """What the form sends back to say which text it showed."""
        return wording.version(self.text)


@public
def subscribe(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST writes one row and answers the same to everybody."""
    language = language_of(request, request.POST.get("language", ""))
    if request.method != "POST":
        return show_form(request, "public/subscribe.html", form(request, language), language)
    refuse_strangers(request)
    return _write_down(request, language)


def _write_down(request: HttpRequest, language: Language) -> HttpResponse:
    chosen = known(request.POST.get("language")) or language
    try:
        take_down(request, request.POST, chosen, "/subscribe/")
    except BadAddress as refusal:
        typed = address.shown(request.POST.get("email", ""), 320)
        again = form(request, language) | {"refusal": refusal, "email": typed}
        return show_form(request, "public/subscribe.html", again, language, status=400)
    return sealed(SeeOther(f"{reverse('subscribe-sent')}?lang={chosen.code}"), chosen)


def take_down(
    request: HttpRequest, fields: Mapping[str, str], language: Language, page: str
) -> None:
    """Write one request down, and ask for the rest to be done. Raises BadAddress, NotFound."""
    now = timezone.now()
    slug = fields.get("list") or optin.first_list()
    shown = fields.get(f"wording-{slug}", "") or fields.get("wording", "")
    asked = Asked(fields.get("email", ""), language.code, slug, shown)
    optin.write_down(
        asked, where=where(request, page), now=now, barred=barred(request, fields, now)
    )
    ring_soon(take_requests)


@public
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The fixed page: it knows nothing of who asked."""
    return show(request, "public/sent.html", {}, language_of(request))


def form(request: HttpRequest, language: Language) -> dict[str, Any]:
    """What the form needs; `?list=` chooses a list beforehand."""
    offered = choices(language)
    asked = request.POST.get("list") or request.GET.get("list", "")
    slugs = [one.slug for one in offered]
    chosen = asked if asked in slugs else next(iter(slugs), "")
    return {"choices": offered, "chosen": chosen, "refusal": None, "email": ""}


def choices(language: Language) -> list[Choice]:
    """The public lists, in a language."""
    names = [
        (each.slug, each.name(language.code))
        for each in MailingList.objects.filter(public=True).order_by("pk")
    ]
    return [Choice(slug, name, wording.request_text(name, language.code)) for slug, name in names]
