"""`/hooks/postmark/`: bounces and complaints."""

from django.conf import settings
from django.http import HttpRequest

from mailer.receipts.hooks import postmark as theirs
from mailer.receipts.models import Way
from mailer.receipts.notice import Notice
from mailer.web.hooks.door import hook


@hook(Way.POSTMARK)
def postmark(request: HttpRequest, body: bytes) -> list[Notice] | None:
    """With the name and password of the address that Postmark was given."""
    authorization = request.headers.get("Authorization", "")
    if not theirs.genuine(authorization, settings.MAILER_POSTMARK_LOGIN):
        return None
    return theirs.notices(body)
