"""The look of a mail: colours, fonts, radius (pure).

A theme is data. Each value is checked, so that a theme can bring neither markup nor a rule of its
own into the mail's style sheet.
"""

import re
from dataclasses import dataclass, fields

from mailer.languages import Language

_COLOUR = re.compile(r"#[0-9a-f]{6}")
# Names without quotation marks: valid CSS, and no `&quot;` in every style attribute.
_FONTS = re.compile(r"[A-Za-z][A-Za-z -]*(,[A-Za-z][A-Za-z -]*)*")


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one scheme, each `#rrggbb` in lower case; a ValueError says which is not.

    `ground` lies around the sheet, `paper` is the sheet, `tint` the newsroom's notes; `ink` and
    `muted` are text, `accent` links and numbers, `warm` the newsroom's voice, `rule` the lines.
    """

    ground: str
    paper: str
    tint: str
    ink: str
    muted: str
    accent: str
    warm: str
    rule: str

    def __post_init__(self) -> None:
        for field in fields(self):
            if not _COLOUR.fullmatch(getattr(self, field.name)):
                raise ValueError(f"{field.name} is no colour: {getattr(self, field.name)!r}")


@dataclass(frozen=True, slots=True)
class Fonts:
    """Font stacks of one script: `display` for titles and headlines, `text` for all else."""

    display: str
    text: str

    def __post_init__(self) -> None:
        for stack in (self.display, self.text):
            if not _FONTS.fullmatch(stack):
                raise ValueError(f"no font stack: {stack!r}")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours for light and dark, fonts per script, the sheet's corner radius in CSS px."""

    light: Palette
    dark: Palette
    latin: Fonts
    arabic: Fonts
    radius: int

    def fonts(self, language: Language) -> Fonts:
        """The fonts of the script `language` is written in."""
        return self.arabic if language.dir == "rtl" else self.latin


#: Cedar green and a terracotta on warm paper.
CEDAR = Theme(
    light=Palette(
        ground="#f3efe7",
        paper="#fffefb",
        tint="#f8f3e9",
        ink="#1b2420",
        muted="#59615c",
        accent="#0f5b44",
        warm="#9a3423",
        rule="#ddd6c8",
    ),
    dark=Palette(
        ground="#0f1311",
        paper="#191f1c",
        tint="#222a26",
        ink="#edeae3",
        muted="#abb3ad",
        accent="#86d3b2",
        warm="#f2a590",
        rule="#37403b",
    ),
    latin=Fonts(
        display="Georgia,serif",
        text="Segoe UI,Helvetica Neue,Arial,sans-serif",
    ),
    arabic=Fonts(
        display="Tahoma,Segoe UI,Arial,Geeza Pro,Noto Naskh Arabic,sans-serif",
        text="Tahoma,Segoe UI,Arial,Geeza Pro,Noto Naskh Arabic,sans-serif",
    ),
    radius=6,
)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    dim, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
