"""What becomes of a letter after an attempt."""

from datetime import timedelta

import pytest

from mailer.letters.retry import RELAY_WAIT, WAITS, Step, next_step


@pytest.mark.parametrize("kind", ["sent", "refused", "uncertain"])
def test_what_is_settled_stays_so(kind: str) -> None:
    assert next_step(kind, 0) == Step(kind)  # type: ignore[arg-type] # one of the kinds


def test_a_server_that_says_later_is_asked_again_at_growing_intervals_then_no_more() -> None:
    waits = [next_step("deferred", attempts).wait for attempts in range(len(WAITS))]
    assert waits == sorted(waits)
    assert timedelta(hours=24) < sum(waits, timedelta()) < timedelta(hours=72)
    assert next_step("deferred", len(WAITS)).state == "refused"


def test_a_relay_that_cannot_be_reached_uses_up_no_attempt() -> None:
    assert next_step("returned", 1000) == Step("queued", RELAY_WAIT, counts=False)
    assert timedelta(seconds=60) >= RELAY_WAIT
