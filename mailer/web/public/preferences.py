"""`/preferences/<token>`: language, name, and the lists, each with its way out."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.errors import Refused
from mailer.languages import Language
from mailer.subscribers import links, preferences
from mailer.subscribers.models import Subscriber, SubscriptionState
from mailer.web.public.page import language_of, public, show


@public
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST stores the language and the name, or says why nothing was stored."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, preferences.look(token, now))
    try:
        changed = preferences.change(
            token,
            language=request.POST.get("language", ""),
            name=request.POST.get("name", ""),
            now=now,
        )
    except Refused as refusal:
        return _page(request, preferences.look(token, now), refusal=refusal)
    return _page(request, changed, saved=True)


def _page(
    request: HttpRequest,
    subscriber: Subscriber,
    *,
    saved: bool = False,
    refusal: Refused | None = None,
) -> HttpResponse:
    language = language_of(request, subscriber.language)
    context = {
        "refusal": refusal,
        "subscriber": subscriber,
        "address": preferences.masked(subscriber.email),
        "ties": _ties(subscriber, language),
        "saved": saved,
    }
    status = 400 if refusal else 200
    return show(request, "public/preferences.html", context, language, status=status)


def _ties(subscriber: Subscriber, language: Language) -> list[tuple[str, str]]:
    """The names of the lists the person is on, each with the address that leaves it."""
    confirmed = subscriber.subscriptions.filter(state=SubscriptionState.CONFIRMED)
    return [
        (
            tie.mailing_list.name(language.code),
            links.unsubscribe_url(subscriber.pk, tie.mailing_list_id),
        )
        for tie in confirmed.select_related("mailing_list").order_by("pk")
    ]
