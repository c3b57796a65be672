"""`/hooks/sendgrid/`: the signed event webhook."""

from django.conf import settings
from django.http import HttpRequest

from mailer.receipts.hooks import sendgrid as theirs
from mailer.receipts.models import Way
from mailer.receipts.notice import Notice
from mailer.web.hooks.door import hook


@hook(Way.SENDGRID)
def sendgrid(request: HttpRequest, body: bytes) -> list[Notice] | None:
    """Signed with the account's key over the body as it came."""
    signature = request.headers.get(theirs.SIGNATURE, "")
    timestamp = request.headers.get(theirs.TIMESTAMP, "")
    if not theirs.genuine(body, signature, timestamp, settings.MAILER_SENDGRID_KEY):
        return None
    return theirs.notices(body)
