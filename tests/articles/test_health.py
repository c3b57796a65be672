from dataclasses import replace
from datetime import timedelta

from mailer.articles.health import Facts, health
from tests.people import WEDNESDAY as NOW

WELL = Facts(
    state="active",
    visited=True,
    failures=0,
    failing_since=None,
    last_fetched_at=NOW,
    next_fetch_at=NOW + timedelta(minutes=40),
    newest=NOW - timedelta(hours=2),
)


def told(facts: Facts) -> tuple[str, str]:
    found = health(facts, NOW)
    return found.level, found.words["id"] % found.words["values"] if found.words else ""


def test_who_is_well_needs_no_words() -> None:
    assert told(WELL) == ("well", "")
    assert told(replace(WELL, visited=False, state="paused")) == ("well", "")


def test_trouble_says_how_often_and_when_next_and_after_days_what_to_do() -> None:
    failing = replace(WELL, failures=2, failing_since=NOW - timedelta(hours=3))
    assert told(failing) == (
        "troubled",
        "Visits failed in a row: 2. The next try is in 40 min.",
    )
    level, words = told(replace(failing, failing_since=NOW - timedelta(days=9)))
    assert level == "troubled"
    assert "for 9 days" in words
    assert "add that one" in words
    assert told(replace(failing, failing_since=None))[0] == "troubled"


def test_a_silence_may_mean_that_the_feed_has_moved() -> None:
    assert "Nothing new for 40 days" in told(replace(WELL, newest=NOW - timedelta(days=40)))[1]
    assert "no article" in told(replace(WELL, newest=None))[1]


def test_what_is_not_visited_says_why() -> None:
    assert told(replace(WELL, state="paused"))[0] == "paused"
    assert "new address" in told(replace(WELL, state="gone", failures=3))[1]
    assert "within a minute" in told(replace(WELL, last_fetched_at=None, newest=None))[1]
