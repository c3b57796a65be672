"""The look of a publication as a form's fields hold it: `light.ink`, `latin.text`, `footers.fr`.

By GET the same fields travel in the address of a page that only shows them.
"""

from collections.abc import Mapping
from typing import Any

from mailer.editions.look import own_folder, theme_from
from mailer.errors import N_, MailerError, Refused
from mailer.languages import LANGUAGES
from mailer.typesetting import themes
from mailer.typesetting.theme import Faint, Theme, faint, laid_over, theme_of
from mailer.web.desk.typed import clean

#: The colours in the order of the page: what lies below first.
GROUNDS = ("ground", "paper", "tint", "band")
TEXTS = ("ink", "muted", "accent", "warm", "rule", "title", "line")
COLOURS = (*GROUNDS, *TEXTS)
SCHEMES = ("light", "dark")
FACES = ("display", "text")
SCRIPTS = ("latin", "arabic")
LONGEST_FOOTER = 1000


def names_typed(fields: Mapping[str, str]) -> bool:
    """Whether there is anything of a look in `fields`."""
    return "theme" in fields


def read(fields: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The theme's name, and the values typed. Raises Refused for a text that is too long."""
    changes: dict[str, Any] = {}
    for table, within in _FIELDS.items():
        typed = {
            name: clean(fields[f"{table}.{name}"]) for name in within if f"{table}.{name}" in fields
        }
        if typed:
            changes[table] = typed
    for text in changes.get("footers", {}).values():
        if len(text) > LONGEST_FOOTER:
            raise Refused(_TOO_LONG, length=len(text), limit=LONGEST_FOOTER)
    if "radius" in fields:
        changes["radius"] = _whole(fields["radius"])
    return clean(fields.get("theme", ""))[:40], changes


def shown(name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values for the form: a theme file's, those typed in their place, right or wrong."""
    return laid_over(themes.values(name, own_folder()), changes)


def judged(name: str, changes: Mapping[str, Any]) -> tuple[list[Faint], MailerError | None]:
    """What cannot be read in this look; or, when it is none at all, the sentence that says why."""
    try:
        return list(faint(theme_from(name, changes))), None
    except MailerError as refusal:
        return [], refusal


def theme_shown(fields: Mapping[str, str]) -> Theme:
    """The theme of `fields`, to be looked at. Raises NotFound, Refused."""
    name, changes = read(fields)
    return theme_of(shown(name, changes))


def _whole(typed: str) -> int | str:
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else typed[:40]


_FIELDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(SCHEMES, COLOURS),
    **dict.fromkeys(SCRIPTS, FACES),
    "footers": tuple(LANGUAGES),
}
_TOO_LONG = N_("This text has %(length)s characters; there is room for %(limit)s.")
