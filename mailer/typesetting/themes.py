"""The theme files (an edge: two folders), shipped and an installation's own.

A file `NAME.toml` holds one theme: the tables `light`, `dark`, `latin`, `arabic`, and, where there
are any, `footers`; docs/templates.md describes each value.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from mailer.errors import N_, NotFound, Refused
from mailer.typesetting.theme import Theme, theme_of

SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "themes"
DEFAULT = "cedar"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# A theme is some kilobytes at most; a larger file is none.
_LARGEST = 100_000


def names(own: Path | None = None) -> list[str]:
    """The themes there are: the shipped ones, then those of the folder `own`."""
    found = [path.stem for folder in _folders(own)[::-1] for path in sorted(folder.glob("*.toml"))]
    return list(dict.fromkeys(name for name in found if _NAME.fullmatch(name)))


def values(name: str, own: Path | None = None) -> dict[str, Any]:
    """What the file of a theme says; one of `own` stands before a shipped one of its name.

    Raises NotFound, and Refused for a file that cannot be read as TOML.
    """
    if _NAME.fullmatch(name):
        for folder in _folders(own):
            path = folder / f"{name}.toml"
            if path.is_file():
                return _read(path)
    raise NotFound(N_("There is no theme named %(name)s."), name=name[:40])


def _folders(own: Path | None) -> list[Path]:
    return [folder for folder in (own, SHIPPED) if folder is not None]


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_LARGEST).decode())
    except (OSError, ValueError) as error:
        raise Refused(
            N_("The theme file %(file)s cannot be read: %(reason)s"),
            file=path.name,
            reason=str(error)[:200],
        ) from error


@cache
def shipped(name: str = DEFAULT) -> Theme:
    """A theme that is shipped; the default dresses the letters."""
    return theme_of(values(name))
