"""What is done about a report (pure).

    hard, complaint                      suppressed, at once
    soft, FIVE in a row, THREE mailings  suppressed
    unsubscribe                          the subscriptions end; unproven, it is shown to staff
    policy, many of one provider         its part of the mailing stands still (`provider_refuses`)
    everything else                      counted

The reader is never at fault for a policy, nor for what this very mail holds.
"""

from collections.abc import Iterable
from enum import StrEnum

from mailer.receipts.verdicts import SOFT, Verdict

#: Soft bounces in a row, and mailings that they come from, at which an address is given up.
FIVE, THREE = 5, 3
#: Policy refusals of one provider in a mailing, and the part of its mail that they are, at which
#: its part stands still: as many as the breaker waits for, in the dialogue (mailings.breaker).
ENOUGH, PART = 20, 0.10


class Act(StrEnum):
    """What to do; the value of a suppression is its reason."""

    NOTHING = ""
    BOUNCE = "bounce"
    SOFT = "soft"
    COMPLAINT = "complaint"
    LEAVE = "leave"
    ASK = "ask"
    DOUBT = "doubt"


def decide(verdict: Verdict, *, softs: Iterable[int], proven: bool, doubtful: bool) -> Act:
    """What to do about one report.

    `softs` counts soft bounces by delivery, newest first, as `in_a_row` takes them. `proven` tells
    whether who asks is known, or believed. `doubtful`: the mailing was stopped for refusals of its
    mailboxes, and this is one of them, from a relay that may have refused everybody.
    """
    if verdict is Verdict.HARD:
        return Act.DOUBT if doubtful else Act.BOUNCE
    if verdict is Verdict.COMPLAINT:
        return Act.COMPLAINT
    if verdict is Verdict.UNSUBSCRIBE:
        return Act.LEAVE if proven else Act.ASK
    if verdict in SOFT:
        counted, mailings = in_a_row(softs)
        return Act.SOFT if counted >= FIVE and mailings >= THREE else Act.NOTHING
    return Act.NOTHING


def in_a_row(softs: Iterable[int]) -> tuple[int, int]:
    """Soft bounces, and mailings with one, since a mail last arrived.

    `softs` has a number for each delivery that left, newest first. The newest may lack theirs yet;
    behind the first that has one, a delivery without any arrived.
    """
    counted = mailings = 0
    for count in softs:
        if count:
            counted, mailings = counted + count, mailings + 1
        elif mailings:
            break
    return counted, mailings


def provider_refuses(refused: int, left: int | None) -> bool:
    """Whether so many policy refusals are too many; `left` is what left for it, None unknown."""
    return refused >= ENOUGH and (left is None or refused >= PART * left)
