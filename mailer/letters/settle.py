"""The states of a letter. This file alone writes them.

    queued → sending → sent                                 bodies emptied: they hold live links
               ├─────→ refused     5xx, no usable address, or ten times 4xx
               ├─────→ uncertain   the line broke after the final dot, before the reply
               └─────→ queued      4xx, or the relay could not be reached, or the lease lapsed
    queued → refused                its recipient was erased

A lapsed lease means that a worker died with a group of at most GROUP letters in hand. Those it had
not settled are queued again under the same Message-ID: that the few which it had just sent arrive
twice hurts less than that a reader waits for a confirmation that never comes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from mailer.errors import N_, Refused, StoredSentence
from mailer.letters.models import Letter, LetterState
from mailer.letters.retry import Kind, next_step

GROUP = 50
LEASE = timedelta(minutes=5)
#: What is left of a letter that nobody will send: who got what kind, and when.
EMPTIED: dict[str, object] = {"text": "", "html": "", "pdf": b""}
#: Where a letter goes that crashes what reads it: out of the way of the others.
_ASIDE = timedelta(hours=1)


def claim(now: datetime) -> list[Letter]:
    """Take up to GROUP letters that are due, oldest first, for LEASE."""
    waiting = Q(state=LetterState.QUEUED, due_at__lte=now)
    lapsed = Q(state=LetterState.SENDING, leased_until__lt=now)
    with transaction.atomic():
        due = Letter.objects.select_for_update(skip_locked=True).filter(waiting | lapsed)
        taken = list(due.order_by("due_at", "id")[:GROUP])
        until = now + LEASE
        Letter.objects.filter(pk__in=[letter.pk for letter in taken]).update(
            state=LetterState.SENDING, leased_until=until
        )
    for letter in taken:
        letter.state, letter.leased_until = LetterState.SENDING, until
    return taken


def settle(letter: Letter, kind: Kind, now: datetime, *, code: int | None, text: str) -> bool:
    """Write down what the wire said; False when the lease was lost to another worker."""
    step = next_step(kind, letter.attempts)
    values: dict[str, object] = {
        "state": LetterState(step.state),
        "attempts": letter.attempts + step.counts,
        "due_at": now + step.wait,
        "smtp_code": code,
        "smtp_text": text[:1000],
    }
    if step.state != "queued":
        values["settled_at"] = now
    if step.state == "sent":
        values |= EMPTIED
    return _write(letter, values)


def refuse(letter: Letter, why: StoredSentence, now: datetime) -> bool:
    """A letter that cannot be written to the wire at all."""
    return _write(letter, {"state": LetterState.REFUSED, "refused_why": why, "settled_at": now})


def withdraw(addresses: Collection[str], now: datetime) -> None:
    """Whatever waits for these addresses is not sent: their owners were erased."""
    why = Refused(N_("Its recipient was erased before it was sent.")).stored()
    waiting = Letter.objects.filter(recipient__in=list(addresses), state=LetterState.QUEUED)
    waiting.update(
        state=LetterState.REFUSED, refused_why=why, settled_at=now, recipient="", **EMPTIED
    )


def put_aside(letter: Letter, now: datetime) -> bool:
    """A letter that crashed what read it comes back in an hour, while the others go on."""
    return _write(
        letter,
        {
            "state": LetterState.QUEUED,
            "attempts": letter.attempts + 1,
            "due_at": now + _ASIDE,
        },
    )


def _write(letter: Letter, values: dict[str, object]) -> bool:
    mine = Letter.objects.filter(
        pk=letter.pk, state=LetterState.SENDING, leased_until=letter.leased_until
    )
    return bool(mine.update(**values, leased_until=None))
