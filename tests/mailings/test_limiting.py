"""A person sets limits, and changes them while a mailing runs."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from mailer.errors import NotFound, Refused
from mailer.mailings import control
from mailer.mailings.limiting import AGAIN, SEEN, let_go, set_limit, standing, take_away
from mailer.mailings.models import Limit, LimitScope, Span
from mailer.mailings.pace import Pace
from mailer.mailings.retry import Decision, Kind
from mailer.mailings.spans import waiting
from tests.mailings.story import started, wait_again
from tests.people import WEDNESDAY
from tests.servers import Redis

pytestmark = pytest.mark.django_db

RELAY, DOMAIN = LimitScope.RELAY, LimitScope.DOMAIN
FIVE = Decimal(5)


@pytest.fixture(autouse=True)
def _redis(store: Redis, settings: Any) -> None:
    """The workers' memory of paces."""
    settings.REDIS_URL = store.url


def test_a_limit_has_one_row_whichever_of_its_domains_was_typed() -> None:
    set_limit(DOMAIN, "Wanadoo.fr", FIVE, WEDNESDAY)
    set_limit(DOMAIN, "orange.fr", Decimal(3), WEDNESDAY)
    (only,) = standing()
    assert (only.name, only.per_second) == ("orange.fr", 3)


def test_relays_are_listed_first_and_every_other_domain_last() -> None:
    for name in ("*", "yahoo.fr", "gmail.com"):
        set_limit(DOMAIN, name, FIVE, WEDNESDAY)
    set_limit(RELAY, "relay.example.org:25", FIVE, WEDNESDAY)
    assert [one.name for one in standing()] == [
        "relay.example.org:25",
        "gmail.com",
        "yahoo.com",
        "*",
    ]


def test_what_is_not_limited_cannot_be_taken_away() -> None:
    with pytest.raises(NotFound, match=r"no limit for gmail\.com"):
        take_away(DOMAIN, "googlemail.com", WEDNESDAY)
    set_limit(DOMAIN, "gmail.com", FIVE, WEDNESDAY)
    assert take_away(DOMAIN, "googlemail.com", WEDNESDAY) == "gmail.com"
    assert standing() == []
    with pytest.raises(NotFound):
        take_away(DOMAIN, "gmail.com", WEDNESDAY)


def test_a_limit_that_was_taken_away_can_be_set_again() -> None:
    set_limit(DOMAIN, "gmail.com", FIVE, WEDNESDAY)
    take_away(DOMAIN, "gmail.com", WEDNESDAY)
    set_limit(DOMAIN, "gmail.com", FIVE, WEDNESDAY)
    let_go(WEDNESDAY + AGAIN)
    assert [one.name for one in standing()] == ["gmail.com"]


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        set_limit(RELAY, "gmail.com", FIVE, WEDNESDAY)
    with pytest.raises(Refused):
        set_limit(DOMAIN, "not a domain", FIVE, WEDNESDAY)
    assert not Limit.objects.exists()


def put_off(until: datetime) -> None:
    """Everybody waits for a moment that was given out."""
    Span.objects.update(due_at=until)


def test_who_waits_for_a_slower_pace_is_let_go_once_every_worker_knows_the_new_one() -> None:
    mailing, now = started(5), timezone.now()
    wait_again(mailing, 1, Decision("deferred", Kind.LATER, timedelta(hours=3)))
    put_off(now + timedelta(hours=3))
    set_limit(DOMAIN, "example.org", FIVE, now)
    assert let_go(now + SEEN / 2) == 0, "a worker may still think of the old pace"
    assert let_go(now + SEEN) == 4
    assert let_go(now + SEEN) == 0
    # A server asked the first to wait.
    assert [(one.first, one.last) for one in waiting(now + SEEN)] == [
        (mailing.first + 1, mailing.last)
    ]


def test_who_was_just_being_put_back_is_let_go_a_minute_later() -> None:
    started(5)
    now = timezone.now()
    set_limit(DOMAIN, "example.org", FIVE, now)
    assert let_go(now + SEEN) == 0
    put_off(now + timedelta(hours=3))
    assert let_go(now + AGAIN / 2) == 0
    assert let_go(now + AGAIN) == 5
    put_off(now + timedelta(hours=3))
    assert let_go(now + timedelta(hours=1)) == 0, "now they wait for the new pace"


def test_the_moments_given_out_are_forgotten_when_all_are_let_go(store: Redis) -> None:
    started(1)
    now, pace = timezone.now(), Pace(store.url)
    set_limit(DOMAIN, "example.org", FIVE, now)
    many = ["a@example.org"] * 1000
    assert pace.waits(many)[-1] < pace.waits(many)[-1]
    let_go(now + SEEN)
    assert max(pace.waits(many)) <= 200
    pace.close()


def test_without_redis_nobody_is_let_go_until_it_is_back(settings: Any, store: Redis) -> None:
    started(2)
    now = timezone.now()
    put_off(now + timedelta(hours=3))
    set_limit(DOMAIN, "example.org", FIVE, now)
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    assert let_go(now + SEEN) == 0
    settings.REDIS_URL = store.url
    assert let_go(now + SEEN) == 2


def test_who_waits_is_let_go_when_a_limit_is_taken_away_even_while_paused() -> None:
    mailing, now = started(3), timezone.now()
    set_limit(DOMAIN, "example.org", FIVE, now)
    let_go(now + AGAIN)
    put_off(now + timedelta(days=1))
    control.pause(mailing.pk, None)
    take_away(DOMAIN, "example.org", now)
    assert let_go(now + SEEN) == 3
    let_go(now + AGAIN)
    assert not Limit.objects.exists()


def test_nobody_is_let_go_by_a_limit_that_became_slower() -> None:
    started(3)
    now = timezone.now()
    set_limit(DOMAIN, "example.org", FIVE, now)
    let_go(now + AGAIN)
    put_off(now + timedelta(hours=1))
    set_limit(DOMAIN, "example.org", Decimal(1), now)
    assert let_go(now + AGAIN) == 0


def test_who_was_to_be_let_go_is_although_the_pace_is_then_lowered_a_little() -> None:
    started(3)
    now = timezone.now()
    set_limit(DOMAIN, "example.org", Decimal(2), now)
    let_go(now + AGAIN)
    put_off(now + timedelta(hours=1))
    set_limit(DOMAIN, "example.org", Decimal(50), now)
    set_limit(DOMAIN, "example.org", Decimal(20), now)
    assert let_go(now + SEEN) == 3


def test_nobody_waits_for_a_relay() -> None:
    started(3)
    now = timezone.now()
    put_off(now + timedelta(hours=1))
    set_limit(RELAY, "relay:25", FIVE, now)
    assert let_go(now + AGAIN) == 0
    take_away(RELAY, "relay:25", now)
    assert let_go(now + AGAIN) == 0
    assert not Limit.objects.exists()


def test_a_mailing_that_is_over_is_left_alone() -> None:
    mailing, now = started(5), timezone.now()
    put_off(now + timedelta(hours=1))
    control.cancel(mailing.pk, None, now)
    set_limit(DOMAIN, "*", FIVE, now)
    assert let_go(now + SEEN) == 0
