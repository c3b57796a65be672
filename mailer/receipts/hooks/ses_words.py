"""What Amazon SES tells of a mail: at the door, signed by SNS, or by a mail of SNS (pure).

Docs: "Amazon SNS notification contents for Amazon SES". A topic that is subscribed to by e-mail
sends the same words as a mail, which anybody may write: whose they are is then proven by what only
a mail of ours holds.
"""

import json
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from mailer.receipts.clues import Clues
from mailer.receipts.hooks.events import Unreadable, bounced, brackets, many, parsed, text
from mailer.receipts.opened import header, parts, text_of
from mailer.receipts.verdicts import Finding, Verdict

_SNS = re.compile(r"@sns\.(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?\b", re.IGNORECASE)
#: Behind the words stands how to unsubscribe from the topic; a mail may break lines within them.
_WORDS = json.JSONDecoder(strict=False)


def in_mail(mail: "Message[str, str]") -> Any:
    """What a mail of SNS tells; None where it is none, or of something else."""
    if not _SNS.search(header(mail, "From")):
        return None
    for part in parts(mail):
        if part.get_content_maintype() != "text":
            continue
        said = text_of(part)
        try:
            told, _ = _WORDS.raw_decode(said, max(0, said.find("{")))
            # Subscribed to by `email-json`, all of the message stands there, as at the door.
            inner = text(told, "Message")
            return parsed(inner.encode()) if inner else told
        except (ValueError, RecursionError, Unreadable):
            continue
    return None


def findings_of(told: Any) -> Iterator[Finding]:
    """What it says of each recipient."""
    kind = text(told, "notificationType") or text(told, "eventType")
    if kind == "Bounce":
        unknown = text(told, "bounce", "bounceSubType") in {"NoEmail", "Suppressed"}
        for one in many(told, "bounce", "bouncedRecipients"):
            yield bounced(
                text(one, "emailAddress"),
                text(one, "diagnosticCode").removeprefix("smtp;").strip(),
                status=text(one, "status"),
                gone=unknown,
            )
    elif kind == "Complaint":
        spam = text(told, "complaint", "complaintFeedbackType") != "not-spam"
        verdict = Verdict.COMPLAINT if spam else Verdict.MAIL
        for one in many(told, "complaint", "complainedRecipients"):
            yield Finding(verdict, text(one, "emailAddress"))
    elif kind == "Delivery":
        for one in many(told, "delivery", "recipients"):
            yield Finding(Verdict.DELIVERED, one if isinstance(one, str) else "")


def clues_of(told: Any) -> Clues:
    """SES puts its own Message-ID into the mail; ours stands among the headers it was given."""
    headers = [
        (text(one, "name").lower(), text(one, "value")) for one in many(told, "mail", "headers")
    ]
    own = [value for name, value in headers if name in {"message-id", "x-message-id"}]
    return Clues(
        verp=tuple(one for one in [text(told, "mail", "source")] if one.startswith("b+")),
        message_ids=tuple(one for value in own for one in brackets(value)),
        feedback=tuple(value for name, value in headers if name == "feedback-id"),
    )
