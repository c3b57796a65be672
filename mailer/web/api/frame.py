"""Who may ask the API, and how it refuses: always in JSON, never by a redirect to a form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from mailer.errors import MailerError, NotFound
from mailer.rendering import sentence

Answer = Callable[..., dict[str, Any]]


def answers(permission: str = "") -> Callable[[Answer], Callable[..., HttpResponse]]:
    """A handler that returns a JSON object, for GET by people with `permission` ("": anybody).

    401 without a login, 403 without the permission, 404 and 409 with the sentence.
    """

    def wrap(handler: Answer) -> Callable[..., HttpResponse]:
        @wraps(handler)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method not in {"GET", "HEAD"}:
                return _json({"error": "GET only"}, 405, Allow="GET, HEAD")
            if permission and not request.user.is_authenticated:
                return _json({"error": "log in first"}, 401)
            if permission and not request.user.has_perm(permission):
                return _json({"error": f"needs the permission {permission}"}, 403)
            try:
                return _json(handler(request, **kwargs), 200)
            except MailerError as refusal:
                status = 404 if isinstance(refusal, NotFound) else 409
                return _json({"error": sentence(refusal)}, status)

        return guarded

    return wrap


def _json(told: dict[str, Any], status: int, **headers: str) -> HttpResponse:
    return JsonResponse(told, status=status, headers={"Cache-Control": "no-store", **headers})
