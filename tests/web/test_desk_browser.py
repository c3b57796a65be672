"""The desk in a real browser: no width it does not fit, no rule of its own broken, by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from mailer.curation.models import Item
from mailer.editions.models import Look
from mailer.mailings import fanout
from mailer.web.roles import ADMINISTRATOR
from tests.mailings.story import settled
from tests.people import WEDNESDAY, reader
from tests.web.outcomes import DOUBT, POLICY, come
from tests.web.staff import SECRET, approved, drafted, member

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page looks like does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter(field => !field.labels.length && !field.ariaLabel).map(field => field.outerHTML)"""


@pytest.fixture
def page(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A page of Nadia's, logged in; what the browser complains of fails the test."""
    from playwright.sync_api import sync_playwright

    member("nadia", ADMINISTRATOR, SECRET)
    # Playwright keeps an event loop in this thread; the rows of a test are no part of it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(locale="en", base_url=live_server.url)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto("/desk/")
        opened.keyboard.type("nadia")
        opened.keyboard.press("Tab")
        opened.keyboard.type(SECRET)
        opened.keyboard.press("Enter")
        opened.wait_for_selector("nav.rooms")
        yield opened
        # Beside the loop the test had a connection of its own, which nothing else would close.
        connections.close_all()
        browser.close()
    assert complaints == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_fits_every_width(page: Any, language: str) -> None:
    youssef = reader("youssef@example.org")
    for name in ("hanane", "driss"):
        reader(f"{name}@example.org")
    mailing = fanout.start(approved().pk, None, WEDNESDAY)
    come(mailing, POLICY, DOUBT)
    here = f"mailings/{mailing.pk}/"
    of_mailing = [here, f"{here}again/refused/", f"{here}again/uncertain/"]
    page.locator(f"button[name=language][value={language}]").click()
    rooms = ["", "issues/", "sources/", "subscribers/", "publications/revue-de-presse/", "limits/"]
    rooms += [f"subscribers/{youssef.pk}/", "publications/revue-de-presse/theme/"]
    settled(mailing, 1)
    for width in (320, 375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in [*rooms, f"issues/{mailing.issue_id}/", *of_mailing]:
            page.goto(f"/desk/{path}")
            assert page.evaluate(_TOO_WIDE) <= 0, (path, width)
            assert page.evaluate(_NAMELESS) == [], path
            assert page.locator("h1").count() == 1, path


def test_an_entry_is_moved_and_edited_without_leaving_the_page(page: Any) -> None:
    issue = drafted()
    first, second = issue.items.filter(language="fr")
    page.goto(f"/desk/issues/{issue.pk}/?lang=fr")
    page.evaluate("window.stayed = true")
    page.locator(f"#up-{second.pk}").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"li.slip:first-child#item-{second.pk}")
    page.locator(f"#item-{first.pk} summary").click()
    page.fill(f"#headline-{first.pk}", "Un titre du bureau")
    page.locator(f"#item-{first.pk} form.stack button").click()
    page.wait_for_selector(f"#item-{first.pk} .mark")
    frame = page.frame_locator("iframe.as-light")
    frame.get_by_role("heading", name="Un titre du bureau").wait_for()
    assert page.evaluate("window.stayed") is True
    assert Item.objects.get(pk=first.pk).headline == "Un titre du bureau"


def test_readers_are_counted_beside_the_page_and_again_only_when_others_are_meant(
    page: Any,
) -> None:
    reader("youssef@example.org")
    reader("amina@example.org", "ar")
    issue = drafted()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/audience/" in one.url else None)
    page.goto(f"/desk/issues/{issue.pk}/?lang=fr")
    page.get_by_text("2 readers would get it").wait_for()
    first = issue.items.filter(language="fr")[0]
    page.locator(f"#hide-{first.pk}").click()
    page.wait_for_selector(f"#item-{first.pk}.hidden")
    assert page.get_by_text("2 readers would get it").is_visible()
    assert len(asked) == 1
    # Without an Arabic edition Amina gets nothing: it is counted anew.
    page.goto(f"/desk/issues/{issue.pk}/?lang=ar")
    page.get_by_text("2 readers would get it").wait_for()
    page.locator(f"#hide-{issue.items.get(language='ar').pk}").click()
    page.get_by_text("no edition in their language").wait_for()
    assert len(asked) == 3


def test_the_button_that_sends_comes_with_the_count(page: Any) -> None:
    reader("youssef@example.org")
    issue = approved()
    page.goto(f"/desk/issues/{issue.pk}/send/")
    page.get_by_role("button", name="Yes, send it to 1 reader").click()
    page.get_by_text("0 of 1 settled").wait_for()


def test_a_look_is_tried_while_it_is_typed_and_stored_when_it_is_saved(page: Any) -> None:
    drafted()
    page.goto("/desk/publications/revue-de-presse/theme/")
    page.evaluate("window.stayed = true")
    headline = page.frame_locator("iframe.as-light").locator("h3 a").first
    assert headline.evaluate("one => getComputedStyle(one).color") == "rgb(27, 36, 32)"
    page.locator("[name='light.ink']").fill("#aa0000")
    page.wait_for_selector("iframe.as-light[src*='%23aa0000']", state="attached")
    headline = page.frame_locator("iframe.as-light[src*='%23aa0000']").locator("h3 a").first
    assert headline.evaluate("one => getComputedStyle(one).color") == "rgb(170, 0, 0)"
    page.locator("[name='dark.muted']").fill("#444444")
    page.get_by_text("is too faint").first.wait_for()
    assert page.evaluate("window.stayed") is True
    assert not Look.objects.exists()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert Look.objects.get().changes["light"] == {"ink": "#aa0000"}


def test_a_mailing_moves_by_itself_on_the_page(page: Any) -> None:
    for name in ("youssef", "hanane"):
        reader(f"{name}@example.org")
    mailing = fanout.start(approved().pk, None, WEDNESDAY)
    page.goto(f"/desk/mailings/{mailing.pk}/")
    page.get_by_text("0 of 2 settled").wait_for()
    settled(mailing, 2)
    page.get_by_text("2 of 2 settled").wait_for()
