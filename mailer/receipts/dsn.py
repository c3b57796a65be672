"""Delivery status notifications (RFC 3464): a block of fields for each recipient (pure).

Also those that are nearly such: fields in a part of another type, or in the text itself, as
gateways leave them.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from mailer.receipts.judging import code_in, judge, plain_words, says, status_in
from mailer.receipts.opened import parts, text_of
from mailer.receipts.phrases import DISABLED, FULL
from mailer.receipts.verdicts import Finding, Verdict

#: Recipients of one report that are looked at: a mail of ours has one.
_MOST, _MOST_TEXT = 50, 1000
_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{2,40})[ \t]*:[ \t]*(.*)$")
_PER_RECIPIENT = re.compile(r"^(?:final|original)-recipient[ \t]*:", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^(?:action|status)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")
_COMMENT = re.compile(r"\([^()]*\)")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")

#: Where a report gives none: a gateway wrote it, and not the machine that refused.
_NO_CODE = 550

Fields = dict[str, str]


def findings(mail: "Message[str, str]", told: str) -> tuple[Finding, ...]:
    """What a report says of each recipient; nothing where it is no such report.

    `told` is what it tells people, asked where the fields say too little.
    """
    blocks = [block for text in _texts(mail) for block in _blocks(text)]
    found = [_finding(block, told) for block in blocks[:_MOST] if _names_somebody(block)]
    if len(found) == 1 and found[0].verdict is Verdict.HARD:
        # The words for people may know better: a mailbox that is full, an account that is closed.
        found = [_mildest(found[0], told)]
    return tuple(found)


def _mildest(one: Finding, told: str) -> Finding:
    words = plain_words(told)
    if FULL.search(words):
        return replace(one, verdict=Verdict.FULL)
    if DISABLED.search(words) and not one.status.startswith("5.1."):
        return replace(one, verdict=Verdict.TEMPORARY)
    return one


def _texts(mail: "Message[str, str]") -> Iterator[str]:
    seen = False
    for part in parts(mail):
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            seen = True
            yield _raw(part)
        elif kind in {"text/plain", "text/rfc822-headers", "application/octet-stream"} and not seen:
            text = text_of(part) if not part.is_multipart() else ""
            if _PER_RECIPIENT.search(text) and _ACTION.search(text):
                yield text


def _raw(part: "Message[str, str]") -> str:
    """The parser makes a message of each block; a broken one stays text."""
    if part.is_multipart():
        blocks = []
        for block in part.get_payload():
            if isinstance(block, Message):
                lines = [f"{name}: {value}" for name, value in block.items()]
                blocks.append("\n".join([*lines, _loose(block)]))
        return "\n\n".join(blocks)
    return text_of(part)


def _loose(block: "Message[str, str]") -> str:
    payload = block.get_payload()
    return payload if isinstance(payload, str) else ""


def _blocks(text: str) -> Iterator[Fields]:
    """Fields that belong together: an empty line, or a second recipient, ends them."""
    block: Fields = {}
    name = ""
    for line in text.replace("\r", "").split("\n"):
        if not line.strip():
            if block:
                yield block
            block, name = {}, ""
        elif line[0] in " \t" and name:
            block[name] += " " + line.strip()
        elif found := _FIELD.match(line):
            name = found[1].lower()
            if name == "final-recipient" and name in block:
                yield block
                block = {}
            # An Original-Recipient that comes a second time begins nothing new.
            block.setdefault(name, found[2].strip())
        elif name:
            block[name] += " " + line.strip()
    if block:
        yield block


def _names_somebody(block: Fields) -> bool:
    return bool({"final-recipient", "original-recipient"} & block.keys()) and bool(
        {"action", "status"} & block.keys()
    )


def _finding(block: Fields, told: str) -> Finding:
    recipient = _address(block.get("original-recipient", "")) or _address(
        block.get("final-recipient", "")
    )
    diagnostic = block.get("diagnostic-code", "")
    text = diagnostic.partition(";")[2].strip() or diagnostic or _comment(block.get("status", ""))
    status = _status(block.get("status", "")) or status_in(text)
    action = block.get("action", "").split(" ")[0].strip(";,.").lower()
    code = code_in(text)
    verdict = _verdict(action, status, code, text, told, recipient)
    return Finding(verdict, recipient, status, code, text[:_MOST_TEXT])


def _verdict(
    action: str, status: str, code: int | None, text: str, told: str, recipient: str
) -> Verdict:
    if action in {"delivered", "relayed", "expanded"}:
        return Verdict.DELIVERED
    if action == "delayed":
        return Verdict.DELAYED
    if says(text) is None:
        # The fields say too little: what is told to people may say more.
        near = _near(told, recipient)
        for words in (near, told):
            if says(words) is not None:
                text = f"{text} {words}"
                code = code or code_in(words) or _NO_CODE
                status = status_in(words) or status
                break
    return judge(status, code or _NO_CODE, text, told)


def _near(told: str, recipient: str) -> str:
    """What is told of one recipient: the lines that name them, up to where the next is named."""
    kept: list[str] = []
    open_ = False
    for line in told.split("\n"):
        if "@" in line:
            open_ = bool(recipient) and recipient.lower() in line.lower()
        if open_:
            kept.append(line)
    return "\n".join(kept)


def _comment(value: str) -> str:
    """What some write behind the code: `5.4.4 (Illegal host/domain name found)`."""
    return _STATUS.sub("", value).strip(" ()")


def _status(value: str) -> str:
    found = _STATUS.search(_COMMENT.sub(" ", value))
    return found[1] if found else ""


def _address(value: str) -> str:
    """`rfc822; someone@example.org`, with or without its type, brackets and all else."""
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return found[0] if found else ""
