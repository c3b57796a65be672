"""The back button: a form that comes a second time is refused in a sentence, or does no harm.

Twice each: back, and once more on what the browser then shows; and out of a tab that was left open
on the form, which holds what it held before.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mailer.curation.models import Issue, IssueState, Publication
from mailer.editions.freeze import issue_checksum
from mailer.mailings.models import Delivery, Mailing
from mailer.web.roles import PUBLISHER
from tests.people import article, reader, review, source
from tests.web.browser import CHROMIUM, at_desk
from tests.web.staff import approved, drafted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not on this machine"),
    pytest.mark.django_db(transaction=True),
]
#: Where a form of the desk says that it was refused.
_REFUSAL = ".notice.error"
Act = Callable[[Any], None]


@pytest.fixture
def page(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A browser of Karim's, who publishes."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    # A page that refuses says so to the console as well.
    with at_desk(live_server.url, "karim", PUBLISHER, forgiven=("status of 4",)) as opened:
        yield opened


def _thrice(page: Any, where: str, act: Act) -> tuple[str, str]:
    """Do it at `where`; then again from a tab left open on it; then back, and once more.

    What the left tab is told, and what stands after the way back ("" where it offers no such act).
    """
    left = page.context.new_page()
    for tab in (left, page):
        tab.goto(where)
    act(page)
    assert page.locator(_REFUSAL).count() == 0
    act(left)
    told = " ".join(left.locator(_REFUSAL).all_inner_texts())
    left.close()
    page.go_back()
    page.wait_for_load_state("networkidle")
    return told, page.locator("main").inner_text()


def _press(button: str) -> Act:
    def act(tab: Any) -> None:
        with tab.expect_navigation():
            tab.get_by_role("button", name=button).first.click()

    return act


def test_a_number_is_drafted_once(page: Any) -> None:
    article(source("courrier"), "Les transferts progressent")
    told, _ = _thrice(page, "/desk/issues/", _press("Draft the next"))
    assert "nothing to put into" in told
    _press("Draft the next")(page)
    assert "nothing to put into" in page.locator(_REFUSAL).inner_text()
    assert Issue.objects.count() == 1


def test_an_entry_of_our_own_is_added_once(page: Any) -> None:
    issue = drafted()
    before = issue.items.count()

    def add(tab: Any) -> None:
        form = tab.locator("form[action$='/add/']").first
        form.evaluate("one => { const fold = one.closest('details'); if (fold) fold.open = true; }")
        form.locator("[name=headline]").fill("Un mot de la rédaction")
        form.locator("button[type=submit]").click()
        tab.locator(".slip").get_by_text("Un mot de la rédaction").first.wait_for()

    told, _ = _thrice(page, f"/desk/issues/{issue.pk}/?lang=fr", add)
    assert "stands in this section already" in told
    assert issue.items.count() == before + 1


def test_a_number_is_approved_once_and_the_way_back_shows_that_it_is(page: Any) -> None:
    issue = drafted()
    here = f"/desk/issues/{issue.pk}/"
    told, shown = _thrice(page, here, _press("Approve exactly this"))
    assert told
    assert "Approved by karim" in shown
    assert page.get_by_role("button", name="Approve exactly this").count() == 0
    issue.refresh_from_db()
    assert (issue.state, issue.approvals.count()) == (IssueState.APPROVED, 1)
    assert issue.approvals.get().checksum == issue_checksum(issue.pk)


def test_a_number_is_sent_once_and_the_way_back_offers_no_button_that_sends(page: Any) -> None:
    reader("youssef@example.org")
    issue = approved()
    told, _ = _thrice(page, f"/desk/issues/{issue.pk}/send/?counted=1", _press("Yes, send it"))
    assert told
    assert page.get_by_role("button", name="Yes, send it").count() == 0
    assert (Mailing.objects.count(), Delivery.objects.count()) == (1, 1)


def test_the_settings_are_saved_once_and_an_old_form_undoes_nobodys_change(page: Any) -> None:
    def save(tab: Any) -> None:
        tab.locator("[name=section-new-fr]").fill("Culture")
        _press("Save")(tab)

    told, _ = _thrice(page, "/desk/publications/revue-de-presse/", save)
    assert "were changed since you opened this form" in told
    _press("Save")(page)
    assert page.locator(_REFUSAL).count() == 0
    assert [one.names for one in review().sections.all()].count({"fr": "Culture"}) == 1
    # Nadia changes the name meanwhile: what Karim's old page holds does not bring it back.
    page.goto("/desk/publications/revue-de-presse/")
    publication = Publication.objects.get()
    publication.names |= {"fr": "La revue"}
    publication.save()
    _press("Save")(page)
    assert "nothing of yours was saved" in page.locator(_REFUSAL).inner_text()
    assert review().names["fr"] == "La revue"


def test_an_hour_and_a_word_to_the_desk_stand_once(page: Any) -> None:
    issue = approved()

    def comment(tab: Any) -> None:
        tab.locator("form[action$='/comment/'] textarea").fill("À relire.")
        _press("Say it")(tab)

    _thrice(page, f"/desk/issues/{issue.pk}/", comment)
    assert issue.comments.count() == 1

    def schedule(tab: Any) -> None:
        tab.locator("[name=at]").fill("2040-05-21T08:00")
        _press("Set the hour")(tab)

    told, shown = _thrice(page, f"/desk/issues/{issue.pk}/", schedule)
    assert told == ""
    assert "The clock sends it on" in shown
    issue.refresh_from_db()
    assert f"{issue.send_at:%Y-%m-%d}" == "2040-05-21"
