"""`/subscribe/snippet/`: the form for another web site, ready to be copied."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from mailer.errors import N_, NotFound
from mailer.web.public.page import language_of, public, show
from mailer.web.public.subscribe import form


@public
@require_safe
def snippet(request: HttpRequest) -> HttpResponse:
    """The HTML in the page's language, for the list of `?list=` or the first. Raises NotFound."""
    language = language_of(request)
    offered = form(request, language)
    chosen = next((one for one in offered["choices"] if one.slug == offered["chosen"]), None)
    if chosen is None:
        raise NotFound(N_("There is nothing to subscribe to at the moment."))
    given = {"language": language, "choice": chosen, "base": settings.MAILER_URL}
    with translation.override(language.code):
        code = render_to_string("_parts/public/snippet.html", given, using="jinja2")
    origins = sorted(settings.MAILER_FORM_ORIGINS)
    context = {"code": code.strip(), "rows": code.strip().count("\n") + 2, "origins": origins}
    return show(request, "public/snippet.html", context | offered, language)
