"""A letter as the bytes of a mail."""

from datetime import datetime
from hashlib import sha256

from mailer.letters.models import Letter
from mailer.mime.bodies import Attachment
from mailer.mime.dkim import DkimKey, Signer
from mailer.mime.headers import HeaderValue, Mailbox, Structured, date_text
from mailer.mime.segments import compile_message


def message(letter: Letter, now: datetime, key: DkimKey | None = None) -> bytes:
    """The message for DATA, without the final dot, signed with the key. Raises BadAddress, Refused.

    `Auto-Submitted` (RFC 3834 §5) keeps holiday notices from answering; there is no list header,
    for a letter is to one person who did something.
    """
    headers: list[tuple[str, HeaderValue]] = [
        ("From", Mailbox(letter.sender_name, letter.sender)),
        ("To", Mailbox("", letter.recipient)),
        ("Subject", letter.subject),
        ("Message-ID", Structured((letter.message_id,))),
        ("Date", Structured((date_text(now),))),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", letter.language),
    ]
    # The nonce marks holes, and a letter has none: any will do that its text cannot hold.
    nonce = sha256(letter.message_id.encode()).hexdigest()[:32]
    pdf = bytes(letter.pdf)
    attached = [Attachment(letter.pdf_name, "application/pdf", pdf)] if pdf else []
    compiled = compile_message(headers, letter.text, letter.html, nonce=nonce, attachments=attached)
    if key is None:
        return compiled.join({})
    return Signer(compiled, key).join({}, int(now.timestamp()))
