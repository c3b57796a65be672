"""Why somebody was refused, read from what the ledger keeps; and whom to ask again (pure)."""

from collections.abc import Callable, Collection
from functools import lru_cache

from mailer.mailings.retry import NEVER_BEGUN, Kind, read
from mailer.smtp import envelope

#: Refused for the address itself: the next mail to it fails as well, and receivers count such
#: mails against their sender. Asked again only by a person who names the reason.
HOPELESS = frozenset({Kind.NO_MAILBOX, Kind.DISABLED, Kind.BAD_ADDRESS})
#: The reasons by their names in forms and commands, in the order they are offered.
REASONS = {
    "policy": Kind.POLICY,
    "for-good": Kind.REFUSED,
    "full": Kind.FULL,
    "too-late": Kind.TOO_LATE,
    "too-big": Kind.TOO_BIG,
    "disabled": Kind.DISABLED,
    "no-mailbox": Kind.NO_MAILBOX,
    "bad-address": Kind.BAD_ADDRESS,
}
NAMES = {kind: name for name, kind in REASONS.items()}
#: Those that are asked again where nobody chooses.
HOPEFUL = frozenset(REASONS.values()) - HOPELESS

#: What no server said: the words are ours, and all others of ours are about the address.
_OURS = {
    Kind.TOO_LATE.value: Kind.TOO_LATE,
    NEVER_BEGUN: Kind.TOO_LATE,
    envelope.TOO_LARGE: Kind.TOO_BIG,
    envelope.NEEDS_8BITMIME: Kind.REFUSED,
    envelope.NO_BODY: Kind.REFUSED,
}

Chosen = Callable[[int | None, str], bool]


# A server says nearly the same to everybody.
@lru_cache(maxsize=1024)
def kind_of(code: int | None, text: str) -> Kind:
    """Why a refused delivery was refused, by its `smtp_code` and `smtp_text`."""
    if code is None:
        return _OURS.get(text, Kind.BAD_ADDRESS)
    if code < 500:  # its last answer, when the deadline came
        return Kind.TOO_LATE
    return read(code, text)


def chosen(kinds: Collection[Kind]) -> Chosen:
    """Whether a refused delivery, by its code and text, was refused for one of these."""
    return lambda code, text: kind_of(code, text) in kinds
