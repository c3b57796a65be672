import threading

import pytest

from mailer.articles.pace import Pace


class Clock:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.time = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def test_two_visits_to_a_host_are_two_seconds_apart_and_another_host_does_not_wait() -> None:
    clock = Clock()
    pace = Pace(clock=clock.now, sleep=clock.sleep)
    with pace.turn("a.ma"):
        clock.time += 5
    with pace.turn("b.ma"):
        pass
    clock.time += 0.5
    with pace.turn("a.ma"):
        pass
    assert clock.slept == [1.5]


def test_a_visit_that_fails_gives_its_turn_back() -> None:
    pace = Pace(pause=0)
    with pytest.raises(ValueError, match="x"), pace.turn("a.ma"):
        raise ValueError("x")
    with pace.turn("a.ma"):
        pass


def test_no_two_are_at_one_host_at_once() -> None:
    pace = Pace(pause=0)
    inside: list[int] = []
    most: list[int] = []

    def visit() -> None:
        for _ in range(50):
            with pace.turn("a.ma"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 200
    assert max(most) == 1
