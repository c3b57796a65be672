"""Adding a site in a real browser, by someone who knows nothing of feeds."""

from collections.abc import Iterator
from typing import Any

import pytest

from mailer.articles.models import Article, Source
from mailer.articles.reader import Reader
from mailer.articles.refresh import refresh
from mailer.curation.models import Placement
from mailer.web.roles import EDITOR
from tests.fakes.feeds import Press, item, rss
from tests.web.browser import CHROMIUM, at_desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page does does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
FRONT = """<html lang="fr"><head><title>Le Matin</title>
<link rel="alternate" type="application/rss+xml" title="Le Matin" href="/flux"></head>
<body><h1>Le Matin</h1></body></html>"""
TITLES = ["Le Conseil ouvre ses portes au public", "الجالية المغربية تستعد لعملية مرحبا"]
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def press(settings: Any) -> Iterator[Press]:
    with Press() as server:
        settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{server.port}"]
        server.serves("/", FRONT, content_type="text/html; charset=utf-8")
        server.serves("/flux", rss("Le Matin", *(item(title) for title in TITLES)))
        yield server


@pytest.mark.parametrize(("language", "width"), [("fr", 375), ("ar", 375), ("en", 1280)])
def test_an_editor_adds_a_site_and_sees_first_what_will_come(
    live_server: Any, monkeypatch: pytest.MonkeyPatch, press: Press, language: str, width: int
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with at_desk(live_server.url, "salma", EDITOR) as page:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/desk/sources/")
        page.locator(f"button[name=language][value={language}]").evaluate("it => it.click()")
        page.wait_for_selector(f"html[lang={language}]")
        # The address as anybody knows it: that of the front page; the rest is found by the desk.
        page.locator("input[name=url]").focus()
        page.keyboard.type(press.url("/"))
        page.keyboard.press("Enter")
        page.wait_for_selector("form[action$='/sources/add/']")
        shown = page.locator("main").inner_text()
        assert all(title in shown for title in TITLES)
        assert page.evaluate(_TOO_WIDE) <= 0
        assert not Source.objects.exists()
        page.locator("form[action$='/sources/add/'] button").press("Enter")
        row = page.wait_for_selector("tr[id^=source-]")
        assert "Le Matin" in row.inner_text()
        assert page.evaluate(_TOO_WIDE) <= 0
        made = Source.objects.get()
        assert made.url == press.url("/flux")
        assert Placement.objects.get().source == made
    with Reader() as reader:
        refresh(made.pk, reader=reader)
    assert set(Article.objects.values_list("title", flat=True)) == set(TITLES)
