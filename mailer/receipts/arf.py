"""Complaints: feedback reports (RFC 5965), and what some providers write in their place (pure)."""

import re
from email.message import Message

from mailer.receipts.opened import header, parts, text_of
from mailer.receipts.verdicts import Finding, Verdict

#: What a report of a type says; a type that is not here is no complaint (RFC 6591, RFC 6430).
_TYPES = {
    "abuse": Verdict.COMPLAINT,
    "fraud": Verdict.COMPLAINT,
    "virus": Verdict.COMPLAINT,
    "other": Verdict.COMPLAINT,
    "opt-out": Verdict.UNSUBSCRIBE,
    "opt-out-list": Verdict.UNSUBSCRIBE,
    "miscategorized": Verdict.COMPLAINT,
    "not-spam": Verdict.MAIL,
}
_FIELD = re.compile(
    r"^(feedback-type|original-rcpt-to|removal-recipient)[ \t]*:[ \t]*(.+)$",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")
#: Outlook's JMRP and some others send the mail itself, and tell why in a header.
_BY_HEADER = ("X-HmXmrOriginalRecipient", "X-Original-Rcpt-To")


def finding(mail: "Message[str, str]") -> Finding | None:
    """What a feedback report says; None where it is none."""
    for part in parts(mail):
        if part.get_content_type() == "message/feedback-report":
            return _of_fields(_text(part))
    if str(mail.get_param("report-type") or "").lower() == "feedback-report":
        # Its middle part was relabelled on the way.
        texts = (text_of(part) for part in parts(mail) if not part.is_multipart())
        return next((_of_fields(text) for text in texts if _FIELD.search(text)), None)
    for part in parts(mail):
        if part.get_content_type() == "message/rfc822":
            for returned in part.get_payload() if part.is_multipart() else ():
                if isinstance(returned, Message) and returned.get("X-HmXmrOriginalRecipient"):
                    return Finding(Verdict.COMPLAINT, header(returned, _BY_HEADER[0]).strip("<>"))
    return None


def _text(part: "Message[str, str]") -> str:
    if not part.is_multipart():
        return text_of(part)
    inner = [one for one in part.get_payload() if isinstance(one, Message)]
    fields = [f"{name}: {value}" for one in inner for name, value in one.items()]
    return "\n".join([*fields, *(text_of(one) for one in inner if not one.is_multipart())])


def _of_fields(text: str) -> Finding:
    fields = {found[1].lower(): found[2].strip() for found in _FIELD.finditer(text)}
    kind = fields.get("feedback-type", "abuse").split(";")[0].strip().lower()
    told = fields.get("original-rcpt-to") or fields.get("removal-recipient", "")
    found = _ADDRESS.search(told)
    return Finding(_TYPES.get(kind, Verdict.MAIL), found[0] if found else "", text=kind)
