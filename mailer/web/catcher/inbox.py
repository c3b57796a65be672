"""`/catcher/`: the caught mails, the newest first."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mailer.catcher.box import PAGE, count_mails, list_mails
from mailer.web.catcher.door import while_catching
from mailer.web.desk.frame import page


@while_catching
def inbox(request: HttpRequest) -> HttpResponse:
    """Fifty a page; `?to=` shows one person's mail among the newest two thousand."""
    wanted = request.GET.get("to", "").strip().casefold()[:320]
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    mails = list_mails(settings.CATCHER_FOLDER, number)
    total = count_mails(settings.CATCHER_FOLDER)
    if wanted:
        everything = list_mails(settings.CATCHER_FOLDER, 1, 2000)
        mails = [mail for mail in everything if _is_to(mail.recipients, wanted)][:PAGE]
    context = {
        "mails": mails,
        "total": total,
        "wanted": wanted,
        "older": number + 1 if number * PAGE < total and not wanted else None,
        "newer": number - 1 if number > 1 and not wanted else None,
    }
    return page(request, "catcher/inbox.html", context)


def _is_to(recipients: tuple[str, ...], wanted: str) -> bool:
    return any(wanted in recipient.casefold() for recipient in recipients)
