"""`/confirm/<token>`: the page with the button, and the button."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.subscribers import confirmation, wording
from mailer.subscribers.models import SubscriptionState
from mailer.subscribers.tokens import Purpose
from mailer.tasks import send_letters
from mailer.web.public.asking import where
from mailer.web.public.bell import ring_soon
from mailer.web.public.page import language_of, public, show


@public
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST confirms, as often as it is pressed."""
    if request.method == "POST":
        subscription = confirmation.confirm(
            token, where=where(request, "/confirm/"), now=timezone.now()
        )
        ring_soon(send_letters)
    else:
        subscription = confirmation.look(token, Purpose.CONFIRM, timezone.now())
    language = language_of(request, subscription.subscriber.language)
    name = subscription.mailing_list.name(language.code)
    context = {
        "name": name,
        "text": wording.confirm_text(name, language.code),
        "done": subscription.state == SubscriptionState.CONFIRMED,
    }
    return show(request, "public/confirm.html", context, language)
