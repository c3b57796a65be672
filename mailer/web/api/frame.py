"""Who may ask the API, and how it refuses: always in JSON, never by a redirect to a form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from mailer.errors import MailerError, NotFound
from mailer.rendering import sentence

Answer = Callable[..., dict[str, Any] | HttpResponseBase]


def answers(*permissions: str) -> Callable[[Answer], Callable[..., HttpResponseBase]]:
    """A handler that returns a JSON object, or a stream, for GET by people with all `permissions`.

    401 without a login where some are asked for, 403 without one of them, 404 and 409 with the
    sentence.
    """

    def wrap(handler: Answer) -> Callable[..., HttpResponseBase]:
        @wraps(handler)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if request.method not in {"GET", "HEAD"}:
                return _json({"error": "GET only"}, 405, Allow="GET, HEAD")
            if permissions and not request.user.is_authenticated:
                return _json({"error": "log in first"}, 401)
            for permission in permissions:
                if not request.user.has_perm(permission):
                    return _json({"error": f"needs the permission {permission}"}, 403)
            try:
                told = handler(request, **kwargs)
                return _json(told, 200) if isinstance(told, dict) else told
            except MailerError as refusal:
                status = 404 if isinstance(refusal, NotFound) else 409
                return _json({"error": sentence(refusal)}, status)

        return guarded

    return wrap


def _json(told: dict[str, Any], status: int, **headers: str) -> HttpResponse:
    return JsonResponse(told, status=status, headers={"Cache-Control": "no-store", **headers})
