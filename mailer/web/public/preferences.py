"""`/preferences/<token>`: language, name, lists, a pause; and the way to one's data."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.errors import Refused
from mailer.subscribers import links, optin, optout, preferences
from mailer.subscribers.models import (
    MailingList,
    RequestKind,
    Subscriber,
    SubscriptionState,
)
from mailer.subscribers.optin import Asked
from mailer.tasks import send_letters, take_requests
from mailer.typesetting.typography import local_day, plain_date
from mailer.web.public.asking import where
from mailer.web.public.bell import ring_soon
from mailer.web.public.page import ZONE, language_of, public, show

_PAGE = "/preferences/"


@dataclass(frozen=True, slots=True)
class Tie:
    """A list on the page: its name, whether it is received, and the address that leaves it."""

    slug: str
    name: str
    received: bool
    leave: str = ""


@public
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST stores what was changed, or says why nothing was stored.

    A list that is ticked is asked for as on the sign-up form: a mail must be confirmed.
    """
    now = timezone.now()
    if request.method != "POST":
        return _page(request, preferences.look(token, now), now)
    if request.POST.get("act") == "data":
        return _send_link(request, preferences.look(token, now), now)
    try:
        changed = preferences.change(
            token,
            language=request.POST.get("language", ""),
            name=request.POST.get("name", ""),
            weeks=request.POST.get("weeks", ""),
            where=where(request, _PAGE),
            now=now,
        )
    except Refused as refusal:
        return _page(request, preferences.look(token, now), now, refusal=refusal)
    asked = _change_lists(request, changed, now)
    return _page(request, changed, now, said="asked" if asked else "saved")


def _change_lists(request: HttpRequest, subscriber: Subscriber, now: datetime) -> bool:
    """Leave what was ticked and is no longer, ask for what is now; whether anything was asked."""
    shown, ticked = set(request.POST.getlist("shown")), set(request.POST.getlist("list"))
    received = {tie.slug for tie in _ties(subscriber, subscriber.language) if tie.received}
    if left := (shown & received) - ticked:
        optout.leave(subscriber, left, where=where(request, _PAGE), now=now)
        ring_soon(send_letters)
    public_slugs = set(MailingList.objects.filter(public=True).values_list("slug", flat=True))
    wanted = sorted((ticked & shown & public_slugs) - received)
    for slug in wanted:
        asked = Asked(subscriber.email, subscriber.language, slug)
        optin.write_down(asked, where=where(request, _PAGE), now=now)
    if wanted:
        ring_soon(take_requests)
    return bool(wanted)


def _send_link(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    asked = Asked(subscriber.email, subscriber.language, kind=RequestKind.DATA)
    optin.write_down(asked, where=where(request, _PAGE), now=now)
    ring_soon(take_requests)
    return _page(request, subscriber, now, said="link")


def _page(
    request: HttpRequest,
    subscriber: Subscriber,
    now: datetime,
    *,
    said: str = "",
    refusal: Refused | None = None,
) -> HttpResponse:
    language = language_of(request, subscriber.language)
    until = preferences.paused(subscriber, now)
    context = {
        "refusal": refusal,
        "subscriber": subscriber,
        "address": preferences.masked(subscriber.email),
        "ties": _ties(subscriber, language.code),
        "weeks": [weeks for weeks in preferences.WEEKS if weeks],
        "until": until and plain_date(local_day(until, ZONE), language),
        "said": said,
    }
    status = 400 if refusal else 200
    return show(request, "public/preferences.html", context, language, status=status)


def _ties(subscriber: Subscriber, language: str) -> list[Tie]:
    """The lists the person is on, then the public ones they are not on."""
    confirmed = subscriber.subscriptions.filter(state=SubscriptionState.CONFIRMED)
    own = [tie.mailing_list for tie in confirmed.select_related("mailing_list").order_by("pk")]
    others = MailingList.objects.filter(public=True).exclude(pk__in=[each.pk for each in own])
    return [
        *(
            Tie(each.slug, each.name(language), True, links.unsubscribe_url(subscriber.pk, each.pk))
            for each in own
        ),
        *(Tie(each.slug, each.name(language), False) for each in others.order_by("pk")),
    ]
