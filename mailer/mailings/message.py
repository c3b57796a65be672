"""From a frozen edition to one person's mail (pure).

What is the same for everybody is compiled once; a person's copy is a join of segments with their
own address, links, Message-ID and date. Requirements: RFC 8058 (one-click), RFC 2369 and 2919
(list headers), and the receivers' own pages.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from mailer.mime.bodies import Attachment, Enclosed
from mailer.mime.dkim import DkimKey, Signer
from mailer.mime.headers import (
    HeaderValue,
    ListId,
    Mailbox,
    Structured,
    feedback_id,
    list_unsubscribe,
)
from mailer.mime.message_id import MessageIds
from mailer.mime.segments import Compiled, compile_message, marker

#: What a copy is filled with.
HOLES = (
    "address",
    "unsubscribe_url",
    "preferences_url",
    "message_id",
    "date",
    "unsubscribe_token",
)


@dataclass(frozen=True)
class Copy:
    """One edition, ready to be joined; `sender` is the address in its From.

    `message_ids` makes the Message-ID of a subscriber's copy, the same on every retry.
    `signer` signs each copy with DKIM, where its domain has a key.
    """

    compiled: Compiled
    sender: str
    message_ids: MessageIds
    signer: Signer | None = None

    def signed_by(self, key: DkimKey | None) -> "Copy":
        """The same under this key, or under none."""
        return replace(self, signer=Signer(self.compiled, key) if key else None)


def issue_message_id(edition: int, subscriber: int, sender: str, nonce: str) -> str:
    """The Message-ID of (edition, subscriber), in the domain of the sender's address.

    Its secret is the edition's nonce, which is stored with it: the mailer's own key may be
    changed between two attempts, and the ledger must still know what it sent.
    """
    return _message_ids(edition, sender, nonce).of(str(subscriber))


# The ledger's export asks for each row of an edition.
@lru_cache(maxsize=64)
def _message_ids(edition: int, sender: str, nonce: str) -> MessageIds:
    return MessageIds(str(edition), sender.rpartition("@")[2], nonce.encode())


def sender_of(headers: Mapping[str, Any]) -> str:
    """The address in an edition's From."""
    return str(headers["From"][1])


def compile_copy(
    edition: int,
    headers: Mapping[str, Any],
    subject: str,
    text: str,
    html: str,
    nonce: str,
    attachments: Sequence[Attachment] = (),
    enclosed: Sequence[Enclosed] = (),
    leave_at: str = "",
) -> Copy:
    """Compile an edition. `headers` as its row holds them: a text, or (display name, address).

    `leave_at` is the address to which a mail unsubscribes; by default the one that is answered.
    Raises BadAddress or Refused for a sender or a header that cannot be written.
    """
    fields: list[tuple[str, HeaderValue]] = [
        *((name, _value(name, value)) for name, value in headers.items()),
        ("To", Mailbox("", marker(nonce, "address"))),
        ("Subject", subject),
        ("Date", Structured((marker(nonce, "date"),))),
        ("Message-ID", Structured((marker(nonce, "message_id"),))),
        ("List-Unsubscribe", _way_out(leave_at or _answered(headers), nonce)),
        ("List-Unsubscribe-Post", Structured(("List-Unsubscribe=One-Click",))),
        ("Precedence", "list"),
        ("Feedback-ID", feedback_id(_short(headers), str(edition), _language(headers))),
    ]
    compiled = compile_message(
        fields, text, html, nonce=nonce, attachments=attachments, enclosed=enclosed
    )
    compiled.check(HOLES)
    sender = sender_of(headers)
    return Copy(compiled, sender, _message_ids(edition, sender, nonce))


def _value(name: str, value: str | Sequence[str]) -> HeaderValue:
    if isinstance(value, str):
        return value
    display, target = value
    return ListId(display, target) if name == "List-Id" else Mailbox(display, target)


def _way_out(leave_at: str, nonce: str) -> Structured:
    """By web in one click, and by a mail that carries the same token (RFC 2369 §3.2).

    In the subject, for upper and lower case count in it, which an address may lose on its way.
    """
    token = marker(nonce, "unsubscribe_token")
    by_mail = f"mailto:{quote(leave_at, safe='@+')}?subject=unsubscribe%20{token}"
    return list_unsubscribe(marker(nonce, "unsubscribe_url"), by_mail)


def _answered(headers: Mapping[str, Any]) -> str:
    return str(headers.get("Reply-To", headers["From"])[1])


def _language(headers: Mapping[str, Any]) -> str:
    return str(headers.get("Content-Language", "")) or "mul"


def _short(headers: Mapping[str, Any]) -> str:
    """The same few letters for ever for one sending domain, as the feedback loop wants it."""
    domain = sender_of(headers).rpartition("@")[2].lower()
    return hashlib.sha256(domain.encode()).hexdigest()[:12]
