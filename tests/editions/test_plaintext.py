"""The text part reads well in a terminal, in three languages."""

import re

import pytest

from mailer.editions.layout import lay_out
from mailer.editions.page import Page
from mailer.editions.plaintext import write
from mailer.languages import LANGUAGES
from mailer.typesetting.lines import COLUMNS, set_lines
from mailer.typesetting.typography import RLM

from .sample import URLS, draft, hole
from .words import TableWords

CODES = ["fr", "ar", "en"]


def page(code: str) -> Page:
    return lay_out(draft(code), URLS, TableWords(code), hole)


def squeezed(text: str) -> str:
    return re.sub(rf"[\s{RLM}]+", " ", text)


@pytest.mark.parametrize("code", CODES)
def test_every_heading_stands_in_order(code: str) -> None:
    laid, text = page(code), squeezed(write(page(code)))
    # Behind the contents, whose last line is the last entry's headline.
    _, _, entries = text.partition(squeezed(laid.sections[-1].entries[-1].headline))
    at = 0
    for section in laid.sections:
        at = entries.index(section.title, at)
        for entry in section.entries:
            at = entries.index(squeezed(f"{entry.number}. {entry.headline}"), at)


@pytest.mark.parametrize("code", CODES)
def test_every_link_stands_alone_on_its_line(code: str) -> None:
    laid, lines = page(code), write(page(code)).splitlines()
    urls = [entry.url for section in laid.sections for entry in section.entries]
    urls += [link.url for link in (*laid.links, *laid.footer.links)]
    assert set(urls) <= set(lines)
    assert not [line for line in lines if "http" in line and " " in line]


@pytest.mark.parametrize("code", ["fr", "en"])
def test_lines_are_no_wider_than_the_columns(code: str) -> None:
    lines = write(page(code)).splitlines()
    assert max(len(line) for line in lines if "://" not in line) <= COLUMNS


def test_an_arabic_line_that_begins_with_latin_begins_with_a_mark() -> None:
    lines = write(page("ar")).splitlines()
    latin = [line for line in lines if re.match(r"[0-9. «]*[A-Za-z]", line) and " " in line]
    assert latin == []
    assert [line for line in lines if line.startswith(RLM) and "Lyon" in line]
    assert set_lines("Hespress", LANGUAGES["ar"]) == f"{RLM}Hespress\n"


def test_a_letter_is_set_in_lines_too() -> None:
    text = set_lines("mot " * 40 + "\n\nhttps://a.ma/" + "x" * 100, LANGUAGES["fr"])
    first, *_, last = text.rstrip().split("\n")
    assert len(first) <= COLUMNS
    assert last == "https://a.ma/" + "x" * 100
