"""The two Jinja2 environments: one escapes, for HTML; one does not, for subjects and text parts.

Escaping follows the environment, not the author's memory: `render_html` takes `.html` only,
`render_text` takes `.txt` only. Everything shown is translated into the context's `language`.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from mailer.errors import MailerError, StoredSentence
from mailer.languages import Language

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def sentence(told: StoredSentence | MailerError) -> str:
    """The sentence of an error, in the active language."""
    stored = told.stored() if isinstance(told, MailerError) else told
    message = stored["id"]
    shown = translation.gettext(message)
    return shown % stored["values"] if stored["values"] else shown


def environment(**options: Any) -> jinja2.Environment:
    """A Jinja2 environment with our translations, `url()`, `static()` and the `sentence` filter.

    Django's Jinja2 backend calls it through its `environment` option with its own loader.
    """
    settled: dict[str, Any] = {
        **options,
        "undefined": jinja2.StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": [*options.get("extensions", ()), "jinja2.ext.i18n"],
    }
    made = jinja2.Environment(**settled)  # noqa: S701 - the caller's autoescape is in `settled`
    made.policies["ext.i18n.trimmed"] = True
    _translate(made)
    made.globals.update(url=_url, static=static)
    made.filters["sentence"] = sentence
    return made


def one_token(request: HttpRequest) -> dict[str, Any]:
    """`csrf_input`, made when it is first asked for and the same in every form of the page.

    Django's own is made anew for each form: on the bench of a number with forty entries, a seventh
    of the page's time (measured by cProfile).
    """
    return {"csrf_input": SimpleLazyObject(lambda: csrf_input(request))}


def _translate(made: jinja2.Environment) -> None:
    # The extension adds this method to the environment when it is loaded.
    install = getattr(made, "install_gettext_callables")  # noqa: B009 - unknown to its types
    install(
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )


# The bench of a number asks for 270 addresses, a tenth of its time, and mostly for the same ones.
@lru_cache(maxsize=10_000)
def _url(name: str, *args: object, **kwargs: object) -> str:
    return reverse(name, args=args, kwargs=kwargs)


@cache
def _mail(escape: bool) -> jinja2.Environment:
    # A style sheet is never escaped: a font's name in quotes would be lost with its whole rule.
    by_name = jinja2.select_autoescape(("html",), default_for_string=True)
    loader = jinja2.FileSystemLoader(TEMPLATES)
    return environment(loader=loader, autoescape=by_name if escape else False)


def render_html(name: str, context: Mapping[str, Any]) -> str:
    """The HTML of template `name` (`….html`); `context["language"]` is the reader's Language."""
    return _render(name, ".html", context)


def render_text(name: str, context: Mapping[str, Any]) -> str:
    """The text of template `name` (`….txt`), nothing escaped, without blank ends."""
    return _render(name, ".txt", context).strip()


def _render(name: str, ending: str, context: Mapping[str, Any]) -> str:
    if not name.endswith(ending):
        raise ValueError(f"{name} does not end in {ending}")
    language: Language = context["language"]
    with translation.override(language.code):
        return _mail(ending == ".html").get_template(name).render(context)
