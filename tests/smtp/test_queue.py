"""Envelopes that wait."""

import math

from mailer.smtp.queue import Queue
from tests.fakes.post import letters

AMINA, BILAL, CHLOE = letters("amina@example.org", "bilal@example.org", "chloe@example.org")


def test_who_came_first_goes_first() -> None:
    queue = Queue()
    assert queue.add([AMINA, BILAL], 5) == 2
    assert queue.add([CHLOE], 3) == 1
    assert (queue.take(), queue.take(), queue.take()) == ((AMINA, 5), (BILAL, 5), (CHLOE, 3))
    assert queue.take() is None


def test_the_late_leave_wherever_they_stand() -> None:
    queue = Queue()
    queue.add([AMINA], 5)
    queue.add([BILAL], 3)
    queue.add([CHLOE], math.inf)
    assert queue.until == 3
    assert queue.take_late(2.9) == []
    assert queue.take_late(3) == [BILAL]
    assert (queue.until, len(queue)) == (5, 2)
    assert queue.take_late(9) == [AMINA]
    assert queue.until == math.inf


def test_all_can_be_taken_back() -> None:
    queue = Queue()
    queue.add([AMINA, BILAL], 5)
    assert queue.take_all() == [AMINA, BILAL]
    assert (len(queue), queue.until) == (0, math.inf)
