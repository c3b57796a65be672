"""A reader clicks in a mail: they read the article, and the link has one click more."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from mailer.curation.models import Item, Publication
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.models import Edition
from mailer.mailings import fanout
from mailer.mailings.specimen import specimen
from mailer.receipts import clicks
from tests.people import WEDNESDAY, reader
from tests.web.browser import CHROMIUM, FLAGS
from tests.web.staff import drafted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def french(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Edition]:
    """The French edition of a number that readers have; its articles stand on this very server."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    monkeypatch.setattr(settings, "MAILER_URL", live_server.url)
    Publication.objects.update(count_clicks=True)
    issue = drafted()
    for item in issue.items.filter(language="fr"):
        Item.objects.filter(pk=item.pk).update(url=f"{live_server.url}/archive/?article={item.pk}")
    compile_issue(issue.pk, WEDNESDAY)
    reader("youssef@example.org")
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    fanout.start(issue.pk, None, WEDNESDAY)
    yield issue.editions.get(language="fr")
    connections.close_all()


@contextmanager
def a_browser(**options: Any) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_context(**options)
        browser.close()


def _mail(french: Edition, folder: Path) -> str:
    """The address of a file that holds the mail's HTML, as a mail program would show it."""
    mail = message_from_bytes(specimen(french, timezone.now()), policy=policy.default)
    body = mail.get_body(("html",))
    assert body is not None
    (folder / "mail.html").write_text(body.get_content())
    return (folder / "mail.html").as_uri()


def _clicked(page: Any, mail: str) -> None:
    page.goto(mail)
    page.get_by_role("link", name="Une exposition à Lyon").click()
    page.wait_for_url("**/archive/?article=*")


def test_a_click_leads_to_the_article_and_counts_one(french: Edition, tmp_path: Path) -> None:
    complaints: list[str] = []
    with a_browser() as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        beacons: list[Any] = []
        page.on("request", lambda asked: beacons.append(asked) if asked.method == "POST" else None)
        mail = _mail(french, tmp_path)
        _clicked(page, mail)
        assert page.url == french.links[1]
        assert [urlpath(one.url) for one in beacons] == [f"/go/{french.clicks_key}/2"]
        assert not beacons[0].post_data
        assert page.evaluate("() => document.referrer") == ""
        assert context.cookies() == []
        # The way there is no stop of its own: one step back is the mail.
        page.go_back()
        assert page.url == mail
        _clicked(page, mail)
        page.wait_for_load_state("networkidle")
    assert complaints == []
    assert clicks.of_edition(french.pk) == {2: 2}


def urlpath(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def test_without_javascript_one_is_led_on_and_not_counted(french: Edition, tmp_path: Path) -> None:
    with a_browser(java_script_enabled=False) as context:
        page = context.new_page()
        _clicked(page, _mail(french, tmp_path))
        assert page.url == french.links[1]
    assert clicks.of_edition(french.pk) == {}


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_stands_on_its_own_where_its_script_does_not_come(
    french: Edition, language: str
) -> None:
    """Looked at by axe: a filter of the reader's browser may keep the script away."""
    from axe_playwright_python.sync_playwright import Axe

    with a_browser(bypass_csp=True) as context:
        page = context.new_page()
        page.route("**/go*.js", lambda route: route.abort())
        page.goto(f"{french.clicks}2?lang={language}")
        for width, scheme in ((320, "light"), (375, "dark"), (1280, "light")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
            assert Axe().run(page).response["violations"] == []
        page.get_by_role("link", name=french.links[1]).click()
        page.wait_for_url("**/archive/?article=*")
    assert clicks.of_edition(french.pk) == {}
