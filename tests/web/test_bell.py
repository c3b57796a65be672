"""Many sign-ups, few rings, and nobody who is not rung for."""

import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from mailer.web.public import bell

pytestmark = pytest.mark.once


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were asked for."""
    told: list[str] = []
    monkeypatch.setattr(bell, "ring", lambda task: told.append(task.name))
    monkeypatch.setattr(bell, "_bells", {})
    return told


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """The rings that are to follow, for the test to let them."""
    waiting: list[Callable[[], None]] = []

    class Timer:
        """One that waits for the test."""

        daemon = False

        def __init__(self, _wait: float, call: Callable[..., None], words: list[object]) -> None:
            waiting.append(lambda: call(*words))

        def start(self) -> None:
            """Nothing yet."""

    monkeypatch.setattr(bell, "threading", SimpleNamespace(Timer=Timer, Lock=threading.Lock))
    return waiting


def test_the_first_is_rung_for_at_once_and_the_others_by_one_ring_that_follows(
    rung: list[str], later: list[Callable[[], None]]
) -> None:
    task = SimpleNamespace(name="take")
    for _ in range(100):
        bell.ring_soon(task)
    assert (rung, len(later)) == (["take"], 1)
    later.pop()()
    assert rung == ["take", "take"]
    bell.ring_soon(task)
    assert len(later) == 1


def test_after_half_a_second_of_rest_a_ring_is_at_once_again(
    rung: list[str], later: list[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(bell, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    for clock[0] in (1.0, 1.6, 2.2):
        bell.ring_soon(SimpleNamespace(name="take"))
    assert (rung, later) == (["take"] * 3, [])


def test_a_ring_for_one_task_is_none_for_another(
    rung: list[str], later: list[Callable[[], None]]
) -> None:
    for name in ("take", "send"):
        bell.ring_soon(SimpleNamespace(name=name))
    assert rung == ["take", "send"]
