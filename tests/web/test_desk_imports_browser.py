"""Nadia imports readers and makes a segment in a browser: the file, the columns, the report."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailer.subscribers import imports
from mailer.subscribers.models import Import, Segment
from tests.web.test_desk_browser import _NAMELESS, _TOO_WIDE, page, pytestmark

__all__ = ["page", "pytestmark"]
FILE = (
    "Email Address,First Name,Last Name,الجريدة,LEID,EUID,UNSUB_TIME\n"
    "amina@example.org,أمينة,الإدريسي,هسبريس,1,a,\n"
    "=cmd@example,Eve,,,2,b,\n"
    "youssef@example.org,Youssef,El Amrani,,3,c,2024-01-01\n"
)


@pytest.fixture(autouse=True)
def _own_folder(data: Path) -> Iterator[None]:
    return iter([None])


def _fits(page: Any, name: str) -> None:
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(_TOO_WIDE) <= 0, (name, width)
        page.screenshot(path=f"/tmp/lists/shots/{name}-{width}.png", full_page=True)
    assert page.evaluate(_NAMELESS) == [], name


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_file_goes_from_the_form_to_the_report_at_every_width(
    page: Any, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "قراء.csv"
    file.write_text(FILE, encoding="utf-8")
    page.locator(f"button[name=language][value={language}]").click()
    page.goto("/desk/imports/")
    _fits(page, f"{language}-imports")
    page.set_input_files("input[type=file]", file)
    page.locator("main form button.main").click()
    page.wait_for_selector("select[name=column-0]")
    assert page.locator("select[name=column-6]").input_value() == "left_at"
    _fits(page, f"{language}-mapping")
    page.locator("input[name=how][value=confirmed]").check()
    page.fill("textarea[name=consent]", "Salon du livre, Rabat, 9 mai 2025")
    page.locator("button[name=act][value=try]").click()
    page.wait_for_selector("#progress[hx-get]")
    imports.work(Import.objects.get().pk)
    # The part that moves finds that it is over, and the whole page comes back with the report.
    page.wait_for_selector("#refused")
    _fits(page, f"{language}-report")
    page.goto("/desk/subscribers/")
    _fits(page, f"{language}-subscribers")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_segment_is_made_at_every_width(page: Any, language: str) -> None:
    page.locator(f"button[name=language][value={language}]").click()
    page.goto("/desk/segments/")
    page.fill("input[name=name]", "صحافة الرباط")
    page.locator("input[name=language][value=ar]").check()
    page.fill("input[name=attribute-0]", "ville")
    page.fill("input[name=value-0]", "Rabat")
    page.locator("main form button.main").click()
    page.wait_for_selector("main .plainlist")
    assert Segment.objects.get().definition["languages"] == ["ar"]
    _fits(page, f"{language}-segments")
