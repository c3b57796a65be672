"""Counted links: through us in the mail, straight everywhere else."""

from dataclasses import replace

import pytest

from mailer.editions.compose import Composed, compose
from mailer.editions.counted import straight, targets
from mailer.editions.draft import Draft
from mailer.editions.links import web_link

from .mails import CODES, composed
from .sample import URLS, draft, hole
from .words import TableWords

WAY = "https://review.institution.example/go/0123456789abcdef/"


def counted(draft_: Draft) -> Composed:
    urls = replace(URLS, clicks=WAY)
    return compose(draft_, urls, hole, words=TableWords(draft_.language.code))


@pytest.mark.parametrize("code", CODES)
def test_every_link_of_an_entry_leads_through_us_and_no_other_does(code: str) -> None:
    given = draft(code)
    mail, plain = counted(given), composed(given)
    for number, item in enumerate(given.items, start=1):
        assert web_link(item.url) not in mail.html + mail.text
        assert mail.html.count(f'href="{WAY}{number}"') == 2
        assert f"\n{WAY}{number}\n" in mail.text
    for other in (URLS.archive, URLS.online, hole("unsubscribe_url")):
        assert mail.html.count(other) == plain.html.count(other) > 0


def test_the_page_that_archive_and_pdf_are_written_from_is_the_same_as_ever() -> None:
    given = draft("fr")
    assert counted(given).page == composed(given).page


def test_a_text_of_the_newsroom_without_an_address_keeps_its_number_and_gets_no_link() -> None:
    given = draft("fr", 3)
    first, second, third = given.items
    mail = counted(replace(given, items=(first, replace(second, url=""), third)))
    assert mail.page is not None
    assert targets(mail.page) == [web_link(first.url), "", web_link(third.url)]
    assert f"{WAY}2" not in mail.html + mail.text
    assert f"{WAY}3" in mail.html


def test_a_way_back_straight_to_the_articles() -> None:
    given = draft("fr")
    first, *others = given.items
    given = replace(given, items=(replace(first, url="https://lematin.ma/?p=1&l=fr"), *others))
    mail, plain = counted(given), composed(given)
    assert mail.page is not None
    links = targets(mail.page)
    assert straight(mail.html, WAY, links, markup=True) == plain.html
    assert straight(mail.text, WAY, links, markup=False) == plain.text
    assert "?p=1&amp;l=fr" in plain.html


def test_a_number_that_no_entry_has_stays_as_it_is() -> None:
    text = f"{WAY}2 {WAY}0 {WAY}12345"
    assert straight(text, WAY, ["https://one.example/"], markup=False) == text


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("letters", [0, 6, 15, 25])
def test_forty_counted_articles_are_as_light_as_others(code: str, letters: int) -> None:
    given = draft(code, 40)
    slug = "%D8%A7" * letters
    items = tuple(replace(item, url=f"{item.url}-{slug}.html") for item in given.items)
    mail = counted(replace(given, items=items))
    assert mail.html.count(f'{WAY}40"') in (1, 2)
    assert len(mail.html.encode()) <= (56_000 if code == "ar" else 48_000)
