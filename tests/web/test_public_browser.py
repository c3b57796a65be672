"""The readers' pages in a real browser: nothing blocked, nothing overflowing, nobody shut out.

axe-core (in the package axe-playwright-python) looks at each page in each language, on a phone and
on a desk, in light and in dark.
"""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from django.utils import timezone

from mailer.subscribers import consents, links, work
from mailer.subscribers.models import AddressChange, MailingList, SignupRequest
from tests.people import reader
from tests.web.browser import CHROMIUM, FLAGS, violations

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
    """The paths of all the pages, those of a pending person and of a reader among them."""
    amina = reader("amina@example.org", "ar", state="pending")
    youssef = reader("youssef@example.org", "fr")
    MailingList.objects.create(slug="culture", names={"fr": "Culture", "ar": "ثقافة"}, public=True)
    tie = amina.subscriptions.get()
    for state in ("requested", "confirmed"):
        consents.record(
            youssef.subscriptions.get(),
            consents.Act(state),
            text="J’aimerais recevoir « Revue de presse ».",
            where=consents.Where("/subscribe/"),
            now=timezone.now(),
        )
    change = AddressChange.objects.create(
        subscriber=youssef, email="new@example.net", limit_key="", requested_at=timezone.now()
    )
    bound = (amina.pk, tie.mailing_list_id, tie.round, timezone.now())
    by_token = [
        links.confirm_url(*bound),
        links.disown_url(*bound),
        links.preferences_url(youssef.pk, timezone.now()),
        links.unsubscribe_url(amina.pk),
        links.data_url(youssef.pk, "youssef@example.org", timezone.now()),
        links.address_url(youssef.pk, change.pk, timezone.now()),
        f"{base}/confirm/refused",
    ]
    tokens = ["/".join(url.split("/")[3:]) for url in by_token]
    fixed = ("", "subscribe/", "subscribe/sent/", "subscribe/snippet/", "data/", "data/sent/")
    return [f"{base}/{path}" for path in (*fixed, *tokens)]


def _missed(request: Any) -> list[str]:
    """A request that failed; not one that the browser gave up because the next page was opened,
    as it does with an icon."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url} {request.failure}"]


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
        page.on("requestfailed", lambda request: complaints.extend(_missed(request)))
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            for address in pages:
                page.goto(f"{address}?lang={language}")
                assert page.evaluate(_TOO_WIDE) <= 0, (address, width)
                assert page.evaluate(_NAMELESS) == [], address
                assert page.locator("h1").count() == 1, address
        browser.close()
    # The one page that is refused says so to the console as well.
    assert [told for told in complaints if "400 (Bad Request)" not in told] == []


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_axe_finds_no_fault_on_any_page(live_server: Any, language: str) -> None:
    from playwright.sync_api import sync_playwright

    pages, faults = _pages(live_server.url), []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        # axe is put into the page from outside, which the page's own policy forbids.
        page = browser.new_context(bypass_csp=True).new_page()
        for address in pages:
            page.goto(f"{address}?lang={language}")
            for width, scheme in ((375, "light"), (375, "dark"), (1280, "light")):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of its words
                faults += [
                    (address, width, scheme, fault["id"], [one["html"] for one in fault["nodes"]])
                    for fault in violations(page)
                ]
        browser.close()
    assert faults == []


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


def test_a_browser_with_javascript_adds_a_proof_of_work(live_server: Any) -> None:
    from playwright.sync_api import sync_playwright

    sent: list[dict[str, str]] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.on(
            "request",
            lambda request: (
                request.method == "POST" and sent.append(dict(parse_qsl(request.post_data or "")))
            ),
        )
        page.goto(f"{live_server.url}/subscribe/?lang=en")
        page.locator("#email").fill("amina@example.org")
        page.get_by_role("button", name="Subscribe").click()
        page.wait_for_url("**/subscribe/sent/?lang=en")
        browser.close()
    (form,) = sent
    assert work.proves(form["proof"], "amina@example.org", timezone.now())
    assert "website" not in form
    assert SignupRequest.objects.get().outcome == ""


@contextmanager
def _another_site(page: str) -> Iterator[str]:
    """A web site with one page, at an origin of its own."""

    class Page(BaseHTTPRequestHandler):
        """It, whatever is asked for."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _as_copied(code: str) -> str:
    """A plain page of somebody else's, whose style sheet knows nothing of `hidden`."""
    return (
        "<!doctype html><html lang=fr><head><meta charset=utf-8><title>Une page</title>"
        f"<style>p {{display: block}}</style></head><body><h1>Une page</h1>{code}</body></html>"
    )


def _as_wordpress_prints_it(code: str) -> str:
    """What its editor makes of lines: paragraphs and breaks of its own, no empty paragraph, and
    every `&` and apostrophe of the text in numbers."""
    blocks = re.compile(r"</?(?:form|p|script)\b")
    lines = [
        line if blocks.match(line) else f"{line}<br />"
        for line in map(str.strip, code.replace("&", "&#038;").split("\n"))
    ]
    tidied = re.sub(r"<p[^>]*>\s*</p>", "", "\n".join(lines))
    hidden = re.sub(r"((?:<input type=\"hidden\"[^>]*><br />\n?)+)", r"<p>\1</p>", tidied)
    return _as_copied(f"<div class=entry-content>{hidden.replace('’', '&#8217;')}</div>")


def _snippet(client: Client, base: str, settings: Any) -> str:
    settings.MAILER_URL = base
    copied = client.get("/subscribe/snippet/?lang=ar").content.decode()
    return html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", copied, re.DOTALL)[0])


@pytest.mark.parametrize("printed", [_as_copied, _as_wordpress_prints_it])
def test_the_form_on_another_site_answers_in_place_or_without_javascript_by_our_page(
    live_server: Any, settings: Any, client: Client, printed: Callable[[str], str]
) -> None:
    from playwright.sync_api import sync_playwright

    code = printed(_snippet(client, live_server.url, settings))
    with sync_playwright() as play, _another_site(code) as other:
        settings.MAILER_FORM_ORIGINS = frozenset({other})
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(other)
        page.locator("[name=email]").fill("amina@example.org")
        assert not page.locator("[name=website]").is_visible()
        page.locator("button").click()
        page.locator("[role=status]:not(:empty)").wait_for()
        assert "رسالة في طريقها" in page.locator("[role=status]").inner_text()
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(other)
        page.locator("[name=email]").fill("hanane@example.org")
        assert not page.locator("[name=website]").is_visible()
        page.locator("button").click()
        page.wait_for_url("**/subscribe/sent/?lang=ar")
        browser.close()
    rows = SignupRequest.objects.order_by("pk")
    assert [(row.origin, row.site, row.language, row.outcome) for row in rows] == [
        ("/subscribe/json", other, "ar", ""),
        ("/subscribe/", other, "ar", ""),
    ]


@pytest.mark.parametrize("scripted", [True, False])
def test_the_form_on_a_site_that_nobody_named_ends_on_our_page_that_says_so(
    live_server: Any, settings: Any, client: Client, scripted: bool
) -> None:
    from playwright.sync_api import sync_playwright

    code = _as_copied(_snippet(client, live_server.url, settings))
    with sync_playwright() as play, _another_site(code) as other:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(java_script_enabled=scripted).new_page()
        page.goto(other)
        page.locator("[name=email]").fill("amina@example.org")
        page.locator("button").click()
        page.wait_for_url("**/subscribe/?lang=ar")
        assert other in page.locator("main").inner_text()
        browser.close()
    assert not SignupRequest.objects.exists()
