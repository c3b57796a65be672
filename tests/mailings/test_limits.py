"""How fast mail may go: whom a limit covers, and a day of sending under one."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.errors import Refused
from mailer.mailings.limits import (
    SECOND,
    Book,
    Limits,
    Rate,
    covered,
    decide,
    domain_name,
    limits,
    new_book,
    per_second,
    relay_name,
)
from tests.mailings.paces import World, rate_of

pytestmark = pytest.mark.once

NOON = 1_750_000_000 * SECOND


def a_limit(scope: str, name: str, figure: str) -> tuple[str, str, Decimal]:
    return scope, name, Decimal(figure)


def full(rate: Rate) -> Book:
    return new_book(rate, 0.0)


def test_a_full_bucket_gives_a_seconds_worth_and_one_more_then_one_at_each_step() -> None:
    ten = rate_of(10)
    turn, book = decide(full(ten), ten, 50, NOON)
    assert turn.go == 11
    assert decide(book, ten, 50, NOON)[0].go == 0
    assert decide(book, ten, 50, NOON + 0.1 * SECOND)[0].go == 1
    assert decide(book, ten, 50, NOON + 60 * SECOND)[0].go == 11


def test_a_slow_pace_lets_one_pass_at_a_time() -> None:
    hourly = rate_of(1 / 3600)
    turn, book = decide(full(hourly), hourly, 3, NOON)
    # A second early is in time: who asks seldom must not lose by it.
    assert (turn.go, turn.wait / SECOND) == (1, 3599)
    assert decide(book, hourly, 3, NOON + 3598 * SECOND)[0].go == 0
    assert decide(book, hourly, 3, NOON + 3599 * SECOND)[0].go == 1


def test_the_surplus_of_two_questions_stands_in_one_queue() -> None:
    two = rate_of(2)
    first, book = decide(full(two), two, 103, NOON)
    assert (first.go, first.wait / SECOND) == (3, 0.5)
    second, _ = decide(book, two, 10, NOON)
    # A hundred were given out, half a second apart.
    assert (second.go, second.wait / SECOND) == (0, 50.5)


def test_what_was_not_used_is_given_back() -> None:
    ten = rate_of(10)
    _, book = decide(full(ten), ten, 11, NOON)
    _, book = decide(book, ten, -4, NOON)
    assert decide(book, ten, 50, NOON)[0].go == 4


def test_a_pace_that_was_forgotten_begins_empty() -> None:
    ten = rate_of(10)
    book = new_book(ten, NOON)
    assert decide(book, ten, 50, NOON)[0].go == 0
    assert decide(book, ten, 50, NOON + 0.5 * SECOND)[0].go == 5
    assert decide(book, ten, 50, NOON + 60 * SECOND)[0].go == 11


def test_a_clock_that_goes_back_closes_a_pace_for_a_second_and_a_step_at_most() -> None:
    ten = rate_of(10)
    _, book = decide(full(ten), ten, 5000, NOON)
    yesterday = NOON - 86400 * SECOND
    turn, book = decide(book, ten, 1, yesterday)
    assert (turn.go, turn.wait / SECOND) == (0, 0.1)
    assert decide(book, ten, 50, yesterday + 1.1 * SECOND)[0].go == 11


def test_a_limit_covers_the_domains_of_its_provider_and_no_other() -> None:
    found = limits([a_limit("domain", "gmail.com", "20")])
    assert found.of_domain("googlemail.com") == found.of_domain("gmail.com")
    assert found.of_domain("gmail.com") is not None
    assert found.of_domain("example.org") is None
    assert covered("orange.fr") == ("wanadoo.fr",)
    assert domain_name("@WANADOO.fr ") == "orange.fr"
    assert domain_name("إختبار.example") == "xn--kgbechtv.example"


def test_the_limit_of_every_domain_holds_for_each_provider_by_itself() -> None:
    found = limits([a_limit("domain", "*", "2"), a_limit("domain", "gmail.com", "20")])
    hotmail, live, free = map(found.of_domain, ("hotmail.fr", "live.com", "free.fr"))
    assert hotmail == live
    assert hotmail is not None
    assert free is not None
    assert hotmail.key != free.key
    assert hotmail.step == free.step == 0.5 * SECOND
    gmail = found.of_domain("gmail.com")
    assert gmail is not None
    assert gmail.step == 0.05 * SECOND


def test_a_domain_that_gets_a_limit_of_its_own_keeps_what_it_has_spent() -> None:
    common = limits([a_limit("domain", "*", "2")]).of_domain("free.fr")
    own = limits([a_limit("domain", "free.fr", "20")]).of_domain("free.fr")
    assert common is not None
    assert own is not None
    assert common.key == own.key


def test_when_all_who_waited_are_let_go_the_queue_begins_anew() -> None:
    two = rate_of(2)
    _, book = decide(full(two), two, 1000, NOON)
    turn, _ = decide(book, two, 10, NOON, era=1)
    assert (turn.go, turn.wait / SECOND) == (0, 0.5)


def test_a_very_slow_pace_that_is_raised_is_open_within_a_second() -> None:
    hourly, ten = rate_of(1 / 3600), rate_of(10)
    _, book = decide(full(hourly), hourly, 5, NOON)
    _, book = decide(book, ten, 0, NOON)
    assert decide(book, ten, 50, NOON + 1.1 * SECOND)[0].go == 11


def test_no_limit_is_nothing_to_ask() -> None:
    assert not limits([])
    assert not Limits()
    assert limits([a_limit("relay", "mx:25", "1")])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Relay.Example.org:25", "relay.example.org:25"),
        ("[::1]:2525", "[::1]:2525"),
        (" 10.0.0.7:587 ", "10.0.0.7:587"),
    ],
)
def test_a_relay_is_named_as_it_names_itself(typed: str, name: str) -> None:
    assert relay_name(typed) == name


@pytest.mark.parametrize("typed", ["", "relay", "relay:", "relay:0", "smtp://relay:25", "a@b:25"])
def test_what_names_no_relay_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="host:port"):
        relay_name(typed)


@pytest.mark.parametrize("typed", ["", "@", "two words", "a..b", "x" * 300])
def test_what_names_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="not the name of a mail domain"):
        domain_name(typed)


@pytest.mark.parametrize(("typed", "figure"), [("20", "20"), ("0,5", "0.5"), ("٢٫٥", "2.5")])
def test_a_figure_is_read_as_it_is_typed_here(typed: str, figure: str) -> None:
    assert per_second(typed) == Decimal(figure)


@pytest.mark.parametrize("typed", ["", "0", "-1", "0.0001", "100001", "fast", "nan", "1e9", "inf"])
def test_what_is_no_pace_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="is no pace"):
        per_second(typed)


RATES = (0.3, 3, 20, 100, 700)


@given(
    lasts=st.floats(0, 60),
    rate=st.sampled_from(RATES),
    gap=st.floats(0.05, 0.95),
    workers=st.integers(1, 4),
    seed=st.integers(0, 999),
)
@settings(max_examples=150)
def test_while_workers_look_every_second_few_are_put_back_twice_and_no_moment_is_lost(
    lasts: float, rate: float, gap: float, workers: int, seed: int
) -> None:
    world = World(rows(rate, lasts), rate, gap, skews=(0.0,) * workers, seed=seed).run()
    # Once, and again who came due while those behind were being spread.
    assert max(world.put_back.values(), default=0) <= 2
    assert world.ended <= world.best + 2


@given(
    lasts=st.floats(10, 120),
    rate=st.sampled_from(RATES),
    gap=st.sampled_from([0.1, 0.3, 0.9]),
    stops=st.sampled_from([0, 0.01, 0.1]),
    skews=st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=4),
    flushes=st.lists(st.floats(0, 90), max_size=3),
    changes=st.lists(st.tuples(st.floats(0, 90), st.sampled_from(RATES[1:])), max_size=3),
    seed=st.integers(0, 999),
)
@settings(max_examples=200)
def test_whatever_happens_everybody_gets_the_mail_at_the_pace(
    lasts: float,
    rate: float,
    gap: float,
    stops: float,
    skews: list[float],
    flushes: list[float],
    changes: list[tuple[float, float]],
    seed: int,
) -> None:
    """Limits changed, Redis flushed, workers that stop and whose clocks differ: all in one."""
    world = World(
        rows(rate, lasts),
        rate,
        gap,
        stops,
        tuple(skews),
        flushes=tuple(flushes),
        changes=tuple(sorted(changes)),
        seed=seed,
    ).run()
    assert len(world.sent) == world.rows
    for pace, moments in world.passed.items():
        assert_never_open(pace, moments)
    # Nobody starves: once nothing more happens, it is over not long after the pace lets it be.
    assert world.ended <= world.calm + 2 * (world.best - world.calm) + 30
    # No livelock: what passes through workers' hands is in proportion to the pace.
    happenings = 2 + len(flushes) + 2 * len(changes)
    fastest = max([rate, *(figure for _, figure in changes)])
    assert world.claims <= happenings * (world.rows + fastest * (world.ended + 2))


def rows(rate: float, lasts: float) -> int:
    """So many recipients as take so many seconds, thousands at most."""
    return min(9000, 1 + int(rate * lasts))


def assert_never_open(pace: Rate, moments: list[float]) -> None:
    """In no stretch of time do more pass than it holds steps, a second's worth, and one."""
    rate = SECOND / pace.step
    # A pace is kept in whole microseconds: each question may lose a part of one.
    rounding = 1e-3 + len(set(moments)) * rate / SECOND
    least = float("inf")
    for number, at in enumerate(moments):
        least = min(least, number - rate * at)
        assert number + 1 - rate * at - least <= rate + 1 + rounding
