"""`python -m tests.mailcheck.pictures`: a sample issue in both themes, pictures for docs/images.

By light and in the dark, on a desk and on a phone, in French and in Arabic.
"""

import io
import os
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Browser

from tests.mailcheck.browser import chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
#: Language, width, scheme; the height is what a screen shows of it, and a scroll.
_SHOTS = [("fr", 760, "light"), ("ar", 760, "dark"), ("fr", 375, "dark"), ("ar", 375, "light")]
_HEIGHT, _GAP = 1420, 12


def main() -> None:
    """One picture for each theme: its four screens side by side."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailer.settings")
    django.setup()
    from mailer.editions.compose import compose
    from mailer.typesetting.themes import names, shipped
    from tests.editions.sample import URLS, draft, hole

    with chromium() as browser:
        for theme in names():
            mails = {
                code: compose(draft(code, 4), URLS, hole, shipped(theme)).html
                for code in ("fr", "ar")
            }
            screens = [
                _screen(browser, mails[code], width, scheme) for code, width, scheme in _SHOTS
            ]
            _beside(screens).save(FOLDER / f"theme-{theme}.png", optimize=True)


def _screen(browser: Browser, html: str, width: int, scheme: str) -> Image.Image:
    page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, color_scheme=scheme)
    page.set_content(html)
    shot = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return shot.convert("RGB")


def _beside(screens: list[Image.Image]) -> Image.Image:
    width = sum(screen.width for screen in screens) + _GAP * (len(screens) - 1)
    sheet = Image.new("RGB", (width, _HEIGHT), "#8a8577")
    at = 0
    for screen in screens:
        sheet.paste(screen, (at, 0))
        at += screen.width + _GAP
    return sheet.quantize(128)


if __name__ == "__main__":
    main()
