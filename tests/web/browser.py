"""A real browser at the desk, logged in; what it complains of fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connections
from django.test import Client

from tests.web.staff import member

CHROMIUM = Path("/usr/bin/chromium")
#: The whole of what axe found is some hundred kilobytes: only the faults leave the page.
_JUDGE = "() => axe.run({resultTypes: ['violations']}).then(({violations}) => violations)"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def violations(page: Any) -> list[dict[str, Any]]:
    """What axe-core finds at fault in the page as it looks now; its context bypasses the CSP."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(_JUDGE)
    return found


@contextmanager
def at_desk(
    base: str, name: str, role: str, *, forgiven: tuple[str, ...] = (), bypass_csp: bool = False
) -> Iterator[Any]:
    """A page of this person's. Complaints that hold one of `forgiven` are expected; `bypass_csp`
    lets a script in from outside, as axe is.

    The caller allows Django in this thread (DJANGO_ALLOW_ASYNC_UNSAFE): Playwright keeps an event
    loop in it, of which the rows of a test are no part.
    """
    from playwright.sync_api import sync_playwright

    client = Client()
    client.force_login(member(name, role))
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(locale="en", base_url=base, bypass_csp=bypass_csp)
        page = context.new_page()
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}]
        )
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        # Beside the loop the test had a connection of its own, which nothing else would close.
        connections.close_all()
        browser.close()
    grave = [one for one in complaints if not any(word in one for word in forgiven)]
    assert not grave, grave
