"""The clock: one issue per date, sent at its hour, whoever was down and however many there are."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from mailer.curation.models import Issue, Mode
from mailer.editions.freeze import issue_checksum, sign
from mailer.mailings.clock import keep_calendar
from mailer.mailings.models import Delivery, Mailing
from tests.people import article, karim, nadia, reader, review, source

#: Mondays at eight in Casablanca, in May.
HOUR = datetime(2025, 5, 26, 7, 0, tzinfo=UTC)
SUNDAY = HOUR - timedelta(days=1)


@pytest.fixture
def press() -> None:
    reader("youssef@lecteur.example")
    article(source("lematin"), "Le titre de dimanche", at=SUNDAY - timedelta(hours=1))


def the_issue() -> Issue:
    return Issue.objects.get()


@pytest.mark.django_db
@pytest.mark.usefixtures("press")
class TestTheWeek:
    def test_nothing_is_drafted_before_its_time(self) -> None:
        assert keep_calendar(SUNDAY - timedelta(seconds=1)) == []
        assert not Issue.objects.exists()

    def test_a_day_before_the_hour_the_issue_is_drafted_and_compiled(self) -> None:
        keep_calendar(SUNDAY)
        issue = the_issue()
        assert (issue.state, issue.slot, issue.send_at) == ("draft", HOUR.date(), HOUR)
        assert "Le titre de dimanche" in issue.editions.get().html

    def test_the_clock_makes_one_issue_however_often_it_rings(self) -> None:
        for minutes in range(0, 60, 10):
            keep_calendar(SUNDAY + timedelta(minutes=minutes))
        assert Issue.objects.count() == 1

    def test_an_approved_issue_leaves_at_its_hour_and_not_before(self) -> None:
        keep_calendar(SUNDAY)
        issue = the_issue()
        sign(issue.pk, issue_checksum(issue.pk), karim(), SUNDAY)
        assert keep_calendar(HOUR - timedelta(seconds=1)) == []
        (mailing,) = keep_calendar(HOUR)
        assert Delivery.objects.get().mailing_id == mailing
        assert the_issue().state == "sending"
        assert keep_calendar(HOUR + timedelta(seconds=30)) == []

    def test_an_issue_that_nobody_approved_waits_then_is_held_and_says_why(self) -> None:
        keep_calendar(SUNDAY)
        assert keep_calendar(HOUR + timedelta(hours=2)) == []
        assert the_issue().state == "draft"
        keep_calendar(HOUR + timedelta(hours=2, seconds=1))
        issue = the_issue()
        assert issue.state == "held"
        assert "Nobody approved it" in issue.held_why["id"]
        assert not Mailing.objects.exists()

    def test_an_automatic_publication_takes_what_came_signs_and_sends(self) -> None:
        type(review()).objects.update(mode=Mode.AUTOMATIC)
        keep_calendar(SUNDAY)
        late = "Arrivé dans la nuit"
        article(source("hespress"), late, at=HOUR - timedelta(hours=3))
        keep_calendar(HOUR)
        issue = the_issue()
        approval = issue.approvals.get()
        assert (issue.state, approval.by) == ("sending", None)
        assert late in issue.editions.get().html
        assert Mailing.objects.get().checksum == approval.checksum

    def test_a_clock_that_was_down_still_makes_and_sends_within_two_hours(self) -> None:
        type(review()).objects.update(mode=Mode.AUTOMATIC)
        keep_calendar(HOUR + timedelta(minutes=90))
        assert the_issue().state == "sending"

    def test_a_clock_that_was_down_longer_makes_no_issue_of_yesterday(self) -> None:
        keep_calendar(HOUR + timedelta(hours=3))
        assert not Issue.objects.exists()

    def test_an_approved_issue_whose_hour_was_missed_is_held(self) -> None:
        keep_calendar(SUNDAY)
        issue = the_issue()
        sign(issue.pk, issue_checksum(issue.pk), None, SUNDAY)
        keep_calendar(HOUR + timedelta(hours=5))
        issue = the_issue()
        assert issue.state == "held"
        assert "missed" in issue.held_why["id"]

    def test_a_large_issue_that_one_publisher_signed_waits_for_the_second(
        self, settings: Any
    ) -> None:
        settings.MAILER_SECOND_PUBLISHER = 1
        reader("hanane@lecteur.example")
        keep_calendar(SUNDAY)
        issue = the_issue()
        sign(issue.pk, issue_checksum(issue.pk), karim(), SUNDAY)
        assert keep_calendar(HOUR) == []
        assert the_issue().state == "approved"
        sign(issue.pk, issue_checksum(issue.pk), nadia(), HOUR)
        assert len(keep_calendar(HOUR + timedelta(minutes=1))) == 1

    def test_a_large_issue_that_no_second_publisher_signed_in_time_is_held_and_says_why(
        self, settings: Any
    ) -> None:
        settings.MAILER_SECOND_PUBLISHER = 1
        reader("hanane@lecteur.example")
        keep_calendar(SUNDAY)
        issue = the_issue()
        sign(issue.pk, issue_checksum(issue.pk), karim(), SUNDAY)
        assert keep_calendar(HOUR + timedelta(hours=2, seconds=1)) == []
        issue = the_issue()
        assert issue.state == "held"
        assert "not signed by two publishers in time" in issue.held_why["id"]
        assert issue.held_why["values"] == {"most": 1}

    def test_under_a_large_automatic_issue_the_clocks_signature_is_not_enough(
        self, settings: Any
    ) -> None:
        settings.MAILER_SECOND_PUBLISHER = 1
        type(review()).objects.update(mode=Mode.AUTOMATIC)
        reader("hanane@lecteur.example")
        keep_calendar(SUNDAY)
        assert keep_calendar(HOUR) == []
        issue = the_issue()
        assert issue.state == "approved"
        for publisher in (karim(), nadia()):
            assert keep_calendar(HOUR + timedelta(minutes=1)) == []
            sign(issue.pk, issue_checksum(issue.pk), publisher, HOUR)
        assert len(keep_calendar(HOUR + timedelta(minutes=2))) == 1

    def test_a_publication_in_trouble_stops_no_other(self) -> None:
        daily = review()
        daily.pk, daily.slug, daily.zone = None, "quotidienne", "Not/AZone"
        daily.save()
        keep_calendar(SUNDAY)
        assert the_issue().publication.slug == "revue-de-presse"

    def test_a_publication_whose_clock_is_off_rests(self) -> None:
        type(review()).objects.update(clock_on=False)
        keep_calendar(SUNDAY)
        assert not Issue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_make_one_issue_and_one_mailing() -> None:
    reader("youssef@lecteur.example")
    article(source("lematin"), "Le titre de dimanche", at=SUNDAY - timedelta(hours=1))
    type(review()).objects.update(mode=Mode.AUTOMATIC)
    started: list[int] = []

    def clock() -> None:
        try:
            started.extend(keep_calendar(HOUR))
        finally:
            connection.close()

    clocks = [Thread(target=clock) for _ in range(4)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()
    assert Issue.objects.count() == 1
    assert Mailing.objects.count() == 1
    assert Delivery.objects.count() == 1
    assert started == [Mailing.objects.get().pk]
