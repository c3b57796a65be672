from dataclasses import replace
from datetime import timedelta

from mailer.articles.answers import Fetched
from mailer.articles.feed import ParsedFeed
from mailer.articles.noting import Before, Visit, columns
from mailer.errors import FetchError, ParseError
from tests.people import WEDNESDAY

BEFORE = Before(
    id=1,
    title="",
    interval_minutes=60,
    ttl_minutes=0,
    state="active",
    failures=0,
    parse_failures=0,
    moved_to="",
    moved_count=0,
)
FETCHED = Fetched(200, b"x", "", "https://h.ma/f", etag='"2"', last_modified="then")
FEED = ParsedFeed(title="Le Matin", language="fr", ttl_minutes=120, entries=())


def test_a_good_visit_clears_the_error_and_keeps_the_validators() -> None:
    noted = columns(replace(BEFORE, failures=4), Visit("read", FETCHED, FEED), WEDNESDAY)
    assert (noted["state"], noted["failures"], noted["error"]) == ("active", 0, None)
    assert (noted["etag"], noted["last_modified"], noted["title"]) == ('"2"', "then", "Le Matin")
    assert noted["next_fetch_at"] >= WEDNESDAY + timedelta(hours=2)  # the ttl


def test_an_unreadable_feed_leaves_the_validators_so_that_no_304_hides_it() -> None:
    noted = columns(BEFORE, Visit("unreadable", FETCHED, error=ParseError("broken")), WEDNESDAY)
    assert "etag" not in noted
    assert (noted["failures"], noted["parse_failures"], noted["last_status"]) == (1, 1, 200)
    assert noted["error"] == {"id": "broken", "values": {}}


def test_a_304_keeps_what_it_does_not_say_and_the_pause_the_feed_asked_for() -> None:
    answer = Fetched(304, b"", "", "https://h.ma/f", last_modified="now")
    noted = columns(replace(BEFORE, ttl_minutes=300), Visit("unchanged", answer), WEDNESDAY)
    assert "etag" not in noted
    assert (noted["last_modified"], noted["ttl_minutes"]) == ("now", 300)
    assert noted["next_fetch_at"] >= WEDNESDAY + timedelta(hours=5)


def test_a_server_that_is_tired_is_left_alone_as_long_as_it_asks() -> None:
    answer = Fetched(429, b"", "", "https://h.ma/f", retry_after=4 * 3600, fresh_for=9)
    noted = columns(BEFORE, Visit("unreachable", answer, error=FetchError("later")), WEDNESDAY)
    assert noted["next_fetch_at"] >= WEDNESDAY + timedelta(hours=4)


def test_a_name_that_staff_gave_stays() -> None:
    noted = columns(replace(BEFORE, title="Notre nom"), Visit("read", FETCHED, FEED), WEDNESDAY)
    assert "title" not in noted


def test_permanent_redirects_are_counted_while_they_agree() -> None:
    moved = replace(FETCHED, moved_to="https://h.ma/new")
    counted = columns(
        replace(BEFORE, moved_to="https://h.ma/new", moved_count=1),
        Visit("read", moved, FEED),
        WEDNESDAY,
    )
    assert (counted["moved_to"], counted["moved_count"]) == ("https://h.ma/new", 2)
    other = columns(
        replace(BEFORE, moved_to="https://h.ma/other", moved_count=2),
        Visit("read", moved, FEED),
        WEDNESDAY,
    )
    assert other["moved_count"] == 1
    none = columns(
        replace(BEFORE, moved_to="x", moved_count=2), Visit("read", FETCHED, FEED), WEDNESDAY
    )
    assert (none["moved_to"], none["moved_count"]) == ("", 0)
