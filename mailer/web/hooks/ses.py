"""`/hooks/ses/`: Amazon SES, by a topic of SNS that is one of ours."""

import logging

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from mailer.articles.fetch import fetch
from mailer.articles.refresh import policy
from mailer.receipts.hooks import ses as theirs
from mailer.receipts.hooks.events import parsed, text
from mailer.receipts.models import Way
from mailer.receipts.notice import Notice
from mailer.web.hooks.door import hook

_log = logging.getLogger(__name__)

#: SNS has a few certificates; each is asked for once by a process.
_certificates: dict[str, bytes] = {}
_MOST = 20


@hook(Way.SES)
def ses(_request: HttpRequest, body: bytes) -> list[Notice] | None:
    """A notification; or the question whether a topic may call here: a visit answers it."""
    message = parsed(body)
    if text(message, "TopicArn") not in settings.MAILER_SES_TOPICS:
        return None
    url = theirs.certificate_url(message)
    if not url or not theirs.genuine(message, _certificate(url)):
        return None
    if confirm := theirs.subscribe_url(message):
        fetch(confirm, policy=policy(), now=timezone.now())
        _log.info("the topic %s may call here from now on", text(message, "TopicArn"))
        return []
    return theirs.notices(message) if text(message, "Type") == "Notification" else []


def _certificate(url: str) -> bytes:
    """Raises FetchError: then SNS calls again."""
    if url not in _certificates:
        found = fetch(url, policy=policy(), now=timezone.now()).body
        if len(_certificates) >= _MOST:
            _certificates.clear()
        _certificates[url] = found
    return _certificates[url]
