"""The inbox in a real browser: a night of five hundred articles, by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from mailer.curation.models import Proposal
from mailer.curation.propose import sort_and_propose
from mailer.web.roles import EDITOR
from tests.people import WEDNESDAY, article, source
from tests.web.press import night
from tests.web.staff import SECRET, member

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PLACE = "/desk/inbox/revue-de-presse/"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page does does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def page(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A page of Salma's, logged in by keyboard; what the browser complains of fails the test."""
    from playwright.sync_api import sync_playwright

    member("salma", EDITOR, SECRET)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(locale="en", base_url=live_server.url)
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto("/desk/")
        opened.keyboard.type("salma")
        opened.keyboard.press("Tab")
        opened.keyboard.type(SECRET)
        opened.keyboard.press("Enter")
        opened.wait_for_selector("nav.rooms")
        yield opened
        connections.close_all()
        browser.close()
    assert complaints == []


def focused(page: Any) -> int:
    return int(page.evaluate("Number(document.activeElement.closest('.tale')?.dataset.story ?? 0)"))


def until(page: Any, true: str) -> None:
    """Until an expression is true. The page's policy lets no script poll for it in the page."""
    for _ in range(300):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(true)


ON_A_TALE = "document.activeElement.matches('.tale')"
HOW_MANY = "document.querySelectorAll('.tale').length"


def states() -> dict[str, int]:
    rows = Proposal.objects.values_list("state", flat=True)
    return {state: list(rows).count(state) for state in set(rows)}


def settled(page: Any, count: int) -> None:
    """Until so many stories are not new any more."""
    for _ in range(600):
        if Proposal.objects.exclude(state="new").count() == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(states())


@pytest.mark.timeout(300)
def test_five_hundred_articles_are_worked_through_by_keyboard_alone(page: Any) -> None:
    night(440, outlets=4, together=20)
    stories = Proposal.objects.count()
    assert stories == 440
    page.goto(PLACE)
    until(page, ON_A_TALE)
    wanted = {"a": "kept", "d": "dropped", "l": "later"}
    for number in range(stories):
        # Three keys in turn; the next story is under them at once, whatever the network does.
        page.keyboard.press("adl"[number % 3])
        if number % 50 == 49:
            settled(page, number + 1)
            until(page, f"{ON_A_TALE} || !document.querySelector('.tale, .more')")
    settled(page, stories)
    assert states() == {wanted["a"]: 147, wanted["d"]: 147, wanted["l"]: 146}
    page.wait_for_function(
        "document.getElementById('told').textContent.includes('Nothing is left')"
    )


def test_the_keys_move_open_tick_merge_split_pin_and_undo(page: Any) -> None:
    night(6)
    page.goto(PLACE)
    until(page, ON_A_TALE)
    first = focused(page)
    page.keyboard.press("j")
    second = focused(page)
    page.keyboard.press("k")
    assert focused(page) == first != second
    page.keyboard.press("o")
    assert page.locator(f"#story-{first} details").evaluate("one => one.open")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("m")
    page.wait_for_selector(f"#story-{second}", state="detached")
    assert focused(page) == first
    page.keyboard.press("s")
    until(page, f"{HOW_MANY} === 6")
    page.keyboard.press("u")
    until(page, f"{HOW_MANY} === 5")
    page.keyboard.press("u")
    page.wait_for_selector(f"#story-{second}")
    page.keyboard.press("p")
    page.wait_for_selector(f"#story-{first} .mark")
    assert Proposal.objects.get(story=first).pinned


def test_an_offer_is_taken_with_one_key_or_refused_with_another(page: Any) -> None:
    for name, title in (
        ("un", "Le port de Nador attend ses premiers navires céréaliers"),
        ("deux", "Nador : des navires restent bloqués"),
        ("trois", "Un festival de cinéma amateur réunit quarante lycéens à Fès"),
    ):
        article(source(name), title)
    sort_and_propose(WEDNESDAY)
    page.goto(f"{PLACE}?lang=fr")
    offered = page.locator(".tale:has(.offer)").first
    offered.focus()
    page.keyboard.press("m")
    until(page, f"{HOW_MANY} === 2")
    page.keyboard.press("u")
    page.wait_for_selector(".offer")
    page.locator(".tale:has(.offer)").first.focus()
    page.keyboard.press("n")
    page.wait_for_selector(".offer", state="detached")


def test_help_search_and_the_keys_of_another_alphabet(page: Any) -> None:
    night(3)
    page.goto(PLACE)
    until(page, ON_A_TALE)
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("one => one.open")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "seek"
    page.keyboard.type("d")
    assert Proposal.objects.filter(state="dropped").count() == 0
    page.keyboard.press("Escape")
    here = focused(page)
    page.evaluate(
        """document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
            {key: "ي", code: "KeyD", bubbles: true, cancelable: true}))"""
    )
    settled(page, 1)
    assert Proposal.objects.get(story=here).state == "dropped"


def test_keys_can_be_switched_off_and_stay_off(page: Any) -> None:
    night(3)
    page.goto(PLACE)
    until(page, ON_A_TALE)
    page.keyboard.press("?")
    page.locator("#keyed").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.goto(PLACE)
    page.keyboard.press("d")
    page.wait_for_timeout(200)
    assert states() == {"new": 3}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_inbox_and_its_rules_fit_every_width(page: Any, language: str) -> None:
    night(4, outlets=9, together=2, language=language)
    page.locator(f"button[name=language][value={language}]").click()
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (320, 375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (f"{PLACE}?lang={language}", f"{PLACE}rules/"):
            page.goto(path)
            assert page.evaluate(too_wide) <= 0, (path, width)
            assert page.locator("h1").count() == 1
