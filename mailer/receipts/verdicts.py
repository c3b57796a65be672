"""What a report can say, in one vocabulary for all who report (pure).

    HARD          no such mailbox, no such domain: the address is dead
    FULL          the mailbox is full
    TEMPORARY     not now, a disabled account, or a reason that nobody can tell
    POLICY        the receiver's rules or the sender's reputation (5.7.x): never the reader's fault
    CONTENT       this message: its size, its form, what it holds
    DELAYED       still being tried: nothing is lost yet
    DELIVERED     it arrived after all
    COMPLAINT     the reader called it spam
    UNSUBSCRIBE   the reader asks to leave
    REPLY         a machine answered for the reader: away, received, moved
    MAIL          none of these: a person wrote, or nobody can tell what it is

Hard is said of what is plainly said, and of nothing else: who is called dead wrongly is lost.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The class of a report; the module's docstring says what each means."""

    HARD = "hard"
    FULL = "full"
    TEMPORARY = "temporary"
    POLICY = "policy"
    CONTENT = "content"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    REPLY = "reply"
    MAIL = "mail"


#: A mail came back for good, and not for the address: counted against it, a few times.
SOFT = frozenset({Verdict.FULL, Verdict.TEMPORARY})
#: A mail that did not reach its reader.
BOUNCES = frozenset({Verdict.HARD, *SOFT, Verdict.POLICY, Verdict.CONTENT})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a report says of one recipient.

    `recipient` is empty where the report names none. `status` is an enhanced code (RFC 3463),
    `code` that of the reply, `text` the server's words: what the verdict stands on.
    """

    verdict: Verdict
    recipient: str = ""
    status: str = ""
    code: int | None = None
    text: str = ""
