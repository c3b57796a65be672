"""Counts that web processes share, in a Redis that is asked, killed and started again."""

import logging
from collections.abc import Iterator

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.subscribers.quota import ALONE, HOUR, UNPROVEN, Quota, Window
from mailer.subscribers.turnstile import Turnstile
from tests.servers import Redis

pytestmark = pytest.mark.once
AT = 1_747_800_000.0


@pytest.fixture(scope="module")
def store() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.booleans()), max_size=40),
    st.integers(1, 4),
    st.integers(1, 12),
)
def test_redis_counts_as_the_rule_says(
    store: Redis, asked: list[tuple[str, bool]], network: int, everybody: int
) -> None:
    store.flush()
    turnstile, window = Turnstile(store.url, lambda: AT), Window()
    quota = Quota(network, everybody)
    for name, proven in asked:
        lane, most = ("proven", quota) if proven else ("unproven", quota.part(UNPROVEN))
        expected = window.admit(lane, name, most, AT)
        assert turnstile.admit(name, quota, proven=proven) == expected
    turnstile.close()


def test_two_processes_share_one_count_and_forget_it_within_an_hour(store: Redis) -> None:
    store.flush()
    one, other = Turnstile(store.url, lambda: AT), Turnstile(store.url, lambda: AT)
    quota = Quota(1, 10)
    assert one.admit("a", quota, proven=True)
    assert not other.admit("a", quota, proven=True)
    with redis.Redis.from_url(store.url) as line:
        assert all(0 < line.ttl(key) <= HOUR for key in line.keys("mailer:signups:*"))
    one.close()
    other.close()


def test_a_flood_from_many_networks_leaves_no_more_counts_than_the_limit(store: Redis) -> None:
    store.flush()
    turnstile = Turnstile(store.url, lambda: AT)
    for number in range(200):
        turnstile.admit(f"network {number}", Quota(3, 20), proven=True)
    with redis.Redis.from_url(store.url) as line:
        assert line.dbsize() <= 21
    turnstile.close()


def test_without_redis_the_limits_are_stricter_and_never_open(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = [AT]
    with Redis() as server:
        turnstile = Turnstile(server.url, lambda: clock[0])
        assert turnstile.admit("a", Quota(8, 100), proven=True)
        server.kill()
        caplog.set_level(logging.WARNING, "mailer")
        told = [turnstile.admit("a", Quota(8, 100), proven=True) for _ in range(8)]
        assert told == [True] * (8 // ALONE) + [False] * (8 - 8 // ALONE)
        assert len(caplog.records) == 1
        server.start()
        assert not turnstile.admit("a", Quota(8, 100), proven=True)
        clock[0] += 6
        assert turnstile.admit("a", Quota(8, 100), proven=True)
        turnstile.close()
