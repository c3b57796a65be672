"""What a machine answers for its owner, and what people ask by mail (pure).

Signs of a machine: RFC 3834 (`Auto-Submitted`), and the headers that were used before it. The
subject alone is believed of away messages only.
"""

import re
from email.message import Message

from mailer.receipts.opened import header
from mailer.receipts.phrases import AWAY, LEAVE

_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
    "X-Vacation",
    "X-MS-Exchange-Inbox-Rules-Loop",
)
_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "autoreply"})
_QUOTED = re.compile(
    r"^\s*>|^-{3,}|^_{5,}|^(?:on|le|في) .{5,80}(?:wrote|écrit|كتب)\b", re.IGNORECASE
)


def is_reply(mail: "Message[str, str]") -> bool:
    """Whether a machine answered for somebody."""
    submitted = header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted.startswith("auto-replied") or submitted == "auto-notified":
        return True
    if any(mail.get(name) for name in _HEADERS):
        return True
    if header(mail, "Precedence").lower() in _PRECEDENCE:
        return True
    return bool(AWAY.search(header(mail, "Subject")))


def is_by_machine(mail: "Message[str, str]") -> bool:
    """Whether nobody may be answered: a machine, the empty sender, a list (RFC 3834 §2)."""
    submitted = header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    empty = header(mail, "Return-Path").replace(" ", "") == "<>"
    listed = mail.get("List-Id") or header(mail, "Precedence").lower() in {"bulk", "list", "junk"}
    return bool((submitted and submitted != "no") or empty or listed)


def asks_to_leave(mail: "Message[str, str]", told: str) -> bool:
    """Whether a person asks to leave: in the subject, or in the first line they wrote."""
    if LEAVE.match(header(mail, "Subject")):
        return True
    for line in told.split("\n"):
        if _QUOTED.match(line):
            return False
        if line.strip():
            return bool(LEAVE.match(line)) and len(line.split()) <= 6
    return False
