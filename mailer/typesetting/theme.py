"""The look of a mail: colours, fonts, radius, footer texts (pure).

A theme is data. Each value is checked, so that a theme can bring neither markup nor a rule of its
own into the mail's style sheet.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import product
from typing import Any

from mailer.errors import N_, Refused
from mailer.languages import LANGUAGES, Language

_COLOUR = re.compile(r"#[0-9a-f]{6}")
# Names without quotation marks: valid CSS, and no `&quot;` in every style attribute.
_FONTS = re.compile(r"[A-Za-z][A-Za-z0-9 -]*(,[A-Za-z][A-Za-z0-9 -]*)*")
#: The longest stack of fonts: it stands on each of an issue's headlines.
LONGEST_FONTS = 120
#: The roundest corner, in CSS px.
ROUNDEST = 40
#: WCAG 2.2, 1.4.3.
READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one scheme, each `#rrggbb` in lower case.

    `ground` lies around the sheet, `paper` is the sheet, `tint` the newsroom's notes; `ink` and
    `muted` are text, `accent` links and titles, `warm` numbers and the newsroom's voice, `rule`
    the lines. `band` is the masthead, with `title` and the other `line`s on it.
    """

    ground: str
    paper: str
    tint: str
    ink: str
    muted: str
    accent: str
    warm: str
    rule: str
    band: str
    title: str
    line: str

    def __post_init__(self) -> None:
        for one in fields(self):
            if not _COLOUR.fullmatch(str(getattr(self, one.name))):
                raise Refused(_NO_COLOUR, name=one.name, given=_shown(getattr(self, one.name)))


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font stacks of one script: `display` for titles and headlines, `text` for all else."""

    display: str
    text: str

    def __post_init__(self) -> None:
        for stack in (self.display, self.text):
            if not _FONTS.fullmatch(str(stack)) or len(stack) > LONGEST_FONTS:
                raise Refused(_NO_FONTS, given=_shown(stack), most=LONGEST_FONTS)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours for light and dark, fonts per script, the corners' radius in CSS px.

    `footers` is a text per language code, for the foot of each issue.
    """

    light: Palette
    dark: Palette
    latin: Fonts
    arabic: Fonts
    radius: int
    footers: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not _is_within(self.radius, 0, ROUNDEST):
            raise Refused(_NO_RADIUS, most=ROUNDEST)

    def fonts(self, language: Language) -> Fonts:
        """The fonts of the script `language` is written in."""
        return self.arabic if language.dir == "rtl" else self.latin


@dataclass(frozen=True, slots=True)
class Faint:
    """A text that cannot be read on its ground: scheme, the two colours' names, their contrast."""

    scheme: str
    text: str
    ground: str
    ratio: float


def theme_of(values: Mapping[str, Any]) -> Theme:
    """The theme of nested values, as a theme file holds them. Raises Refused with the place."""
    footers = _table(values, "footers")
    return Theme(
        light=Palette(**_chosen(values, "light", Palette)),
        dark=Palette(**_chosen(values, "dark", Palette)),
        latin=Fonts(**_chosen(values, "latin", Fonts)),
        arabic=Fonts(**_chosen(values, "arabic", Fonts)),
        radius=values.get("radius", 0),
        footers={code: str(footers[code]) for code in LANGUAGES if footers.get(code)},
    )


def laid_over(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `base` with those of `changes` in their place; both as a theme file's."""
    merged = dict(base)
    for name, value in changes.items():
        below = merged.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = {**below, **value}
        merged[name] = value
    return merged


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = values.get(name, {})
    if not isinstance(found, Mapping):
        raise Refused(_LACKS, table=name, name="…")
    return found


def _chosen(values: Mapping[str, Any], table: str, kind: type) -> dict[str, Any]:
    found = _table(values, table)
    for name in (one.name for one in fields(kind)):
        if name not in found:
            raise Refused(_LACKS, table=table, name=name)
    return {one.name: found[one.name] for one in fields(kind)}


def _is_within(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _shown(value: object) -> str:
    return str(value)[:40]


#: Which texts stand on which grounds of a mail.
_STAND_ON = (
    *product(("ink", "muted", "accent", "warm"), ("paper",)),
    *product(("ink", "warm"), ("tint",)),
    *product(("title", "line"), ("band",)),
    ("paper", "accent"),  # a button's words
)


def faint(theme: Theme) -> Iterator[Faint]:
    """Every text of `theme` whose contrast is under 4.5."""
    for scheme, palette in (("light", theme.light), ("dark", theme.dark)):
        for text, ground in _STAND_ON:
            ratio = contrast(getattr(palette, text), getattr(palette, ground))
            if ratio < READABLE:
                yield Faint(scheme, text, ground, ratio)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


_NO_COLOUR = N_("%(name)s is no colour: “%(given)s”. Write it as #rrggbb.")
_NO_FONTS = N_(
    "“%(given)s” is no list of fonts: write names between commas, without quotation marks, in at"
    " most %(most)s characters."
)
_NO_RADIUS = N_("The corners' radius is a number of pixels from 0 to %(most)s.")
_LACKS = N_("The theme lacks %(name)s in its part %(table)s.")
