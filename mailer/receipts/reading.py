"""A mail from the bounce box, read: what it says, and whose it may be (pure).

bytes ─opened─▸ mail ─┬─ by_button  a mail program unsubscribes its reader
                      ├─ ses_words  a notification of Amazon's, that came as a mail
                      ├─ arf        a complaint
                      ├─ dsn        a standard report
                      ├─ prose      a machine's words
                      ├─ replies    a machine that answers, a person who asks to leave
                      └─ MAIL       none of these
"""

import hashlib
import json
from dataclasses import dataclass
from email.message import Message
from typing import Any

from mailer.receipts import arf, dsn, prose, replies
from mailer.receipts.clues import Clues, by_button, clues_in
from mailer.receipts.hooks import ses_words
from mailer.receipts.opened import header, open_mail
from mailer.receipts.phrases import FAILED
from mailer.receipts.verdicts import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """`findings` holds one at least. `machine` forbids every answer. `key` tells copies of one
    report: the same for each, whatever way it came."""

    findings: tuple[Finding, ...]
    clues: Clues
    machine: bool
    key: str

    @property
    def finding(self) -> Finding:
        """What counts where a report is about one mail of ours: the gravest thing it says."""
        order = list(Verdict)
        return min(self.findings, key=lambda one: order.index(one.verdict))


def read(raw: bytes, recipients: tuple[str, ...] = ()) -> Reading:
    """Read a mail. `recipients` are those of its envelope, where the way it came tells them."""
    mail = open_mail(raw)
    clues = clues_in(mail, raw, recipients)
    if (told := ses_words.in_mail(mail)) is not None:
        return _of_amazon(told, clues)
    return Reading(_findings(mail), clues, replies.is_by_machine(mail), _key(mail, raw))


def _of_amazon(told: Any, clues: Clues) -> Reading:
    """A notification: whose it is stands in its words; each copy of it comes as another mail."""
    findings = tuple(ses_words.findings_of(told)) or (Finding(Verdict.MAIL),)
    key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return Reading(findings, clues.and_those(ses_words.clues_of(told)), True, key)


def _findings(mail: "Message[str, str]") -> tuple[Finding, ...]:
    if by_button(mail):
        # Whatever else it says: the mail program may well call it written by a machine.
        return (Finding(Verdict.UNSUBSCRIBE),)
    if (complaint := arf.finding(mail)) is not None:
        return (complaint,)
    told = prose.words_for_people(mail)
    if reports := dsn.findings(mail, told):
        return reports
    if replies.is_reply(mail) and not _says_failed(mail):
        return (Finding(Verdict.REPLY),)
    if bounces := prose.findings(mail, told):
        return bounces
    if replies.asks_to_leave(mail, told) and not replies.is_by_machine(mail):
        return (Finding(Verdict.UNSUBSCRIBE),)
    return (Finding(Verdict.MAIL),)


def _says_failed(mail: "Message[str, str]") -> bool:
    """Some servers mark their bounces as replies: the subject tells them apart."""
    return bool(FAILED.search(header(mail, "Subject")) or mail.get("X-Failed-Recipients"))


def _key(mail: "Message[str, str]", raw: bytes) -> str:
    """By its own Message-ID and its words: what is added on the way differs with each copy.

    Where it has none, by the moment it was written: one may ask twice to leave, years apart.
    """
    own = header(mail, "Message-ID") or header(mail, "Date")
    _, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    told = hashlib.sha256(own.encode("utf-8", "replace") + b"\0" + body[:65_536])
    return told.hexdigest()
