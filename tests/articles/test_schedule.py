from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.articles.schedule import (
    Standing,
    freshness,
    next_visit,
    retry_after,
    standing,
)

NOW = datetime(2025, 5, 21, 6, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = Standing("active", 0, 0)


def pause(
    interval: timedelta = HOUR, after: Standing = WELL, asked: int = 0, seed: str = ""
) -> float:
    """Minutes to the next visit."""
    visit = next_visit(NOW, interval=interval, after=after, asked=asked, seed=seed)
    return (visit - NOW).total_seconds() / 60


def test_a_source_is_visited_every_hour_give_or_take_a_fifth() -> None:
    pauses = [pause(seed=str(n)) for n in range(200)]
    assert 48 <= min(pauses) < 52
    assert 68 < max(pauses) <= 72
    assert pause(seed="a") == pause(seed="a")


def test_what_the_feed_asks_for_is_never_undercut() -> None:
    assert min(pause(asked=6 * 3600, seed=str(n)) for n in range(50)) >= 360


def test_each_failure_doubles_the_pause_up_to_a_day() -> None:
    pauses = [pause(after=Standing("active", n, 0), seed="x") for n in range(9)]
    assert pauses == sorted(pauses)
    assert pauses[1] == pytest.approx(2 * pauses[0])
    assert pauses[-1] >= 24 * 60 * 0.8


@given(
    st.integers(0, 10_000_000),
    st.integers(0, 10_000),
    st.integers(0, 50),
    st.sampled_from(["active", "broken", "gone", "paused"]),
    st.text(max_size=4),
)
def test_a_visit_is_never_sooner_than_a_quarter_hour_nor_later_than_a_day(
    asked: int, minutes: int, failures: int, state: str, seed: str
) -> None:
    after = Standing(state, failures, 0)  # type: ignore[arg-type]  # sampled from its values
    visit = next_visit(
        NOW, interval=timedelta(minutes=minutes), after=after, asked=asked, seed=seed
    )
    assert timedelta(minutes=15) <= visit - NOW <= timedelta(hours=24)


def test_three_unreadable_visits_break_a_source_and_one_good_one_mends_it() -> None:
    now = WELL
    for _ in range(3):
        assert now.state == "active"
        now = standing(now, "unreadable")
    assert now == Standing("broken", 3, 3)
    assert pause(after=now) >= 24 * 60 * 0.8
    assert standing(now, "read") == WELL


def test_unreachable_visits_alone_do_not_break_a_source() -> None:
    now = WELL
    for _ in range(10):
        now = standing(now, "unreachable")
    assert now == Standing("active", 10, 0)


def test_a_410_ends_the_visits_and_a_paused_source_stays_paused() -> None:
    assert standing(WELL, "gone").state == "gone"
    assert standing(Standing("gone", 4, 0), "unreachable").state == "gone"
    assert standing(Standing("paused", 1, 1), "read") == Standing("paused", 0, 0)


@pytest.mark.parametrize(
    ("cache_control", "expires", "seconds"),
    [
        ("max-age=3600, public", "", 3600),
        ("public, max-age=60", "Wed, 21 May 2025 09:30:00 GMT", 60),
        ("", "Wed, 21 May 2025 07:30:00 GMT", 3600),
        ("no-cache, max-age=3600", "", 0),
        ("s-maxage=90", "", 0),
        ("", "0", 0),
        ("", "-1", 0),
        ("", "Wed, 21 May 2020 07:30:00 GMT", 0),
        ("", "", 0),
    ],
)
def test_freshness_is_read_from_the_headers(cache_control: str, expires: str, seconds: int) -> None:
    assert freshness(cache_control, expires, NOW) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("Wed, 21 May 2025 06:40:00 GMT", 600), ("soon", 0), ("-5", 0), ("", 0)],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int) -> None:
    assert retry_after(value, NOW) == seconds
