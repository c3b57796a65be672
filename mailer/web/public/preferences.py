"""`/preferences/<token>`: language, name, and the lists, each with its way out."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.languages import Language
from mailer.subscribers import links, preferences
from mailer.subscribers.models import Subscriber, SubscriptionState
from mailer.web.public.page import language_of, public, show


@public
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST stores the language and the name."""
    now = timezone.now()
    saved = request.method == "POST"
    if saved:
        subscriber = preferences.change(
            token,
            language=request.POST.get("language", ""),
            name=request.POST.get("name", ""),
            now=now,
        )
    else:
        subscriber = preferences.look(token, now)
    language = language_of(request, subscriber.language)
    context = {
        "subscriber": subscriber,
        "address": preferences.masked(subscriber.email),
        "ties": _ties(subscriber, language),
        "saved": saved,
    }
    return show(request, "public/preferences.html", context, language)


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
