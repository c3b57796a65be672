"""From the signature to the mailing: Karim approves, sends and watches."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from mailer.curation import arrange
from mailer.curation.models import Issue, IssueState, Item
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum
from mailer.mailings import fanout
from mailer.mailings.models import Delivery, DeliveryState, Mailing, MailingState
from mailer.web.roles import PUBLISHER
from tests.mailings.story import settled
from tests.people import WEDNESDAY, reader
from tests.web.staff import (
    approved,
    at_work,
    do,
    drafted,
    mailed,
    rewritten,
    said,
)

pytestmark = pytest.mark.django_db


def test_karim_approves_exactly_what_he_saw(karim: Client) -> None:
    issue = drafted()
    page = said(karim.get(f"/desk/issues/{issue.pk}/"))
    checksum = issue_checksum(issue.pk)
    assert checksum in page
    assert "Approved by karim" in do(karim, f"issues/{issue.pk}/approve/", checksum=checksum)
    assert "approved already" in do(karim, f"issues/{issue.pk}/approve/", checksum=checksum)


def test_a_large_number_needs_a_second_signature_and_says_so(karim: Client, settings: Any) -> None:
    settings.MAILER_SECOND_PUBLISHER = 1
    nadia = at_work(PUBLISHER, "nadia")
    for name in ("youssef", "hanane"):
        reader(f"{name}@example.org")
    issue = drafted()
    here, checksum = f"issues/{issue.pk}", issue_checksum(issue.pk)
    page = do(karim, f"{here}/approve/", checksum=checksum)
    assert "another publisher must sign it too" in page
    assert "only karim has signed it: a second publisher must" in page
    assert "Sign it too" not in page
    assert "Send now…" not in page
    assert "second publisher’s signature" in said(karim.get("/desk/"))
    assert karim.get(f"/desk/{here}/send/").status_code == 303
    assert "only karim has signed it" in do(karim, f"{here}/send/", checksum=checksum)
    assert not Mailing.objects.exists()

    assert "Sign it too, exactly this" in said(nadia.get(f"/desk/{here}/"))
    page = do(nadia, f"{here}/approve/", checksum=checksum)
    assert "Approved by karim" in page
    assert "Approved by nadia" in page
    assert "Send now…" in page
    assert "second publisher’s signature" not in said(nadia.get("/desk/"))
    do(nadia, f"{here}/send/", checksum=checksum)
    assert Mailing.objects.get().checksum == checksum


def test_what_changed_after_karim_looked_is_not_approved(karim: Client, salma: Client) -> None:
    issue = drafted()
    seen = issue_checksum(issue.pk)
    item = issue.items.filter(language="fr")[0]
    do(salma, f"items/{item.pk}/edit/", headline="Autre chose")
    assert "has changed since you looked" in do(karim, f"issues/{issue.pk}/approve/", checksum=seen)
    issue.refresh_from_db()
    assert issue.state == IssueState.DRAFT


def test_a_change_takes_the_approval_back_visibly(salma: Client) -> None:
    issue = approved()
    item = issue.items.filter(language="fr")[0]
    page = do(salma, f"items/{item.pk}/edit/", headline="Autre chose")
    assert "its approval no longer holds" in page
    issue.refresh_from_db()
    assert issue.state == IssueState.DRAFT


def test_what_was_approved_keeps_its_words_and_the_page_says_so(salma: Client) -> None:
    issue = approved()
    before = issue_checksum(issue.pk)
    rewritten(issue)
    page = said(salma.get(f"/desk/issues/{issue.pk}/"))
    assert "compiled. What was approved is frozen" in page
    assert "Compile it anew" not in page
    assert "is no draft" in do(salma, f"issues/{issue.pk}/compile/")
    assert issue_checksum(issue.pk) == before


def test_the_margin_says_who_would_get_it_and_who_not(karim: Client) -> None:
    issue = drafted()
    reader("youssef@example.org")
    reader("pending@example.org", state="pending")
    reader("grace@example.org", "en")
    assert '<span class="big">' not in said(karim.get(f"/desk/issues/{issue.pk}/"))
    page = said(karim.get(f"/desk/issues/{issue.pk}/audience/"))
    assert '<span class="big">1</span>' in page
    assert '<bdi lang="fr">Français</bdi>&nbsp;1' in page
    assert "have not confirmed" in page
    assert "no edition in their language" in page


def test_sending_asks_once_more_then_sends_once(karim: Client) -> None:
    reader("youssef@example.org")
    issue = approved()
    page = said(karim.get(f"/desk/issues/{issue.pk}/send/"))
    assert 'name="checksum"' not in page  # nobody sends what they have not seen the reach of
    page = said(karim.get(f"/desk/issues/{issue.pk}/send/?counted=1"))
    assert "Yes, send it to 1 reader" in page
    assert '<bdi lang="fr">Français</bdi>&nbsp;1' in page
    assert not Mailing.objects.exists()
    form = {"checksum": issue_checksum(issue.pk)}
    assert "Mailing" in do(karim, f"issues/{issue.pk}/send/", **form)
    mailing = Mailing.objects.get()
    assert mailing.requested_by is not None
    assert mailing.requested_by.username == "karim"
    assert f"it is mailing {mailing.pk}" in do(karim, f"issues/{issue.pk}/send/", **form)
    assert Delivery.objects.count() == 1


def test_sending_another_checksum_than_the_one_shown_is_refused(karim: Client) -> None:
    issue = approved()
    assert "approved anew" in do(karim, f"issues/{issue.pk}/send/", checksum="0" * 64)
    assert not Mailing.objects.exists()


def test_the_mailing_shows_its_sums_and_the_relays_trouble(karim: Client) -> None:
    mailing = mailed(karim)
    settled(mailing, 1)
    Mailing.objects.update(relay_error={"id": "The relay sleeps.", "values": {}})
    part = said(karim.get(f"/desk/mailings/{mailing.pk}/progress/?settled=0&at=0&state=running"))
    assert "1 of 4 settled" in part
    assert "The relay sleeps." in part
    assert 'hx-trigger="every' in part
    assert 'id="control"' not in part, "buttons are not replaced under a hand"
    assert 'hx-swap-oob="true"' in said(
        karim.get(f"/desk/mailings/{mailing.pk}/progress/?state=paused")
    )


def test_a_mailing_that_nobody_at_the_desk_asked_for_says_what_may_have(karim: Client) -> None:
    reader("youssef@example.org")
    mailing = fanout.start(approved().pk, None, WEDNESDAY)
    page = said(karim.get(f"/desk/mailings/{mailing.pk}/"))
    assert "by the clock or the command line" in page


def test_polling_stops_when_the_mailing_is_over(karim: Client) -> None:
    mailing = mailed(karim)
    Mailing.objects.update(state=MailingState.DONE, finished_at=WEDNESDAY)
    answer = karim.get(f"/desk/mailings/{mailing.pk}/progress/?settled=x&at=y")
    assert answer.status_code == 286
    assert "hx-get" not in answer.content.decode()


def test_karim_pauses_goes_on_and_cancels(karim: Client) -> None:
    mailing = mailed(karim)
    here = f"mailings/{mailing.pk}"
    assert "Paused" in do(karim, f"{here}/pause/")
    assert "paused already" in do(karim, f"{here}/pause/")
    assert "Running" in do(karim, f"{here}/resume/")
    assert "I am sure" in do(karim, f"{here}/cancel/")
    assert "Cancelled" in do(karim, f"{here}/cancel/", sure="1")
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.CANCELLED}


def test_a_held_number_says_why_and_is_reopened(salma: Client) -> None:
    issue = drafted()
    Issue.objects.update(state=IssueState.HELD, held_why={"id": "Too late.", "values": {}})
    assert "Too late." in said(salma.get(f"/desk/issues/{issue.pk}/"))
    do(salma, f"issues/{issue.pk}/reopen/")
    issue.refresh_from_db()
    assert issue.state == IssueState.DRAFT


def test_discarding_wants_to_be_sure_and_frees_the_articles(salma: Client) -> None:
    issue = drafted()
    assert "I am sure" in do(salma, f"issues/{issue.pk}/discard/")
    do(salma, f"issues/{issue.pk}/discard/", sure="1")
    assert not Item.objects.exists()
    said(salma.get(f"/desk/issues/{issue.pk}/"))


def test_what_somebody_changes_while_the_page_is_made_is_not_approved(karim: Client) -> None:
    issue = drafted()
    item = issue.items.filter(language="fr")[0]
    done: list[bool] = []

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "curation_section"' in sql and not done:
            done.append(True)
            arrange.edit_item(item.pk, now=WEDNESDAY, headline="Unseen by Karim")
            compile_issue(issue.pk, WEDNESDAY)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        page = karim.get(f"/desk/issues/{issue.pk}/?lang=fr").content.decode()
    checksum = re.search(r'name="checksum" value="([0-9a-f]{64})"', page)
    assert checksum
    assert "Unseen by Karim" not in page

    karim.post(f"/desk/issues/{issue.pk}/approve/", {"checksum": checksum[1]})

    issue.refresh_from_db()
    assert issue.state == "draft"
