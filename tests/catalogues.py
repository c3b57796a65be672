"""`./run catalogues --update`: every sentence of the code and the templates, into the catalogues.

English is the language of the message ids; `locale/<code>/LC_MESSAGES/django.po` holds the others.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("fr", "ar")
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_METHODS = [
    ("mailer/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
# As rendering.environment sets them: a block's line breaks are not part of its sentence.
_JINJA = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.i18n"}


def place(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def template() -> Catalog:
    """Every message of the code and the templates, untranslated."""
    found = Catalog(project="mailer", charset="utf-8")
    options = {"templates/**.html": _JINJA, "templates/**.txt": _JINJA}
    for folder in ("mailer", "templates"):
        for name, line, message, comments, context in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in _METHODS],
            {pattern.removeprefix("templates/"): how for pattern, how in options.items()},
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
            # By itself it would pass over `_parts`.
            directory_filter=lambda path: "__pycache__" not in path,
        ):
            where = [(f"{folder}/{name}", line)]
            found.add(message, None, where, auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one when there is none yet."""
    if not place(language).exists():
        return Catalog(locale=language, project="mailer", charset="utf-8", fuzzy=False)
    with place(language).open("rb") as file:
        return read_po(file, locale=language)


def main() -> int:
    """Take in what is new, leave out what is gone; say what waits for a translation."""
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template(), no_fuzzy_matching=True)
        place(language).parent.mkdir(parents=True, exist_ok=True)
        with place(language).open("wb") as file:
            write_po(
                file,
                catalogue,
                width=100,
                sort_output=True,
                ignore_obsolete=True,
                include_lineno=False,
            )
        waiting = [m for m in catalogue if m.id and not all([m.string, *_forms(m.string)])]
        print(f"{language}: {len(catalogue)} messages, {len(waiting)} to translate")
    return 0


def _forms(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    sys.exit(main())
