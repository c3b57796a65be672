"""The calendar of a publication at the desk, and what the clock does with it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from mailer.curation.models import Issue, Mode, Move, Notice, Publication
from mailer.editions.freeze import issue_checksum, sign
from mailer.letters.models import Letter
from mailer.mailings.alert import tell_notices
from mailer.mailings.clock import keep_calendar
from mailer.mailings.models import Mailing
from mailer.web.roles import PUBLISHER
from tests.people import article, reader, review, source
from tests.web.staff import do, said

pytestmark = pytest.mark.django_db
#: A Monday at eight in Casablanca, and the Sunday before.
HOUR = datetime(2025, 5, 26, 7, 0, tzinfo=UTC)
SUNDAY = HOUR - timedelta(days=1)
PAGE = "publications/revue-de-presse/calendar/"


def change(client: Client, act: str, **form: Any) -> str:
    return do(client, f"{PAGE}{act}/", **form)


def test_the_month_shows_its_dates_and_where_they_went(karim: Client) -> None:
    change(karim, "move", date="2025-06-09", to="2025-06-11", hour="09:30", why="<i>Aïd</i>")
    change(karim, "move", date="2025-06-16", gone="1")
    change(karim, "hours", first="2025-06-20", last="2025-06-30", hour="10:00", why="Été")
    page = said(karim.get(f"/desk/{PAGE}?month=2025-06"))
    assert page.count("<b>08:00</b>") == 2, "the 26th of May, the 2nd of June"
    assert page.count("<b>09:30</b>") == 1
    assert page.count("<b>10:00</b>") == 2, "the 23rd and the 30th"
    assert "moved to Wednesday" in page
    assert "nothing comes out" in page
    assert "&lt;i&gt;Aïd" in page
    said(karim.get(f"/desk/{PAGE}?month=9999-99"))
    said(karim.get(f"/desk/{PAGE}?month=0001-01"))


@pytest.mark.parametrize(
    ("act", "form", "told"),
    [
        ("move", {"date": "2025-06-10", "to": "2025-06-11"}, "no date of this calendar"),
        ("move", {"date": "2025-06-09", "to": "tomorrow"}, "is not a date"),
        ("hours", {"first": "2025-06-09", "last": "2025-06-01", "hour": "10:00"}, "comes after"),
        ("rules", {"monthdays": "0, 40", "grace": "60", "least": "1"}, "no day of a month"),
        ("rules", {"monthdays": "", "grace": "0", "least": "1"}, "between 5 and 1440"),
        ("remove", {"kind": "move", "id": "999"}, "not in the calendar any more"),
    ],
)
def test_a_calendar_that_will_not_do_is_refused_in_a_sentence(
    karim: Client, act: str, form: dict[str, str], told: str
) -> None:
    assert told in change(karim, act, **form)
    assert not Move.objects.exists()


def test_a_move_of_another_publication_is_not_removed(karim: Client) -> None:
    other = review()
    other.pk, other.slug = None, "newsletter"
    other.save()
    kept = Move.objects.create(publication=other, date=date(2025, 6, 9))
    assert "not in the calendar" in change(karim, "remove", kind="move", id=kept.pk)
    assert Move.objects.count() == 1


def test_hours_that_overlap_are_refused(karim: Client) -> None:
    form = {"first": "2025-06-20", "last": "2025-06-30", "hour": "10:00"}
    change(karim, "hours", **form)
    assert "other hours already" in change(karim, "hours", **{**form, "first": "2025-06-30"})


def test_a_drafted_number_follows_its_date_and_loses_its_signature(karim: Client) -> None:
    reader("youssef@example.org")
    article(source("matin"), "Un titre", at=SUNDAY - timedelta(hours=1))
    keep_calendar(SUNDAY)
    issue = Issue.objects.get()
    sign(issue.pk, issue_checksum(issue.pk), None, SUNDAY)
    change(karim, "move", date="2025-05-26", to="2025-05-28", hour="09:00")
    issue.refresh_from_db()
    assert (issue.slot, issue.date) == (HOUR.date(), date(2025, 5, 28))
    assert issue.send_at == datetime(2025, 5, 28, 8, 0, tzinfo=UTC)
    assert issue.state == "draft", "the dateline is another"
    change(karim, "move", date="2025-05-26", gone="1")
    issue.refresh_from_db()
    assert issue.send_at is None
    assert keep_calendar(HOUR) == []
    assert Issue.objects.count() == 1, "the clock makes no second one for the date"


def test_an_hour_that_a_person_gave_is_not_the_calendars_to_change(karim: Client) -> None:
    article(source("matin"), "Un titre", at=SUNDAY - timedelta(hours=1))
    keep_calendar(SUNDAY)
    own = datetime(2025, 5, 26, 12, 0, tzinfo=UTC)
    Issue.objects.update(send_at=own)
    change(karim, "move", date="2025-05-26", to="2025-05-28")
    assert Issue.objects.get().send_at == own


def publisher() -> User:
    made = User.objects.create_user("hakima", "hakima@example.org")
    made.groups.add(Group.objects.get(name=PUBLISHER))
    return made


def test_a_thin_automatic_number_is_held_and_told_once() -> None:
    publisher()
    reader("youssef@example.org")
    Publication.objects.update(mode=Mode.AUTOMATIC, least_entries=2)
    article(source("matin"), "Seul", at=SUNDAY - timedelta(hours=1))
    assert keep_calendar(SUNDAY) == []
    assert keep_calendar(HOUR) == []
    issue = Issue.objects.get()
    assert issue.state == "held"
    assert "fewer entries" in issue.held_why["id"]
    assert not Mailing.objects.exists()
    assert tell_notices(HOUR) == 1
    assert tell_notices(HOUR) == 0
    letter = Letter.objects.get()
    assert letter.recipient == "hakima@example.org"
    assert f"/desk/issues/{issue.pk}/" in letter.text


def test_a_number_of_two_entries_is_thick_enough_for_two() -> None:
    reader("youssef@example.org")
    Publication.objects.update(mode=Mode.AUTOMATIC, least_entries=2)
    matin = source("matin")
    for title in ("Un", "Deux"):
        article(matin, title, at=SUNDAY - timedelta(hours=1))
    assert len(keep_calendar(HOUR)) == 1


def test_a_date_with_nothing_to_send_is_told_once_and_may_still_come() -> None:
    publisher()
    reader("youssef@example.org")
    for minutes in (-1, 0, 1, 2):
        keep_calendar(HOUR + timedelta(minutes=minutes))
        tell_notices(HOUR)
    assert Notice.objects.count() == 1
    assert "2025-05-26" in Letter.objects.get().text
    article(source("matin"), "Tard", at=HOUR)
    keep_calendar(HOUR + timedelta(minutes=30))
    assert Issue.objects.get().state == "draft"


def test_a_missed_hour_is_told(settings: Any) -> None:
    publisher()
    article(source("matin"), "Un titre", at=SUNDAY - timedelta(hours=1))
    keep_calendar(SUNDAY)
    late = HOUR + timedelta(hours=2, seconds=1)
    keep_calendar(late)
    assert tell_notices(late) == 1
    assert tell_notices(late + timedelta(days=2)) == 0
