"""Every page of the desk before axe-core: each language, by light and in the dark, two widths."""

from typing import Any, Literal

import pytest
from django.utils import timezone

from mailer.curation import signoff
from mailer.curation.compose import draft_issue
from mailer.curation.models import Publication
from mailer.curation.propose import sort_and_propose
from mailer.editions.compile import compile_issue
from mailer.errors import Refused
from mailer.subscribers.models import Subscriber
from mailer.web.roles import ADMINISTRATOR
from tests.people import article, reader, review, source
from tests.web.browser import CHROMIUM, at_desk, violations
from tests.web.test_matrix import FRAGMENTS, PAGES, _address, _rows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page looks like does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.timeout(900),
]


def _pages() -> list[str]:
    """An address of every page that can be looked at, and of pages that may look otherwise."""
    _rows()
    looked_at = [name for name in PAGES if "GET" in PAGES[name] and name not in FRAGMENTS]
    addresses = [_address(name) for name in looked_at]
    return [*addresses, *_otherwise()]


def _otherwise() -> list[str]:
    """A number on the bench in two languages, one that is held, an inbox with stories, a search."""
    youssef = Subscriber.objects.get()
    held = _drafted("Un numéro qui attend")
    signoff.hold(held, Refused("It waits.").stored(), timezone.now())
    bench = _drafted("Une loi pour les étudiants", "قانون جديد للطلبة")
    reader("pending@example.org", state="pending")
    article(source("agence"), "Une nouvelle de ce matin", at=timezone.now())
    sort_and_propose(timezone.now())
    return [
        f"/desk/issues/{bench}/?lang=fr",
        f"/desk/issues/{bench}/?lang=ar",
        f"/desk/issues/{held}/",
        f"/desk/issues/{bench}/audience/",
        "/desk/inbox/revue-de-presse/?lang=fr",
        "/desk/inbox/revue-de-presse/?lang=fr&q=loi",
        f"/desk/subscribers/?q={youssef.email}",
        "/desk/subscribers/?q=nobody",
        "/desk/issues/999/",
        "/desk/account/",
    ]


def _drafted(french: str, arabic: str = "") -> int:
    now = timezone.now()
    made = source(f"titre-{french[:6].strip()}")
    article(made, french, at=now, lead="Un chapô de quelques mots.")
    if arabic:
        article(source("sabah", language="ar"), arabic, at=now)
    issue = draft_issue(review(), now=timezone.now())
    compile_issue(issue.pk, timezone.now())
    return issue.pk


# Contrast depends on the scheme, and what overlaps on the width; names and order on the language.
@pytest.mark.parametrize(
    ("language", "looks"),
    [
        ("fr", [(1280, "light"), (375, "dark")]),
        ("ar", [(375, "light")]),
        ("en", [(1280, "dark")]),
    ],
)
def test_axe_finds_no_fault_on_any_page(
    live_server: Any,
    language: str,
    looks: list[tuple[int, Literal["light", "dark"]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    Publication.objects.filter(pk=review().pk).update(postal_address="10, rue de la Presse, Rabat")
    addresses, faults = _pages(), []
    # A page that is not there, and a link that cannot be followed, say so to the console as well.
    refused = ("Failed to load resource",)
    with at_desk(
        live_server.url, "nadia", ADMINISTRATOR, forgiven=refused, bypass_csp=True
    ) as page:
        page.goto("/desk/")
        page.locator(f"button[name=language][value={language}]").click()
        page.wait_for_selector(f"html[lang={language}]")
        for address in addresses:
            page.goto(address)
            # What a page asks for by itself belongs to it.
            page.wait_for_function("() => !document.querySelector('.htmx-request')")
            for width, scheme in looks:
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                faults += [
                    (address, width, scheme, fault["id"], [one["html"] for one in fault["nodes"]])
                    for fault in violations(page)
                ]
    assert not faults, "\n".join(map(str, faults))
