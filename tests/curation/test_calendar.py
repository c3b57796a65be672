"""The calendar in Casablanca, where Ramadan moves the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.curation.calendar import Calendar, Slot, next_slot, open_slots, slots

MONDAYS_AT_EIGHT = Calendar(frozenset({1}), time(8), "Africa/Casablanca")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_monday_eight_in_casablanca_is_seven_utc_in_may() -> None:
    assert next_slot(MONDAYS_AT_EIGHT, at("2025-05-21T06:30")) == Slot(
        date(2025, 5, 26), at("2025-05-26T07:00")
    )


def test_during_ramadan_the_same_hour_is_eight_utc() -> None:
    assert next_slot(MONDAYS_AT_EIGHT, at("2025-03-06T00:00")) == Slot(
        date(2025, 3, 10), at("2025-03-10T08:00")
    )


def test_the_slot_of_this_very_moment_is_not_the_next_one() -> None:
    due = at("2025-05-26T07:00")
    found = next_slot(MONDAYS_AT_EIGHT, due)
    assert found is not None
    assert found.date == date(2025, 6, 2)


def test_a_publication_without_weekdays_is_never_due() -> None:
    assert next_slot(Calendar(frozenset(), time(8), "Africa/Casablanca"), at("2025-05-21")) is None


def test_an_hour_that_the_clock_skips_is_taken_after_the_gap() -> None:
    # In Paris, 2:30 does not exist on 30 March 2025.
    night = Calendar(frozenset(range(1, 8)), time(2, 30), "Europe/Paris")
    found = next(slots(night, at("2025-03-30T00:00"), at("2025-03-31T00:00")))
    assert found == Slot(date(2025, 3, 30), at("2025-03-30T01:30"))


@pytest.mark.parametrize(
    ("now", "open_dates"),
    [
        ("2025-05-25T06:59", []),  # a minute before the draft is due
        ("2025-05-25T07:00", [date(2025, 5, 26)]),
        ("2025-05-26T09:00", [date(2025, 5, 26)]),  # two hours late: still made
        ("2025-05-26T09:01", []),
    ],
)
def test_an_issue_is_open_from_a_day_before_its_hour_to_two_hours_after(
    now: str, open_dates: list[date]
) -> None:
    found = open_slots(MONDAYS_AT_EIGHT, at(now), draft=timedelta(days=1), grace=timedelta(hours=2))
    assert [slot.date for slot in found] == open_dates


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.sets(st.integers(1, 7), min_size=1),
    st.times(),
    st.sampled_from(["Africa/Casablanca", "Europe/Paris", "Pacific/Apia", "UTC"]),
)
def test_every_weekday_named_comes_once_in_a_week(
    start: datetime, weekdays: set[int], hour: time, zone: str
) -> None:
    calendar = Calendar(frozenset(weekdays), hour, zone)
    found = list(slots(calendar, start, start + timedelta(days=7)))
    # A change of the clock can push one slot over the edge of the week, never double a date.
    assert abs(len(found) - len(weekdays)) <= 1
    assert len({slot.date for slot in found}) == len(found)
    assert all(slot.date.isoweekday() in weekdays for slot in found)
    assert found == sorted(found, key=lambda slot: slot.at)
