"""How many sign-ups an hour lets through."""

from hypothesis import given
from hypothesis import strategies as st

from mailer.subscribers.quota import HOUR, Quota, Window


def test_a_network_has_its_share_and_the_others_theirs() -> None:
    window = Window()
    told = [window.admit("proven", "a", Quota(2, 10), 0) for _ in range(4)]
    assert told == [True, True, False, False]
    assert window.admit("proven", "b", Quota(2, 10), 0)


def test_everybody_together_has_a_limit_and_a_network_that_is_over_its_own_uses_up_none() -> None:
    window = Window()
    for _ in range(50):
        window.admit("proven", "flood", Quota(2, 4), 0)
    told = [window.admit("proven", name, Quota(2, 4), 0) for name in "abc"]
    assert told == [True, True, False]


def test_an_hour_later_all_begins_anew() -> None:
    window = Window()
    assert [window.admit("x", "a", Quota(1, 1), at) for at in (0, 1, HOUR)] == [True, False, True]


def test_who_shows_no_work_uses_up_nothing_of_those_who_do() -> None:
    window = Window()
    while window.admit("unproven", "a", Quota(5, 5), 0):
        pass
    assert window.admit("proven", "a", Quota(5, 5), 0)


def test_a_network_that_is_not_known_counts_with_everybody_only() -> None:
    window = Window()
    assert [window.admit("x", "", Quota(1, 3), 0) for _ in range(4)] == [True, True, True, False]


def test_a_part_of_a_quota_is_never_nothing() -> None:
    assert Quota(3, 100).part(5) == Quota(1, 20)


@given(st.lists(st.sampled_from("abcdef"), max_size=80), st.integers(1, 5), st.integers(1, 20))
def test_no_order_lets_more_through_than_the_limits(
    networks: list[str], most: int, everybody: int
) -> None:
    window = Window()
    passed = [one for one in networks if window.admit("x", one, Quota(most, everybody), 0)]
    assert len(passed) <= everybody
    assert all(passed.count(one) <= most for one in passed)
