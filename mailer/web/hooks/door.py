"""What every hook shares: a POST of bounded size, a proof, and an answer of one word.

200 taken (again: a replay changes nothing) · 400 unreadable · 403 not genuine, or not set up
413 too large · 500, 503 not recorded: the provider tries again
"""

import logging
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from mailer.errors import MailerError
from mailer.receipts.hooks.events import Unreadable
from mailer.receipts.notice import Notice
from mailer.receipts.record import count, record

_log = logging.getLogger(__name__)

#: Bytes of a call; SendGrid's batches are the largest, of 768 kB at most.
LARGEST = 2_000_000

Hook = Callable[[HttpRequest, bytes], list[Notice] | None]


def hook(way: str) -> Callable[[Hook], Callable[[HttpRequest], HttpResponse]]:
    """A handler of a request and its body: the reports in it, or None where it proves nothing."""

    def wrap(handler: Hook) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @wraps(handler)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.method != "POST":
                return _answer("POST only", 405)
            body = request.read(LARGEST + 1)
            if len(body) > LARGEST:
                return _answer("too large", 413)
            return _taken(way, handler, request, body)

        return guarded

    return wrap


def _taken(way: str, handler: Hook, request: HttpRequest, body: bytes) -> HttpResponse:
    try:
        notices = handler(request, body)
    except Unreadable:
        return _answer("unreadable", 400)
    except MailerError as error:
        # Not the caller's fault: it tries again.
        _log.warning("a call of %s could not be checked: %s", way, error)
        return _answer("try again", 503)
    now = timezone.now()
    if notices is None:
        count(way, "forged", now)
        return _answer("not genuine", 403)
    for notice in notices:
        record(notice, now)
    return _answer("ok", 200)


def _answer(word: str, status: int) -> HttpResponse:
    return HttpResponse(f"{word}\n", content_type="text/plain", status=status)
