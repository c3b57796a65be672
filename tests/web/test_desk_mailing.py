"""The page of a mailing: what it says, who may do what there, and what a look at it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailer.mailings import control
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.retry import Decision, Kind
from tests.web.outcomes import DOUBT, LOST, POLICY, SENT, UNKNOWN, come, ended
from tests.web.staff import do, mailed, said

pytestmark = pytest.mark.django_db


def page_of(client: Client, mailing: Mailing) -> str:
    return " ".join(said(client.get(f"/desk/mailings/{mailing.pk}/")).split())


def figures(page: str, domain: str) -> list[str]:
    """The numbers beside a domain: recipients, sent, refused, uncertain, waiting."""
    row = re.search(rf"<tr> <th scope=\"row\">(?:<bdi[^>]*>)?{domain}.*?</tr>", page)
    assert row, domain
    return re.findall(r"<td class=\"[^\"]*\">([\d,]+)</td>", row[0])


def test_a_look_at_what_moves_reads_no_delivery_however_it_goes(karim: Client) -> None:
    mailing = mailed(karim)
    come(mailing, SENT, POLICY, DOUBT)
    for query in ("", "?settled=1&at=1&pace=3&state=running", "?state=running.refused.uncertain"):
        with CaptureQueriesContext(connection) as told:
            assert karim.get(f"/desk/mailings/{mailing.pk}/progress/{query}").status_code == 200
        read = [query["sql"] for query in told.captured_queries]
        assert any("mailings_tally" in statement for statement in read)
        assert not [statement for statement in read if "mailings_delivery" in statement]


def test_domains_are_told_apart_and_add_up(karim: Client) -> None:
    mailing = mailed(karim)
    come(mailing, SENT, POLICY, DOUBT)
    assert figures(page_of(karim, mailing), "example.org") == ["4", "1", "1", "1", "1"]
    assert "Other domains" not in page_of(karim, mailing)


def test_who_paused_it_and_when_is_told(karim: Client) -> None:
    mailing = mailed(karim)
    page = do(karim, f"mailings/{mailing.pk}/pause/")
    assert "Paused by karim on" in page
    assert "Nothing more leaves until somebody lets it go on" in page
    assert "Paused by" not in do(karim, f"mailings/{mailing.pk}/resume/")


def test_what_paused_by_itself_says_why(karim: Client) -> None:
    mailing = mailed(karim)
    control.pause(mailing.pk, None, {"id": "Too many were refused.", "values": {}})
    page = page_of(karim, mailing)
    assert "It was paused by itself on" in page
    assert "Too many were refused." in page


def test_what_was_stopped_from_the_command_line_says_so(karim: Client) -> None:
    mailing = mailed(karim)
    control.pause(mailing.pk, None)
    assert "Paused from the command line on" in page_of(karim, mailing)
    control.cancel(mailing.pk, None, timezone.now())
    page = page_of(karim, mailing)
    assert "Cancelled from the command line on" in page
    assert "the others get nothing of it" in page
    assert figures(page, "example.org") == ["4", "0", "0", "0", "4"]


def test_those_in_doubt_are_told_in_the_ledgers_words_with_what_can_be_done(karim: Client) -> None:
    mailing = ended(karim, DOUBT, LOST, SENT, SENT)
    page = page_of(karim, mailing)
    assert "what it had noted is lost or incomplete" in page
    assert "before the server answered" in page
    assert "Nothing is sent twice by itself" in page
    assert f"/desk/mailings/{mailing.pk}/again/uncertain/" in page
    assert "Done on" in page


def test_only_who_may_send_is_offered_to_send_again(karim: Client, salma: Client) -> None:
    mailing = ended(karim, POLICY, UNKNOWN, SENT, SENT)
    assert "Send again to the refused…" in page_of(karim, mailing)
    assert "Send again" not in page_of(salma, mailing)
    Mailing.objects.update(folded_at=timezone.now())
    assert "Send again" not in page_of(karim, mailing)
    Mailing.objects.update(folded_at=None, state=MailingState.CANCELLED)
    assert "Send again" not in page_of(karim, mailing)


def test_a_first_refusal_brings_its_button_along_and_the_second_does_not(karim: Client) -> None:
    mailing = mailed(karim)
    here = f"/desk/mailings/{mailing.pk}/progress/"
    come(mailing, POLICY)
    part = said(karim.get(f"{here}?state=running"))
    assert 'id="again-refused"' in part
    assert "state=running.refused" in part
    come(mailing, POLICY)
    assert 'id="again-refused"' not in said(karim.get(f"{here}?state=running.refused"))


def test_it_is_asked_for_each_second_while_it_runs_and_less_while_it_stands(karim: Client) -> None:
    mailing = mailed(karim)
    assert 'hx-trigger="every 1s"' in page_of(karim, mailing)
    do(karim, f"mailings/{mailing.pk}/pause/")
    assert 'hx-trigger="every 5s"' in page_of(karim, mailing)


def test_who_was_put_off_is_told_until_when_they_are_tried(karim: Client) -> None:
    later = Decision("deferred", Kind.GREYLISTED, timedelta(minutes=5)), 450, "4.7.1 later"
    mailing = mailed(karim)
    come(mailing, later, later, later, later)
    page = page_of(karim, mailing)
    assert "Everybody was tried once" in page
    assert figures(page, "example.org") == ["4", "0", "0", "0", "4"]
