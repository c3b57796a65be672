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
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, for the test to turn."""
    now = [0.0]
    monkeypatch.setattr(bell, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.fixture
def waits() -> list[float]:
    """The seconds that each ring was told to wait."""
    return []


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> list[Callable[[], None]]:
    """The rings that are to follow, for the test to let them."""
    waiting: list[Callable[[], None]] = []

    class Timer:
        """One that waits for the test."""

        daemon = False

        def __init__(self, wait: float, call: Callable[..., None], words: list[object]) -> None:
            waits.append(wait)
            waiting.append(lambda: call(*words))

        def start(self) -> None:
            """Nothing yet."""

    monkeypatch.setattr(bell, "threading", SimpleNamespace(Timer=Timer, Lock=threading.Lock))
    return waiting


def test_many_are_rung_for_once_and_who_comes_afterwards_once_more(
    rung: list[str], later: list[Callable[[], None]]
) -> None:
    task = SimpleNamespace(name="take")
    for _ in range(100):
        bell.ring_soon(task)
    assert (rung, len(later)) == ([], 1)
    later.pop()()
    assert rung == ["take"]
    bell.ring_soon(task)
    assert len(later) == 1


def test_the_next_ring_is_half_a_second_later_and_after_a_rest_at_once(
    rung: list[str], later: list[Callable[[], None]], waits: list[float], clock: list[float]
) -> None:
    for clock[0] in (1.0, 1.25, 2.2):
        bell.ring_soon(SimpleNamespace(name="take"))
        later.pop()()
    assert rung == ["take"] * 3
    assert waits == [0.0, 0.25, 0.0]


def test_a_ring_for_one_task_is_none_for_another(
    rung: list[str], later: list[Callable[[], None]]
) -> None:
    for name in ("take", "send"):
        bell.ring_soon(SimpleNamespace(name=name))
    for call in later:
        call()
    assert rung == ["take", "send"]


def test_behind_a_frozen_redis_no_page_waits_and_threads_are_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thaw, asked = threading.Event(), threading.Semaphore(0)

    def frozen(_task: object) -> None:
        asked.release()
        thaw.wait(60)

    monkeypatch.setattr(bell, "ring", frozen)
    monkeypatch.setattr(bell, "_bells", {})
    monkeypatch.setattr(bell, "EVERY", 0.0)
    before = threading.active_count()
    task = SimpleNamespace(name="take")
    bell.ring_soon(task)
    assert asked.acquire(timeout=60)
    for _ in range(100):
        bell.ring_soon(task)
    try:
        assert threading.active_count() - before <= 2
    finally:
        thaw.set()
    # Whoever came while it hung is rung for.
    assert asked.acquire(timeout=60)
