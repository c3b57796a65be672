"""Debian's chromium, headless, for what mails and the pages around them look like."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Headless in a container, and reaching for nothing.
_SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

in_a_browser = [
    pytest.mark.browser,
    pytest.mark.once,  # what a mail looks like does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, closed at the end."""
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=_SWITCHES)
        yield opened
        opened.close()
