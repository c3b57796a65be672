"""What a reply means, and when it is tried again."""

from datetime import timedelta

import pytest

from mailer.mailings.retry import Decision, Kind, classify, decide, from_mark
from mailer.smtp.envelope import Outcome

TWO_DAYS = timedelta(hours=48)


@pytest.mark.parametrize(
    ("code", "enhanced", "text", "kind"),
    [
        (250, "2.0.0", "Ok: queued", Kind.ACCEPTED),
        (450, "4.2.0", "Greylisted, see postgrey", Kind.GREYLISTED),
        (451, "4.7.1", "Graylisting in action", Kind.GREYLISTED),
        (421, "4.7.0", "Try again later, closing", Kind.CLOSING),
        (452, "4.2.2", "The mailbox is over quota", Kind.FULL_FOR_NOW),
        (452, "", "Insufficient system storage", Kind.SLOW_DOWN),
        (450, "4.7.28", "Unusual rate of mail", Kind.SLOW_DOWN),
        (451, "", "Local error", Kind.LATER),
        (550, "5.1.1", "User unknown", Kind.NO_MAILBOX),
        (550, "", "No such user", Kind.NO_MAILBOX),
        (550, "5.7.1", "Message rejected as spam", Kind.POLICY),
        (550, "5.7.26", "Unauthenticated mail", Kind.POLICY),
        (552, "5.2.2", "Mailbox full", Kind.FULL),
        (550, "5.2.1", "Account disabled", Kind.DISABLED),
        (552, "5.3.4", "Message too big", Kind.TOO_BIG),
        (554, "5.6.0", "Bad content", Kind.REFUSED),
        (554, "", "No", Kind.REFUSED),
        (550, "4.1.1", "an enhanced code of another class is not believed", Kind.NO_MAILBOX),
    ],
)
def test_a_reply_means(code: int, enhanced: str, text: str, kind: Kind) -> None:
    assert classify(code, enhanced, text) is kind


def deferred(code: int = 451, enhanced: str = "", text: str = "later") -> Outcome:
    return Outcome(1, "deferred", "rcpt", code, enhanced, text)


def test_each_attempt_waits_longer_and_the_last_step_repeats() -> None:
    delays = [decide(deferred(), attempts, TWO_DAYS).delay for attempts in range(8)]
    minutes = [delay.total_seconds() / 60 for delay in delays if delay]
    assert minutes == [5, 15, 30, 60, 120, 240, 240, 240]


def test_the_last_attempt_is_made_at_the_deadline_and_then_it_is_refused() -> None:
    soon = timedelta(minutes=2)
    assert decide(deferred(), 4, soon) == Decision("deferred", Kind.LATER, soon)
    assert decide(deferred(), 5, timedelta(0)) == Decision("refused", Kind.TOO_LATE)


def test_what_was_never_begun_costs_no_attempt_and_is_due_at_once() -> None:
    for stage in ("queue", "connect"):
        decision = decide(Outcome(1, "returned", stage), 3, TWO_DAYS)
        assert decision == Decision("queued", Kind.LINE_LOST, timedelta(0), attempt=False)


def test_a_line_lost_in_the_middle_is_tried_at_once_then_ever_later() -> None:
    lost = Outcome(1, "returned", "data")
    first, second = decide(lost, 0, TWO_DAYS), decide(lost, 1, TWO_DAYS)
    assert (first.state, first.delay, first.attempt) == ("queued", timedelta(0), True)
    assert second.delay == timedelta(minutes=1)


def test_an_address_that_cannot_be_written_is_refused_without_a_reply() -> None:
    assert decide(Outcome(1, "refused", "address"), 0, TWO_DAYS).kind is Kind.BAD_ADDRESS


@pytest.mark.parametrize(
    ("dot", "code", "state"),
    [
        (False, None, "queued"),
        (True, None, "uncertain"),
        (True, 250, "sent"),
        (True, 451, "deferred"),
        (True, 554, "refused"),
    ],
)
def test_a_dead_workers_mark_decides(dot: bool, code: int | None, state: str) -> None:
    assert from_mark(dot, code).state == state
