"""What in a report tells whose it is (pure).

Each clue carries its own proof, or leads to one: the envelope sender its MAC, the link to leave its
signature; the Message-ID is a MAC itself, of an edition that Feedback-ID names and a reader. The
address in a report proves nothing; it says whose Message-ID to compare with.
"""

import re
from dataclasses import dataclass, replace
from email.message import Message

from mailer.receipts.opened import header

#: Of a mail, so much is searched, and so many clues of a kind are kept.
_FAR, _MOST = 256 * 1024, 8
#: Characters of a Message-ID that are kept as a proof.
_LONGEST = 200
_ENVELOPE = (
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
    "Original-Recipient",
    "To",
)
_VERP = re.compile(rb"b\+[a-z2-7]{1,13}-[a-z2-7]{16}(?:@|=3D|=)", re.IGNORECASE)
_MESSAGE_ID = re.compile(
    rb"^[ \t>]*(?:message-id|in-reply-to|references):[ \t]*(?:\r?\n[ \t]+)?"
    rb"(<[^<>\s]{8,250}>)",
    re.IGNORECASE | re.MULTILINE,
)
_FEEDBACK = re.compile(rb"^[ \t>]*feedback-id:[ \t]*([^\r\n]{3,200})", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(rb"/unsubscribe/([A-Za-z0-9_-]{52})(?![A-Za-z0-9_-])")
#: The subject that our List-Unsubscribe asks for (mailings.message).
_BY_BUTTON = re.compile(r"\s*unsubscribe\s+([A-Za-z0-9_-]{52})\s*", re.IGNORECASE)
_TO = re.compile(
    rb"^[ \t>]*(?:to|original-rcpt-to|x-failed-recipients):[^\r\n]*?"
    rb"([^\s<>()\"',;:]+@[^\s<>()\"',;:]+)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")
_SOFT_BREAK = re.compile(rb"=\r?\n")


@dataclass(frozen=True, slots=True)
class Clues:
    """`verp`: addresses that look like an envelope sender of ours. `message_ids`, with brackets.
    `feedback`: Feedback-IDs. `tokens`: of links to leave. `recipients`: to whom what is returned
    was written. `sender`: who wrote, or empty. `message_id`: the mail's own, or empty."""

    verp: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    sender: str = ""
    message_id: str = ""

    def __bool__(self) -> bool:
        """Whether something in it looks like ours: every mail has some Message-ID."""
        return bool(self.verp or self.feedback or self.tokens)

    def and_those(self, others: "Clues") -> "Clues":
        """These, with what others tell of the mail that is returned."""
        return replace(
            self,
            verp=_few([*self.verp, *others.verp]),
            message_ids=_few([*self.message_ids, *others.message_ids]),
            feedback=_few([*self.feedback, *others.feedback]),
        )


def clues_in(mail: "Message[str, str]", raw: bytes, recipients: tuple[str, ...] = ()) -> Clues:
    """Those of a mail and of what it returns; `recipients` are the envelope's own."""
    # Quoted-printable breaks what it returns in the middle of a word.
    body = _SOFT_BREAK.sub(b"", raw[:_FAR])
    named = [*recipients, *(value for name in _ENVELOPE for value in _all(mail, name))]
    addresses = [found for value in named for found in _ADDRESS.findall(value)]
    verp = [one for one in addresses if one.lower().startswith("b+")]
    found = [one.rstrip(b"=3D@").decode("ascii") for one in _VERP.findall(body)]
    return Clues(
        verp=_few([*verp, *found]),
        message_ids=_few(_words(_MESSAGE_ID, body)),
        feedback=_few(_words(_FEEDBACK, body)),
        tokens=_few([*by_button(mail), *_words(_TOKEN, body)]),
        recipients=_few(_words(_TO, body)),
        sender=next(iter(_ADDRESS.findall(header(mail, "From"))), ""),
        message_id=header(mail, "Message-ID").replace("\0", "")[:_LONGEST],
    )


def by_button(mail: "Message[str, str]") -> list[str]:
    """The token in the subject of a mail that a mail program writes for who presses its button."""
    found = _BY_BUTTON.fullmatch(header(mail, "Subject"))
    return [found[1]] if found else []


def _all(mail: "Message[str, str]", name: str) -> list[str]:
    return [str(value) for value in mail.get_all(name, [])][:_MOST]


def _words(pattern: re.Pattern[bytes], body: bytes) -> list[str]:
    return [one.decode("ascii", "replace").strip() for one in pattern.findall(body)]


def _few(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST]
