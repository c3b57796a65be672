"""`/hooks/mailgun/`: failures, complaints, unsubscriptions."""

import time

from django.conf import settings
from django.http import HttpRequest

from mailer.receipts.hooks import mailgun as theirs
from mailer.receipts.models import Way
from mailer.receipts.notice import Notice
from mailer.web.hooks.door import hook


@hook(Way.MAILGUN)
def mailgun(_request: HttpRequest, body: bytes) -> list[Notice] | None:
    """Signed within the body."""
    told = theirs.read(body)
    if not theirs.genuine(told, settings.MAILER_MAILGUN_KEY, int(time.time())):
        return None
    return theirs.notices(told)
