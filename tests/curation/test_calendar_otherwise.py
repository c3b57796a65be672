"""The calendar otherwise: days of the month, dates moved by hand, other hours, Ramadan."""

from datetime import UTC, date, datetime, time

import pytest

from mailer.curation.calendar import Calendar, Moved, Period, next_slot, ramadan, slots

ZONE = "Africa/Casablanca"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(calendar: Calendar, start: str, end: str) -> list[tuple[str, str]]:
    found = slots(calendar, at(start), at(end))
    return [(slot.date.isoformat(), f"{slot.at:%m-%d %H:%M}") for slot in found]


def test_a_monthly_comes_on_its_days_and_the_31st_is_the_last_of_each_month() -> None:
    monthly = Calendar(frozenset({1}), time(8), ZONE, monthdays=frozenset({1, 31}))
    assert due(monthly, "2025-04-20", "2025-06-10") == [
        ("2025-04-30", "04-30 07:00"),
        ("2025-05-01", "05-01 07:00"),
        ("2025-05-31", "05-31 07:00"),
        ("2025-06-01", "06-01 07:00"),
    ]


def test_the_next_monthly_date_is_found_however_far() -> None:
    monthly = Calendar(frozenset(), time(8), ZONE, monthdays=frozenset({15}))
    found = next_slot(monthly, at("2025-05-16"))
    assert found is not None
    assert found.date == date(2025, 6, 15)


def test_a_holiday_moves_a_date_and_it_keeps_its_name() -> None:
    weekly = Calendar(
        frozenset({1}),
        time(8),
        ZONE,
        moves={date(2025, 7, 30): Moved(None), date(2025, 6, 9): Moved(date(2025, 6, 11), time(9))},
    )
    assert due(weekly, "2025-06-02T12:00", "2025-06-17") == [
        ("2025-06-09", "06-11 08:00"),
        ("2025-06-16", "06-16 07:00"),
    ]


def test_a_date_that_is_moved_to_nowhere_does_not_come_out() -> None:
    weekly = Calendar(
        frozenset({1}), time(8), ZONE, moves={date(2025, 6, 9): Moved(None, why="العيد")}
    )
    assert due(weekly, "2025-06-08", "2025-06-16") == []


def test_a_date_moved_far_away_is_due_there() -> None:
    weekly = Calendar(
        frozenset({1}), time(8), ZONE, moves={date(2025, 6, 9): Moved(date(2025, 8, 5))}
    )
    assert ("2025-06-09", "08-05 07:00") in due(weekly, "2025-08-05", "2025-08-06")


def test_in_ramadan_the_hour_is_another_and_the_zone_is_too() -> None:
    weekly = Calendar(
        frozenset({1}),
        time(8),
        ZONE,
        periods=(Period(date(2025, 3, 2), date(2025, 3, 30), time(10), "Ramadan"),),
    )
    assert due(weekly, "2025-02-23", "2025-04-08") == [
        ("2025-02-24", "02-24 08:00"),
        ("2025-03-03", "03-03 10:00"),
        ("2025-03-10", "03-10 10:00"),
        ("2025-03-17", "03-17 10:00"),
        ("2025-03-24", "03-24 10:00"),
        ("2025-03-31", "03-31 08:00"),
        ("2025-04-07", "04-07 07:00"),
    ]


def test_a_move_with_an_hour_of_its_own_keeps_it_in_ramadan() -> None:
    weekly = Calendar(
        frozenset({1}),
        time(8),
        ZONE,
        moves={date(2025, 3, 3): Moved(date(2025, 3, 4), time(12))},
        periods=(Period(date(2025, 3, 2), date(2025, 3, 30), time(10)),),
    )
    assert ("2025-03-03", "03-04 12:00") in due(weekly, "2025-03-02", "2025-03-05")


@pytest.mark.parametrize(
    ("year", "announced"),
    [
        # As Morocco's ministry announced them after the moon was seen.
        (2023, date(2023, 3, 23)),
        (2024, date(2024, 3, 12)),
        (2025, date(2025, 3, 2)),
        (2026, date(2026, 2, 19)),
    ],
)
def test_ramadan_by_calculation_is_within_a_day_of_what_was_announced(
    year: int, announced: date
) -> None:
    first, last = ramadan(year)
    assert abs((first - announced).days) <= 1
    assert (last - first).days == 29


def test_of_two_ramadans_in_one_year_the_first_is_told() -> None:
    first, _ = ramadan(2030)
    assert first.month == 1
