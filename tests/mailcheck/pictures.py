"""`python -m tests.mailcheck.pictures`: a sample issue in both themes, pictures for docs/images.

By light and in the dark, on a desk and on a phone, in French, Arabic and English.
"""

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import django
from PIL import Image
from playwright.sync_api import Browser

from tests.mailcheck.browser import chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"


@dataclass(frozen=True, slots=True)
class _Shot:
    """What a screen shows of a mail: its head, or its foot."""

    code: str
    width: int
    scheme: Literal["light", "dark"]
    foot: bool = False


_SHOTS = [
    _Shot("fr", 760, "light"),
    _Shot("ar", 760, "dark"),
    _Shot("fr", 375, "dark"),
    _Shot("ar", 375, "light"),
    _Shot("en", 375, "light", foot=True),
]
_HEIGHT, _GAP = 1420, 12


def main() -> None:
    """One picture for each theme: its screens side by side."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
    django.setup()
    from mailer.editions.compose import compose
    from mailer.typesetting.themes import names, shipped
    from tests.editions.sample import URLS, draft, hole

    with chromium() as browser:
        for theme in names():
            mails = {
                code: compose(draft(code, 4), URLS, hole, shipped(theme)).html
                for code in ("fr", "ar", "en")
            }
            screens = [_screen(browser, mails[shot.code], shot) for shot in _SHOTS]
            _beside(screens).save(FOLDER / f"theme-{theme}.png", optimize=True)


def _screen(browser: Browser, html: str, shot: _Shot) -> Image.Image:
    size = {"width": shot.width, "height": _HEIGHT}
    page = browser.new_page(viewport=size, color_scheme=shot.scheme)
    page.set_content(html)
    if shot.foot:
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    taken = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return taken.convert("RGB")


def _beside(screens: list[Image.Image]) -> Image.Image:
    width = sum(screen.width for screen in screens) + _GAP * (len(screens) - 1)
    sheet = Image.new("RGB", (width, _HEIGHT), "#8a8577")
    at = 0
    for screen in screens:
        sheet.paste(screen, (at, 0))
        at += screen.width + _GAP
    return sheet.quantize(96, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
