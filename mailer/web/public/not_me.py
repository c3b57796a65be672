"""`/not-me/<token>`: somebody else typed this address."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mailer.subscribers import confirmation
from mailer.subscribers.tokens import Purpose
from mailer.web.public.asking import where
from mailer.web.public.page import language_of, public, show


@public
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST erases the request."""
    now = timezone.now()
    subscription = confirmation.look(token, Purpose.DISOWN, now)
    language = language_of(request, subscription.subscriber.language)
    done = request.method == "POST"
    if done:
        confirmation.disown(token, where=where(request, "/not-me/"), now=now)
    context = {"name": subscription.mailing_list.name(language.code), "done": done}
    return show(request, "public/not_me.html", context, language)
