"""From what the wire brought back to what becomes of a delivery (pure).

    reply ──classify──→ Kind (what it means) ──decide──→ Decision (which state, when again)

Sources: RFC 5321 §4.2, the enhanced codes of RFC 3463 and its registry, and receivers' pages:
5.7.x (policy) and 5.2.2 (full) do not mean that an address is dead.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Literal

from mailer.errors import N_
from mailer.smtp.reply import ENHANCED

if TYPE_CHECKING:
    from mailer.smtp.envelope import Outcome


class Kind(Enum):
    """What a reply means for one recipient; the value is the sentence that staff read."""

    ACCEPTED = N_("The mail server took the message.")
    LINE_LOST = N_("The connection broke before the message was complete: it is sent again.")
    UNKNOWN = N_(
        "The connection broke after the message was complete and before the server answered:"
        " nobody can tell whether it was delivered."
    )
    GREYLISTED = N_("The server asks first-time senders to come back later: it is sent again.")
    CLOSING = N_("The server is closing or too busy: it is sent again.")
    SLOW_DOWN = N_("The server takes no more for now: it is sent again, later.")
    FULL_FOR_NOW = N_("The mailbox is full: it is sent again in some hours.")
    LATER = N_("The server cannot take the message now: it is sent again.")
    NO_MAILBOX = N_("There is no such mailbox: the address is wrong or was closed.")
    FULL = N_("The mailbox is full; the address itself may be good.")
    DISABLED = N_("The mailbox is closed or disabled.")
    TOO_BIG = N_("The message is larger than the server allows.")
    POLICY = N_(
        "The server refused the message by its own rules (reputation, authentication or content);"
        " the address itself may be good."
    )
    BAD_ADDRESS = N_("The address cannot be used in a mail: correct it.")
    REFUSED = N_("The server refused the message for good.")
    PACED = N_("It waits for its turn: the pace of this domain is limited.")
    TOO_LATE = N_("The server put the message off until the mailing's deadline had passed.")


#: What is told beside `uncertain` where no marks speak of the delivery.
WITHOUT_MARKS = N_(
    "The worker that held it fell silent, and what it had noted is lost or incomplete: nobody can"
    " tell whether it was delivered."
)

#: What is told of a refusal that no server spoke: none was reached, or its turn never came.
NEVER_BEGUN = N_(
    "The mailing's deadline passed before a server could be asked to take the message."
)

#: What is told of a doubt that a later report has settled.
CAME_BACK = N_("A report about it came back later, so it had been accepted.")

#: How long until the next attempt, by how many were made; the last one repeats.
_MINUTES: dict[Kind, tuple[int, ...]] = {
    # Greylists open after 1 to 15 minutes: two early tries, then the common pace.
    Kind.GREYLISTED: (5, 10, 20, 60, 120, 240),
    Kind.CLOSING: (2, 5, 15, 30, 60, 120),
    Kind.SLOW_DOWN: (15, 30, 60, 120, 240),
    Kind.FULL_FOR_NOW: (120, 240, 480),
    Kind.LATER: (5, 15, 30, 60, 120, 240),
    # The first is nearly at once: a line that broke says nothing of the recipient. It still
    # grows, for a message that makes a server hang up must not be tried without end.
    Kind.LINE_LOST: (0, 1, 5, 15, 60),
}

#: When the relay hung up at an envelope's first command: soon again, within the two minutes in
#: which all work goes on after a fault. An envelope at which it always does is tried until the
#: deadline at this pace, and not without end.
_AT_MAIL = (0, 0, 1, 2)

_GREY = re.compile(r"gr[ae]y-?\s?list", re.IGNORECASE)

# The first prefix that fits an enhanced code decides; RFC 3463 §3 and the IANA registry.
_ENHANCED: tuple[tuple[str, Kind], ...] = (
    ("4.2.2", Kind.FULL_FOR_NOW),
    ("4.3.1", Kind.SLOW_DOWN),
    ("4.3.2", Kind.CLOSING),
    ("4.4.5", Kind.SLOW_DOWN),
    ("4.5.3", Kind.SLOW_DOWN),
    ("4.7.1", Kind.GREYLISTED),
    ("4.7.28", Kind.SLOW_DOWN),
    ("4.", Kind.LATER),
    ("5.1.7", Kind.POLICY),  # the sender's address, not the recipient's
    ("5.1.8", Kind.POLICY),
    ("5.1.", Kind.NO_MAILBOX),
    ("5.2.1", Kind.DISABLED),
    ("5.2.2", Kind.FULL),
    ("5.2.3", Kind.TOO_BIG),
    ("5.3.4", Kind.TOO_BIG),
    ("5.7.", Kind.POLICY),
    ("5.", Kind.REFUSED),
)
# Without an enhanced code; RFC 5321 §4.2.3, RFC 4954 §6.
_BASIC: dict[int, Kind] = {
    421: Kind.CLOSING,
    432: Kind.SLOW_DOWN,
    450: Kind.LATER,
    452: Kind.SLOW_DOWN,
    550: Kind.NO_MAILBOX,
    551: Kind.NO_MAILBOX,
    552: Kind.FULL,
    553: Kind.NO_MAILBOX,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a delivery.

    `delay` is None for a state that waits for nothing. `attempt` says whether an attempt was
    used up: what never reached the server uses none.
    """

    state: Literal["sent", "refused", "deferred", "uncertain", "queued"]
    kind: Kind
    delay: timedelta | None = None
    attempt: bool = True


#: Back in the queue, as if nothing had happened: nothing of it reached a server.
NOT_BEGUN = Decision("queued", Kind.LINE_LOST, timedelta(0), attempt=False)


def paced(seconds: float) -> Decision:
    """Back in the queue for so long: a limit of pace, and nobody's attempt."""
    return Decision("queued", Kind.PACED, timedelta(seconds=seconds), attempt=False)


def classify(code: int, enhanced: str, text: str) -> Kind:
    """What a reply of three digits means; an enhanced code of another class is not believed."""
    if 200 <= code < 400:
        return Kind.ACCEPTED
    if code < 500 and _GREY.search(text):
        return Kind.GREYLISTED
    if code == 421:
        return Kind.CLOSING
    if enhanced.startswith(f"{code // 100}."):
        return next(kind for prefix, kind in _ENHANCED if enhanced.startswith(prefix))
    return _BASIC.get(code, Kind.LATER if code < 500 else Kind.REFUSED)


def read(code: int, line: str) -> Kind:
    """What a reply means as the ledger keeps it: its enhanced code stands before the words."""
    found = ENHANCED.match(line)
    return classify(code, found[1] if found else "", line)


def decide(outcome: "Outcome", attempts: int, left: timedelta) -> Decision:
    """What becomes of a delivery after `attempts` earlier ones, `left` before the deadline."""
    if outcome.kind == "sent":
        return Decision("sent", Kind.ACCEPTED)
    if outcome.kind == "uncertain":
        return Decision("uncertain", Kind.UNKNOWN)
    if outcome.kind == "returned":
        return _returned(outcome.stage, attempts, left)
    if outcome.code is None:
        return Decision("refused", Kind.BAD_ADDRESS)
    kind = classify(outcome.code, outcome.enhanced, outcome.text)
    if outcome.kind == "refused":
        return Decision("refused", kind)
    minutes = _MINUTES.get(kind, _MINUTES[Kind.LATER])
    return _again("deferred", kind, attempts, left, minutes)


def from_mark(dot_written: bool, code: int | None) -> Decision:
    """What becomes of a delivery whose worker died: by what it marked before that.

    The marks hold the code alone, so a 4xx waits the common time.
    """
    if code is None:
        return Decision("uncertain", Kind.UNKNOWN) if dot_written else NOT_BEGUN
    kind = classify(code, "", "")
    if code < 400:
        return Decision("sent", kind)
    if code < 500:
        return Decision("deferred", kind, timedelta(minutes=_MINUTES[Kind.LATER][0]))
    return Decision("refused", kind)


def _returned(stage: str, attempts: int, left: timedelta) -> Decision:
    if stage in {"queue", "connect"}:
        return NOT_BEGUN
    # At "mail" the envelope was written behind another's dot, or on a line the relay had closed:
    # nearly always that was not its own fault, so it never waits longer than a fault may last.
    minutes = _AT_MAIL if stage == "mail" else _MINUTES[Kind.LINE_LOST]
    return _again("queued", Kind.LINE_LOST, attempts, left, minutes)


def _again(
    state: Literal["deferred", "queued"],
    kind: Kind,
    attempts: int,
    left: timedelta,
    minutes: tuple[int, ...],
) -> Decision:
    """At its time, with a last attempt at the deadline itself; refused once that has passed."""
    if left <= timedelta(0):
        return Decision("refused", Kind.TOO_LATE)
    delay = timedelta(minutes=minutes[min(attempts, len(minutes) - 1)])
    return Decision(state, kind, min(delay, left))
