"""The mail in a real browser: at every width, in the light and in the dark, and in a webmail."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from mailer.editions.compose import Composed
from mailer.languages import LANGUAGES
from mailer.typesetting.theme import contrast
from tests.editions.mails import composed, each_mail, hostile

from .browser import SCHEMES, in_a_browser

pytestmark = in_a_browser

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
        size: parseFloat(look.fontSize), height: parseFloat(look.lineHeight) / parseFloat(look.fontSize),
      };
    });
}"""  # noqa: E501 - one expression

# Each run of text: where its lines stand, and which way it runs.
RUNS = """() => {
  const runs = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, within = node.parentElement;
    if (!node.data.trim() || within.closest('style, title') || !within.offsetParent) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const look = getComputedStyle(within);
    const lines = [...range.getClientRects()].map(r => [r.left, r.top, r.width].map(Math.round));
    runs.push([node.data.trim().slice(0, 40), look.direction, look.textAlign, ...lines]);
  }
  return runs;
}"""

# Every target of a finger: its smaller side (WCAG 2.2, 2.5.8, measured with its line).
TARGETS = """() => [...document.querySelectorAll('a')].map(link => {
  const line = parseFloat(getComputedStyle(link).lineHeight);
  return [link.innerText.slice(0, 40), Math.max(line, link.getBoundingClientRect().height)];
})"""


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
    if LANGUAGES[code].dir == "rtl":
        assert [look for look in looks if look["height"] < 1.49] == []
    assert [target for target in page.evaluate(TARGETS) if target[1] < 24] == []


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_words_without_a_space_do_not_widen_the_page(page: Page, code: str) -> None:
    page.set_content(composed(hostile(code)).html.replace("alert(1)", "x" * 280))
    assert width_at(page, 320) <= 320


def in_webmail(mail: Composed, direction: str) -> str:
    """What a webmail keeps: neither html, head nor body, but what stands inside and the style."""
    sheet = "".join(re.findall(r"(?s)<style>.*?</style>", mail.html))
    body = re.sub(r"(?s)^.*?<body[^>]*>|</body>.*$", "", mail.html)
    return f'<!DOCTYPE html><html dir="{direction}"><body>{sheet}{body}</body></html>'


def runs_of(page: Page, html: str) -> list[Any]:
    page.set_content(html)
    found: list[Any] = page.evaluate(RUNS)
    assert len(found) > 3
    return found


@each_mail
def test_in_a_webmail_of_the_other_direction_no_line_moves(
    page: Page, code: str, mail: Composed
) -> None:
    for width in (375, 700):
        page.set_viewport_size({"width": width, "height": 900})
        among_its_own = runs_of(page, in_webmail(mail, "rtl" if code == "ar" else "ltr"))
        among_others = runs_of(page, in_webmail(mail, "ltr" if code == "ar" else "rtl"))
        assert among_others == among_its_own


@each_mail
def test_without_its_style_sheet_the_mail_looks_the_same_on_a_desk(
    page: Page, code: str, mail: Composed
) -> None:
    page.set_viewport_size({"width": 700, "height": 900})
    dropped = re.sub(r"(?s)<style>.*?</style>", "", mail.html)
    assert runs_of(page, dropped) == runs_of(page, mail.html)
