"""The bench under the hands: no keystroke is lost, entries move by mouse and by keys."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from mailer.curation import arrange
from mailer.curation.models import Issue, Item
from mailer.web.roles import EDITOR
from tests.people import WEDNESDAY, karim, review
from tests.web.browser import CHROMIUM, at_desk
from tests.web.staff import drafted, member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,  # what a page does does not depend on the database
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

#: What the browser says by itself of an answer that is a 409, and of a line that was cut.
_LINE = ("Failed to load resource", "htmx:sendError", "htmx:responseError", "htmx:afterRequest")


@pytest.fixture
def page(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Salma's page."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with at_desk(live_server.url, "salma", EDITOR, forgiven=_LINE) as opened:
        yield opened


def _open(page: Any) -> tuple[Item, Item]:
    issue = drafted()
    first, second = issue.items.filter(language="fr")
    page.goto(f"/desk/issues/{issue.pk}/?lang=fr")
    return first, second


def _edit(page: Any, item: Item) -> None:
    page.locator(f"#item-{item.pk} details.edit summary").click()


def _saving(page: Any, item: Item) -> Any:
    return page.locator(f"#item-{item.pk} .saving")


def _order() -> list[int]:
    return list(Issue.objects.get().items.filter(language="fr").values_list("pk", flat=True))


def test_words_are_saved_while_they_are_typed_and_the_mail_beside_them_follows(page: Any) -> None:
    first, _ = _open(page)
    _edit(page, first)
    page.fill(f"#headline-{first.pk}", "Un titre du bureau")
    _saving(page, first).get_by_text("Saved.").wait_for()
    assert Item.objects.get(pk=first.pk).headline == "Un titre du bureau"
    frame = page.frame_locator("iframe.as-light")
    frame.get_by_role("heading", name="Un titre du bureau").wait_for()
    # The form under the hands was not touched.
    assert page.locator(f"#headline-{first.pk}").is_visible()


def test_no_keystroke_is_lost_when_the_line_drops(page: Any) -> None:
    first, _ = _open(page)
    _edit(page, first)
    page.context.set_offline(True)
    page.fill(f"#headline-{first.pk}", "Écrit dans le train")
    _saving(page, first).get_by_text("Not saved yet").wait_for()
    page.context.set_offline(False)
    _saving(page, first).get_by_text("Saved.").wait_for()
    assert Item.objects.get(pk=first.pk).headline == "Écrit dans le train"


def test_words_that_were_never_saved_come_back_with_the_page(page: Any) -> None:
    first, _ = _open(page)
    _edit(page, first)
    page.context.set_offline(True)
    page.fill(f"#headline-{first.pk}", "Écrit dans le tunnel")
    _saving(page, first).get_by_text("Not saved yet").wait_for()
    later = page.context.new_page()
    here = page.url
    page.close()
    page.context.set_offline(False)
    later.goto(here)
    assert later.locator(f"#headline-{first.pk}").input_value() == first.article.title
    later.get_by_role("button", name="Take them back").click()
    assert later.locator(f"#headline-{first.pk}").input_value() == "Écrit dans le tunnel"
    _saving(later, first).get_by_text("Saved.").wait_for()
    assert Item.objects.get(pk=first.pk).headline == "Écrit dans le tunnel"


def test_a_line_that_comes_back_saves_nothing_that_nobody_chose(page: Any) -> None:
    first, _ = _open(page)
    _edit(page, first)
    page.context.set_offline(True)
    page.fill(f"#headline-{first.pk}", "Écrit dans le tunnel")
    _saving(page, first).get_by_text("Not saved yet").wait_for()
    later, here = page.context.new_page(), page.url
    page.close()
    page.context.set_offline(False)
    later.goto(here)
    later.evaluate("() => window.dispatchEvent(new Event('online'))")
    later.wait_for_timeout(500)
    later.reload()
    later.get_by_role("button", name="Take them back").wait_for()
    assert Item.objects.get(pk=first.pk).headline == ""


def test_another_act_in_the_middle_of_a_sentence_loses_nothing_of_it(page: Any) -> None:
    first, second = _open(page)
    _edit(page, first)
    page.evaluate("document.getElementById('bench').removeAttribute('data-saves-itself')")
    page.fill(f"#headline-{first.pk}", "Une phrase commen")
    page.locator(f"#hide-{second.pk}").click()
    page.wait_for_selector(f"#item-{second.pk}.hidden")
    assert page.locator(f"#headline-{first.pk}").input_value() == "Une phrase commen"


def test_two_who_write_the_same_headline_see_both(page: Any) -> None:
    first, _ = _open(page)
    _edit(page, first)
    him = karim()
    arrange.edit_item(first.pk, headline="Celui de Karim", by=him, now=WEDNESDAY)
    page.fill(f"#headline-{first.pk}", "Celui de Salma")
    clash = page.locator(f"#item-{first.pk} .clash")
    clash.get_by_text("karim has saved other words").wait_for()
    clash.get_by_text("Celui de Karim").wait_for()
    assert page.locator(f"#headline-{first.pk}").input_value() == "Celui de Salma"
    assert Item.objects.get(pk=first.pk).headline == "Celui de Karim"
    page.locator(f"#item-{first.pk} form.stack button.main").click()
    page.locator(f"#item-{first.pk} .headline", has_text="Celui de Salma").wait_for()
    assert Item.objects.get(pk=first.pk).headline == "Celui de Salma"


def test_who_else_is_at_the_number_is_said(page: Any, live_server: Any) -> None:
    first, _ = _open(page)
    other = Client()
    other.force_login(member("karim", EDITOR))
    issue = first.issue_id
    other.post(f"/desk/issues/{issue}/here/", {"item": first.pk, "since": "0"})
    page.reload()
    page.locator("#company").get_by_text("karim").wait_for()
    page.locator("#company").get_by_text("Les transferts progressent").wait_for()


def test_the_whole_bench_is_worked_by_keys(page: Any) -> None:
    first, second = _open(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == f"item-{second.pk}"
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_selector(f"li.slip:first-child#item-{second.pk}")
    page.wait_for_function(f"() => document.activeElement.id === 'item-{second.pk}'")
    assert _order() == [second.pk, first.pk]
    page.keyboard.press("x")
    page.wait_for_selector(f"#item-{second.pk}.hidden")
    page.wait_for_function(f"() => document.activeElement.id === 'item-{second.pk}'")
    page.keyboard.press("u")
    page.wait_for_selector(f"#item-{second.pk}:not(.hidden)")
    page.wait_for_function(f"() => document.activeElement.id === 'item-{second.pk}'")
    page.keyboard.press("p")
    page.wait_for_selector(f"#item-{second.pk}.pinned")
    page.wait_for_function(f"() => document.activeElement.id === 'item-{second.pk}'")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("Par le clavier")
    _saving(page, second).get_by_text("Saved.").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == f"item-{second.pk}"
    assert Item.objects.get(pk=second.pk).headline == "Par le clavier"


def test_an_entry_is_dragged_to_another_place_and_to_another_section(page: Any) -> None:
    first, second = _open(page)
    page.drag_and_drop(
        f"#item-{second.pk} .number",
        f"#item-{first.pk} .number",
        target_position={"x": 5, "y": 1},
    )
    page.wait_for_selector("#undo")
    assert _order() == [second.pk, first.pk]
    ccme = review().sections.get(slug="ccme")
    page.drag_and_drop(f"#item-{first.pk} .number", f"#shelf-{ccme.pk}")
    page.wait_for_selector(f"ol[data-section='{ccme.pk}'] #item-{first.pk}")
    page.wait_for_function("() => document.querySelector('#undo').title.includes('transferts')")
    assert Item.objects.get(pk=first.pk).section == ccme
