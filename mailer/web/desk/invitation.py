"""`/desk/invitation/<link>/`: whoever was invited chooses a name and a password."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext

from mailer.errors import BadToken, MailerError
from mailer.rendering import sentence
from mailer.web.accounts import inviting
from mailer.web.desk.frame import go, page, refuse_logged_in, say
from mailer.web.desk.typed import line

_LONGEST = 200


def invitation(request: HttpRequest, link: str) -> HttpResponse:
    """GET shows the form, POST makes the account; both say so when the link is void."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.user.is_authenticated:
        return refuse_logged_in(request)
    try:
        invited = inviting.holder(link, timezone.now())
        trouble = _accept(request, link) if request.method == "POST" else ""
    except BadToken as refusal:
        return page(request, "desk/refused.html", {"words": sentence(refusal)}, status=400)
    if trouble is None:
        say(request, gettext("Your account is made: log in."))
        return go("account_login")
    name = request.POST.get("username", "")[:150]
    context = {"invited": invited, "trouble": trouble, "name": name}
    return page(request, "desk/invitation.html", context, status=409 if trouble else 200)


def _accept(request: HttpRequest, link: str) -> str | None:
    """None when it is done, else the sentence that says why not."""
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        return gettext("The two passwords differ.")
    if len(password) > _LONGEST:
        return gettext("This password is longer than anybody types: take a shorter one.")
    try:
        inviting.accept(link, line(request, "username", 150), password, timezone.now())
    except BadToken:
        raise
    except MailerError as refusal:
        return sentence(refusal)
    return None
