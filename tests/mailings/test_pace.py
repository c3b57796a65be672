"""A worker asks once per group: who may go now, and how long the others wait."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import redis
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailer.mailings import limiting
from mailer.mailings.models import LimitScope
from mailer.mailings.pace import BELIEVED, Pace
from tests.people import WEDNESDAY
from tests.servers import Redis

pytestmark = pytest.mark.django_db

RELAY, DOMAIN = LimitScope.RELAY, LimitScope.DOMAIN


@pytest.fixture
def client(store: Redis) -> Iterator["redis.Redis"]:
    """A line to it; it has been there for long, and knows of nothing yet."""
    with redis.Redis.from_url(store.url) as line:
        line.flushall()
        line.set("mailer:pace:since", 0)
        yield line


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def pace(store: Redis, client: "redis.Redis", clock: Hands) -> Iterator[Pace]:
    """A worker's pace."""
    made = Pace(store.url, clock)
    yield made
    made.close()


def limit(scope: LimitScope, name: str, figure: str) -> None:
    limiting.set_limit(scope, name, Decimal(figure), WEDNESDAY)


def test_without_a_limit_everybody_goes_and_redis_is_not_asked() -> None:
    pace = Pace("unix:///nowhere/redis.sock")
    assert pace.waits(["a@gmail.com", "b@example.org"]) == [0, 0]
    assert pace.relay("relay:25", 700) == (700, 0)
    pace.give_back("relay:25", 3)


def test_a_limit_of_others_costs_no_question() -> None:
    limit(DOMAIN, "gmail.com", "1")
    pace = Pace("unix:///nowhere/redis.sock")
    assert pace.waits(["b@example.org"]) == [0]
    assert pace.relay("relay:25", 700) == (700, 0)


def test_one_provider_waits_and_the_others_pass_it(pace: Pace) -> None:
    limit(DOMAIN, "gmail.com", "0.5")
    group = ["a@gmail.com", "b@example.org", "c@GoogleMail.com", "d@gmail.com", "e@example.org"]
    waits = pace.waits(group)
    assert (waits[0], waits[1], waits[4]) == (0, 0, 0)
    assert waits[2:4] == [pytest.approx(1, abs=0.01), pytest.approx(3, abs=0.01)]
    (last,) = pace.waits(["f@gmail.com"])
    assert 3 < last <= 5, "behind the two before"


def test_every_domain_has_the_common_pace_by_itself(pace: Pace) -> None:
    limit(DOMAIN, "*", "0.001")
    limit(DOMAIN, "free.fr", "1000")
    group = ["a@one.example", "b@two.example", "c@one.example", "d@free.fr", "e@free.fr"]
    waits = pace.waits(group)
    assert [bool(wait) for wait in waits] == [False, False, True, False, False]


def test_a_domain_that_cannot_be_read_has_a_pace_too(pace: Pace) -> None:
    limit(DOMAIN, "*", "0.001")
    waits = pace.waits(["a@-", "b@-", "", ""])
    assert [bool(wait) for wait in waits] == [False, True, False, True]


def test_a_relay_takes_so_many_and_says_when_to_ask_again(pace: Pace) -> None:
    limit(RELAY, "relay:25", "0.01")
    limit(RELAY, "fast:25", "20")
    assert pace.relay("fast:25", 500).messages == 21
    first, second = pace.relay("relay:25", 500), pace.relay("relay:25", 500)
    assert (first.messages, second.messages) == (1, 0)
    assert 90 < second.again_in <= 99
    assert pace.relay("other:25", 500) == (500, 0)
    pace.give_back("relay:25", 1)
    assert pace.relay("relay:25", 500).messages == 1
    assert pace.relay("relay:25", 500).messages == 0


def test_a_change_holds_within_two_seconds_and_not_by_asking_all_the_time(
    pace: Pace, clock: Hands
) -> None:
    limit(RELAY, "relay:25", "0.01")
    assert pace.relay("relay:25", 50).messages == 1
    limit(RELAY, "relay:25", "10")
    with CaptureQueriesContext(connection) as asked:
        assert pace.relay("relay:25", 50).again_in > 50
        pace.waits(["a@example.org"])
    assert len(asked) == 0
    clock.at += BELIEVED
    assert pace.relay("relay:25", 50).again_in < 1
    limiting.take_away(RELAY, "relay:25", WEDNESDAY)
    clock.at += BELIEVED
    assert pace.relay("relay:25", 5000) == (5000, 0)


def test_redis_is_asked_once_for_a_whole_group(pace: Pace, client: "redis.Redis") -> None:
    limit(DOMAIN, "*", "5")
    before = _commands(client)
    pace.waits([f"r{n}@d{n % 300}.example" for n in range(2000)])
    after = _commands(client)
    assert after["evalsha"] - before.get("evalsha", 0) <= 2, "once more where it is not known yet"
    pace.waits([f"r{n}@d{n % 300}.example" for n in range(2000)])
    assert _commands(client)["evalsha"] == after["evalsha"] + 1


def _commands(client: "redis.Redis") -> dict[str, int]:
    told = client.info("commandstats")
    return {name.removeprefix("cmdstat_"): one["calls"] for name, one in told.items()}
