"""What goes to the wire and what comes back, and the commands between (pure)."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import idna

from mailer.errors import N_
from mailer.smtp.capabilities import Capabilities

Kind = Literal["sent", "refused", "deferred", "uncertain", "returned"]

#: How far an envelope came: where it was refused, or where the line was lost.
Stage = Literal["queue", "address", "body", "connect", "mail", "rcpt", "data", "dot"]

# RFC 5321 section 4.5.3.1.3: a path has 256 octets, its angle brackets included.
_PATH_LIMIT = 254
# All printable ASCII but the space and the angle brackets, one @ or more, something on each side.
_PLAIN = re.compile(r"[!-;=?-~]+@[!-;=?A-~]+").fullmatch
_BROKEN = re.compile(r"[\x00-\x20\x7f<>\x80-\xa0\u2028\u2029\ud800-\udfff]").search

UNUSABLE_ADDRESS = N_("The address cannot be written to an SMTP server.")
NEEDS_SMTPUTF8 = N_("The address needs SMTPUTF8, which the relay does not offer.")
NEEDS_8BITMIME = N_("The message has 8-bit lines and the relay does not offer 8BITMIME.")
TOO_LARGE = N_("The message is larger than the relay takes.")
NO_BODY = N_("The message could not be built.")


class Body(NamedTuple):
    """A message for DATA: CRLF line ends, its dots stuffed, ending in CRLF, without the final dot.

    In pieces, one behind the other, for nearly all of them are everybody's: a join would copy them
    for each recipient, and the kernel copies them again. `size` is in octets, and `seven_bit` tells
    that none of them is above 127 (RFC 6152).
    """

    pieces: Sequence[bytes]
    size: int
    seven_bit: bool

    @classmethod
    def of(cls, content: bytes) -> "Body":
        """A message in one piece."""
        return cls((content,), len(content), content.isascii())


#: What is written of a message that nobody gets.
NO_MESSAGE = Body((), 0, seven_bit=True)


class Envelope(NamedTuple):
    """One message for one recipient.

    `key` (1 to 2**64-1) is the caller's name for it, unique among those in hand. `body` is the
    message, or a callable that builds it, called when a connection is ready for it. `sender` may
    be empty.
    """

    key: int
    sender: str
    recipient: str
    body: bytes | Callable[[], bytes | Body]


class Outcome(NamedTuple):
    """What became of an envelope.

    - `sent`: the server took it.  - `refused`: 5yz, or not writable at all (`code` is None).
    - `deferred`: 4yz.  - `uncertain`: the line was lost between the final dot and its reply.
    - `returned`: certainly not taken; `stage` tells how far it came, `queue` meaning not begun.

    `text` is one printable line: the server's own, or a message id of ours.
    """

    key: int
    kind: Kind
    stage: Stage
    code: int | None = None
    enhanced: str = ""
    text: str = ""


class UnsendableError(Exception):
    """This envelope cannot be given to this server: refused before a byte is written."""

    def __init__(self, stage: Stage, text: str) -> None:
        super().__init__(text)
        self.stage: Stage = stage
        self.text = text


def built(envelope: Envelope) -> Body:
    """The body. Raises UnsendableError when its builder fails: the others' mail goes on.

    So does a body without its last line end: the dot behind it would end nothing, and the next
    commands would be read as its text.
    """
    given = envelope.body
    try:
        made = given if isinstance(given, bytes) else given()
    except Exception as error:
        raise UnsendableError("body", NO_BODY) from error
    body = Body.of(made) if isinstance(made, bytes) else made
    if not (body.pieces and body.pieces[-1].endswith(b"\r\n")):
        raise UnsendableError("body", NO_BODY)
    return body


def commands(envelope: Envelope, body: Body, server: Capabilities) -> tuple[bytes, bytes]:
    """The MAIL and the RCPT line. Raises UnsendableError.

    A non-ASCII local part asks for SMTPUTF8 (RFC 6531); a non-ASCII domain becomes its A-label.
    """
    sender = _sender_path(envelope.sender) if envelope.sender else ""
    recipient = _path(envelope.recipient)
    parameters = f" SIZE={body.size}" if server.takes_size else ""
    if server.size and body.size > server.size:
        raise UnsendableError("body", TOO_LARGE)
    if not body.seven_bit:
        if not server.eight_bit:
            raise UnsendableError("body", NEEDS_8BITMIME)
        parameters += " BODY=8BITMIME"
    if not (recipient.isascii() and sender.isascii()):
        if not server.smtputf8:
            raise UnsendableError("address", NEEDS_SMTPUTF8)
        parameters += " SMTPUTF8"
    mail = f"MAIL FROM:<{sender}>{parameters}\r\n"
    return mail.encode(), f"RCPT TO:<{recipient}>\r\n".encode()


# Most mailings have one sender.
@lru_cache(maxsize=8)
def _sender_path(address: str) -> str:
    return _path(address)


def _path(address: str) -> str:
    if len(address) <= _PATH_LIMIT and _PLAIN(address):
        return address
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or _BROKEN(address):
        raise UnsendableError("address", UNUSABLE_ADDRESS)
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except (idna.IDNAError, UnicodeError) as error:
            raise UnsendableError("address", UNUSABLE_ADDRESS) from error
    path = f"{local}@{domain}"
    if len(path.encode()) > _PATH_LIMIT:
        raise UnsendableError("address", UNUSABLE_ADDRESS)
    return path
