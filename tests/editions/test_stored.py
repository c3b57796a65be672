"""A page is put away as JSON, and is the same page when it is taken out."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mailer.editions.draft import Figure
from mailer.editions.layout import lay_out
from mailer.editions.page import Page
from mailer.editions.stored import for_everybody, from_json, to_json

from .sample import URLS, draft, hole
from .words import TableWords

FIGURE = Figure("https://press.example/pictures/a.jpg", "Le musée", 560, 350)


def _page(code: str) -> Page:
    made = draft(code)
    first, *others = made.items
    drawn = replace(made, logo=FIGURE, items=(replace(first, figure=FIGURE), *others))
    return lay_out(drawn, URLS, TableWords(code), hole)


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_a_page_comes_back_as_it_was(code: str) -> None:
    page = _page(code)
    assert from_json(json.loads(json.dumps(to_json(page)))) == page


def test_nobodys_links_are_stored() -> None:
    told = json.dumps(for_everybody(_page("fr")))
    assert "hole5f3a9c" not in told
    assert URLS.archive in told
    assert for_everybody(None) == {}


def test_an_older_page_lacks_what_came_since_and_is_read_all_the_same() -> None:
    told: dict[str, Any] = to_json(_page("ar"))
    del told["logo"]
    for section in told["sections"]:
        for entry in section["entries"]:
            del entry["figure"]
            entry["of_another_time"] = 1
    read = from_json(told)
    assert read.logo is None
    assert read.sections[0].entries[0].figure is None
    assert read.language.dir == "rtl"


def test_what_is_no_page_is_said_to_be_none() -> None:
    with pytest.raises(KeyError):
        from_json({})
