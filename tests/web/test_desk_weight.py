"""What a browser loads the first time it opens a page of the desk: a hundred kilobytes at most."""

import gzip
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailer.curation.compose import draft_issue
from mailer.editions.compile import compile_issue
from mailer.web.roles import ADMINISTRATOR
from tests.people import article, review, source
from tests.web.press import night
from tests.web.staff import at_work
from tests.web.test_matrix import FRAGMENTS, _each

pytestmark = pytest.mark.django_db

MOST = 100_000  # bytes
#: A long number: what a newsroom of ten leaves of a morning's press, in one language.
ENTRIES = 40
_OWN = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def _travels(client: Client, address: str) -> bytes:
    answer = client.get(address, headers={"accept-encoding": "gzip"}, follow=True)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _first_load(client: Client, address: str) -> int:
    """The page, and each file of ours that it names, as they travel."""
    told = _travels(client, address)
    page = gzip.decompress(told) if told[:2] == b"\x1f\x8b" else told
    files = set(_OWN.findall(page.decode()))
    assert files
    return len(told) + sum(len(_travels(client, name)) for name in files)


def test_no_page_is_heavier_than_a_slow_line_bears() -> None:
    client = at_work(ADMINISTRATOR)
    heavy = {}
    for route, address in _each("GET"):
        if route not in FRAGMENTS:
            weight = _first_load(client, address)
            if weight > MOST:
                heavy[route] = weight
    assert heavy == {}


def test_nor_is_a_long_number_on_the_bench() -> None:
    made: Any = source("matin")
    for number in range(ENTRIES):
        title = " ".join(f"mot{number}x{part}" for part in range(9))
        article(made, title, lead="Un chapô de quelques mots. " * 8, at=timezone.now())
    issue = draft_issue(review(), now=timezone.now())
    compile_issue(issue.pk, timezone.now())
    assert issue.items.count() == ENTRIES
    assert _first_load(at_work(ADMINISTRATOR), f"/desk/issues/{issue.pk}/?lang=fr") <= MOST


def test_nor_is_an_inbox_after_a_busy_night() -> None:
    night(200, outlets=4, together=40)
    assert _first_load(at_work(ADMINISTRATOR), "/desk/inbox/revue-de-presse/?lang=fr") <= MOST
