"""When connections are opened."""

from mailer.errors import RelayError
from mailer.smtp.openings import Openings, backoff

DOWN = RelayError("down")


def test_as_many_are_opened_as_there_is_work_for() -> None:
    openings = Openings(10)
    assert openings.wanted(standing=0, waiting=3, now=0) == 3
    assert openings.wanted(standing=4, waiting=100, now=0) == 6
    openings.under_way = 6
    assert openings.wanted(standing=4, waiting=100, now=0) == 0


def test_the_wait_doubles_up_to_a_minute() -> None:
    assert [backoff(n) for n in (1, 2, 3, 8, 9, 5000)] == [0.5, 1, 2, 60, 60, 60]


def test_a_relay_is_unreachable_when_nothing_stands_and_nothing_is_tried() -> None:
    openings = Openings(10)
    openings.under_way = 1
    openings.failed(DOWN, standing=0, now=10)
    assert openings.unreachable is None
    openings.under_way = 0
    openings.failed(DOWN, standing=0, now=10)
    assert openings.unreachable is DOWN
    openings.succeeded()
    assert openings.unreachable is None


def test_ten_refusals_at_once_count_as_one() -> None:
    openings = Openings(10)
    for _ in range(10):
        openings.failed(DOWN, standing=0, now=10)
    assert openings.retry_at(waiting=0) == 10.5


def test_after_a_failure_one_is_tried_at_a_time() -> None:
    openings = Openings(10)
    openings.failed(DOWN, standing=0, now=10)
    assert openings.wanted(standing=0, waiting=50, now=10.1) == 0
    assert openings.wanted(standing=0, waiting=0, now=10.6) == 1


def test_a_relay_that_takes_two_connections_is_reachable_and_asked_ever_less() -> None:
    openings = Openings(10)
    openings.failed(DOWN, standing=2, now=10)
    assert openings.unreachable is None
    openings.proven(born=5)
    openings.failed(DOWN, standing=2, now=20)
    assert openings.retry_at(waiting=5) == 21
    assert openings.retry_at(waiting=0) is None


def test_a_connection_that_carries_mail_after_the_failure_ends_the_wait() -> None:
    openings = Openings(10)
    openings.failed(DOWN, standing=0, now=10)
    openings.proven(born=11)
    assert openings.wanted(standing=1, waiting=50, now=12) == 9
