"""How mail is shared among several relays, as figures."""

from collections import Counter

from mailer.smtp.relay import Relay, parse_relays
from mailer.smtp.weights import Turns, connections, heaviest_first


def relays(*weights: int, connections: int = 10) -> list[Relay]:
    return [Relay(f"mx{n}", weight=w, connections=connections) for n, w in enumerate(weights)]


def test_the_heaviest_has_all_its_connections_and_the_others_their_part() -> None:
    assert connections(relays(3, 1)) == [10, 3]
    assert connections(relays(1, 1, 1)) == [10, 10, 10]
    assert connections(relays(100, 1)) == [10, 1]
    assert connections(relays(1, 50, connections=1)) == [1, 1]
    assert connections(parse_relays("smtp://a?connections=2&weight=3 smtp://b")) == [2, 3]


def test_the_heaviest_is_tried_first_and_equals_as_they_are_written() -> None:
    assert [relay.host for relay in heaviest_first(relays(1, 3, 2, 3))] == [
        *("mx1", "mx3", "mx2", "mx0"),
    ]


def test_one_mail_at_a_time_goes_by_turns_as_the_weights_are() -> None:
    turns = Turns(relays(3, 1))
    went: Counter[int] = Counter()
    for _ in range(400):
        first = turns.order([True, True])[0]
        turns.took(first)
        went[first] += 1
    assert went == {0: 300, 1: 100}


def test_who_was_away_does_not_get_all_there_is_once_it_is_back() -> None:
    turns = Turns(relays(1, 1))
    for _ in range(1000):
        assert turns.order([True, False])[0] == 0
        turns.took(0)
    went: Counter[int] = Counter()
    for _ in range(100):
        first = turns.order([True, True])[0]
        turns.took(first)
        went[first] += 1
    assert went == {0: 50, 1: 50}


def test_while_nobody_can_be_reached_there_is_an_order_all_the_same() -> None:
    assert sorted(Turns(relays(3, 1)).order([False, False])) == [0, 1]
