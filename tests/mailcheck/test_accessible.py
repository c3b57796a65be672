"""Every mail before axe-core, whole: no violation, and no contrast that it cannot work out."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from mailer.editions.compose import Composed
from tests.editions.mails import each_mail

from .browser import SCHEMES, in_a_browser

pytestmark = in_a_browser


def told(rules: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What was found, by rule and place."""
    return [(rule["id"], node["html"][:160]) for rule in rules for node in rule["nodes"]]


@each_mail
def test_nothing_stands_in_the_way_of_a_screen_reader(
    page: Page, code: str, mail: Composed
) -> None:
    page.set_content(mail.html)
    for width in (375, 700):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response
            assert told(found["violations"]) == [], (width, scheme)
            assert told(found["incomplete"]) == [], (width, scheme)
