"""`/pictures/<digest>.<ending>`: a picture of ours, for mails, pages and whoever shows them.

The address is the picture's digest, so it may be kept for ever by whoever has it; a webmail fetches
it from its own site, which is why nothing here asks to be shown on ours alone.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from mailer.errors import N_, NotFound
from mailer.pictures.models import Picture
from mailer.web.public.page import public


def _etag(_request: HttpRequest, digest: str, ending: str) -> str:
    return f'"{digest}.{ending}"'


@public
@require_safe
@condition(etag_func=_etag)
def picture(_request: HttpRequest, digest: str, ending: str) -> HttpResponse:
    """Its bytes, for a year and longer. Who has them already is told so without a look."""
    found = Picture.objects.filter(digest=digest).first()
    if found is None or found.file != f"{digest}.{ending}":
        raise NotFound(N_("There is no picture at this address."))
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
