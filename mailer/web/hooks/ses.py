"""`/hooks/ses/`: Amazon SES, by a topic of SNS that is one of ours."""

import logging

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from mailer.articles.answers import Fetched
from mailer.articles.asking import Hop
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
_MOST, _SECONDS = 20, 10.0


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
        _visit(confirm)
        _log.info("the topic %s may call here from now on", text(message, "TopicArn"))
        return []
    return theirs.notices(message) if text(message, "Type") == "Notification" else []


def _certificate(url: str) -> bytes:
    """Raises FetchError: then SNS calls again."""
    if url not in _certificates:
        found = _visit(url)
        if len(_certificates) >= _MOST:
            _certificates.clear()
        _certificates[url] = found
    return _certificates[url]


def _visit(url: str) -> bytes:
    """What one of Amazon's addresses answers; it has no reason to redirect."""
    told = fetch(Hop(url, _SECONDS), policy=policy(), now=timezone.now())
    return told.body if isinstance(told, Fetched) else b""
