"""Style sheets and scripts travel compressed, and the two long pages of the desk; others do not.

A page holds the token of its forms beside words that others chose: compressed, its length tells
of the token (the BREACH attack). A static file holds no secret. The bench and the inbox hold a
form per entry, a quarter of a megabyte, and are let through by Django's `gzip_page`: each token is
masked anew wherever it is written, Django adds a random length, the rest of the page is the press,
and no page of another site can fetch one with a person's cookie (SameSite=Lax).
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedStatic(GZipMiddleware):
    """Stands around whitenoise. Measured: the desk's first load falls from 102 kB to 56 kB."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """gzip for whole static files alone: a range counts the bytes of the file itself."""
        if response.status_code == 200 and request.path.startswith(settings.STATIC_URL):
            return super().process_response(request, response)
        return response
