"""The mail in a real browser: at every width, in the light and in the dark, and in a webmail."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from mailer.editions.compose import Composed
from mailer.typesetting.theme import contrast

from .sample import draft
from .test_compose import composed, each_mail, hostile

CHROMIUM = Path("/usr/bin/chromium")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Headless in a container, and reaching for nothing.
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page looks like does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
]

# What each shown element with words of its own looks like.
LOOK = """() => {
  const solid = one => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
  };
  return [...document.body.querySelectorAll('*')]
    .filter(one => one.tagName != 'STYLE' && one.tagName != 'TITLE' && one.offsetParent)
    .filter(one => [...one.childNodes].some(node => node.nodeType == 3 && node.data.trim()))
    .map(one => {
      const look = getComputedStyle(one);
      return {
        words: one.innerText.slice(0, 40), colour: look.color, ground: solid(one),
        direction: look.direction, align: look.textAlign, size: parseFloat(look.fontSize),
        foreign: !!one.closest('[data-own] h3 [dir], [data-own] p[dir], [data-own] span[dir]'),
      };
    });
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def width_at(page: Page, width: int) -> int:
    """How wide the content is in a window of `width`."""
    page.set_viewport_size({"width": width, "height": 900})
    return int(page.evaluate("document.documentElement.scrollWidth"))


def ratio(look: dict[str, str]) -> float:
    return contrast(hexed(look["colour"]), hexed(look["ground"]))


def hexed(colour: str) -> str:
    red, green, blue = re.findall(r"\d+", colour)[:3]
    return f"#{int(red):02x}{int(green):02x}{int(blue):02x}"


@each_mail
def test_the_mail_fits_and_can_be_read(page: Page, code: str, mail: Composed) -> None:
    page.set_content(mail.html)
    for width in (320, 375, 700):
        assert width_at(page, width) <= width
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        looks = page.evaluate(LOOK)
        assert min(look["size"] for look in looks) >= 13
        assert [look for look in looks if ratio(look) < 4.5] == []


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_words_without_a_space_do_not_widen_the_page(page: Page, code: str) -> None:
    page.set_content(composed(hostile(code)).html.replace("alert(1)", "x" * 280))
    assert width_at(page, 320) <= 320


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_a_webmail_of_the_other_direction_flips_nothing(page: Page, code: str) -> None:
    own, side = ("rtl", "right") if code == "ar" else ("ltr", "left")
    other = "ltr" if own == "rtl" else "rtl"
    # What a webmail keeps: neither html, head nor body, but what stands inside.
    body = re.sub(r"(?s)^.*?<body[^>]*>|</body>.*$", "", composed(draft(code)).html)
    page.set_content(f'<html dir="{other}"><body dir="{other}" data-own>{body}</body></html>')
    looks = page.evaluate(LOOK)
    assert [look for look in looks if look["direction"] != own and not look["foreign"]] == []
    assert {look["align"] for look in looks} == {side}
