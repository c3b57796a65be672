"""The readers' pages in a real browser: nothing blocked, nothing overflowing, every field named."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from mailer.subscribers import links
from mailer.subscribers.models import SignupRequest
from tests.people import reader

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page looks like does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True),
]
_NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden])")]
    .filter(field => !field.labels.length).map(field => field.outerHTML)"""
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _pages(base: str) -> list[str]:
    """The paths of all the pages, those of a pending person among them."""
    amina = reader("amina@example.org", "ar", state="pending")
    tie = amina.subscriptions.get()
    bound = (amina.pk, tie.mailing_list_id, tie.round, timezone.now())
    by_token = [
        links.confirm_url(*bound),
        links.disown_url(*bound),
        links.preferences_url(amina.pk, timezone.now()),
        links.unsubscribe_url(amina.pk),
    ]
    tokens = ["/".join(url.split("/")[3:]) for url in by_token]
    return [f"{base}/{path}" for path in ("", "subscribe/", "subscribe/sent/", *tokens)]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_pages_fit_every_width_and_break_no_rule_of_their_own(
    live_server: Any, language: str
) -> None:
    from playwright.sync_api import sync_playwright

    pages = _pages(live_server.url)
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for address in pages:
                page.goto(f"{address}?lang={language}")
                assert page.evaluate(_TOO_WIDE) <= 0, (address, width)
                assert page.evaluate(_NAMELESS) == [], address
                assert page.locator("h1").count() == 1, address
        browser.close()
    assert complaints == []


def test_a_reader_fills_in_the_form_by_keyboard_alone(live_server: Any) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(java_script_enabled=False, locale="ar-MA")
        page = context.new_page()
        page.goto(f"{live_server.url}/subscribe/")
        page.locator("#email").focus()
        page.keyboard.type("amina@example.org")
        page.keyboard.press("Enter")
        page.wait_for_url("**/subscribe/sent/?lang=ar")
        assert context.cookies() == []
        browser.close()
    row = SignupRequest.objects.get()
    assert (row.email, row.language) == ("amina@example.org", "ar")
