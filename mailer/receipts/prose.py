"""Bounces that are no standard's: what a machine wrote for people to read (pure).

A mail is one when a machine sent it (the empty sender, MAILER-DAEMON, a header) and its words say
that something could not be delivered; either alone is an ordinary mail. Where our own tables find
no recipient, flufl.bounce is asked, which knows the layouts of many old servers.
"""

import re
from email.message import Message

from flufl.bounce import all_failures

from mailer.receipts.judging import code_in, judge, says, status_in
from mailer.receipts.opened import header, parts, text_of
from mailer.receipts.phrases import FAILED, MACHINE, STILL_TRYING
from mailer.receipts.verdicts import Finding, Verdict

_DAEMON = re.compile(r"\b(?:mailer-daemon|post_?master)@", re.IGNORECASE)
_ANSWERED = re.compile(r"(?:re|fw|fwd|tr|ré|rép|رد)\s*:", re.IGNORECASE)
#: Where the machine's words end and the mail that it returns begins.
_RETURNED = re.compile(
    r"^[> \t]*(?:-{2,}|={3,}|\*{3,}|_{3,}|#{3,})?[ \t]*(?:"
    r"(?:this is|below|here|a copy|the (?:header|original|text|following)|your|start of|begin|"
    r"included|enclosed|attached|returned|unsent|original|body|message|undelivered|"
    r"rejected)[^\n]{0,60}"
    r"(?:copy|original|header|message|mail|text|follows|below|returned)[^\n]{0,40}"
    r"|return-path:[^\n]*|received: (?:from|by|\()[^\n]*)[ \t]*-*[ \t]*:?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADERS = re.compile(
    r"(?:^[ \t>]*(?:received|return-path|from|to|subject|date|message-id|mime-version|content-type|"
    r"x-[\w-]+|delivered-to|dkim-signature|reply-to|sender)[ \t]*:[^\n]*\n"
    r"(?:[ \t]+\S[^\n]*\n)*){3,}",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
#: A line on which a server itself speaks.
_SPOKEN = re.compile(
    r"(?<![\d.])[45][0-5]\d[ -]|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|\bsaid:|^\s*<<<|"
    r"remote (?:host|server)|diagnos|respon[ds]|reason|error|raison|erreur|motif|سبب|خطأ",
    re.IGNORECASE,
)
#: A line that names a recipient: what is said of them stands below it, or behind it.
_NAMED = re.compile(r"^\s*[<*]?[^\s<>@]+@[^\s<>@]+>?(?:\s*:.*|\s*)$")
_DELAYED = re.compile(r"warning|delay|retard|تأخير|تأخر", re.IGNORECASE)
#: A machine's own words, of which a human report has no more.
_MOST, _MOST_SECTIONS, _MOST_LINES = 6000, 20, 4000


def findings(mail: "Message[str, str]", told: str) -> tuple[Finding, ...]:
    """What a bounce says, of each recipient it names; nothing where it is no bounce."""
    if not is_bounce(mail, told):
        return ()
    sections = _sections(told)
    if len(sections) > 1:
        return tuple(_finding(mail, section, told) for section in sections)
    return (_finding(mail, told, told),)


def _finding(mail: "Message[str, str]", section: str, told: str) -> Finding:
    spoken = _spoken(section)
    text = spoken if says(spoken) is not None else section
    status, code = status_in(spoken), code_in(spoken)
    verdict = _verdict(mail, told, judge(status, code, text, section, prose=True))
    named = header(mail, "X-Failed-Recipients") if section is told else ""
    recipient = _first(named) or _first(_about(section)) or _asked(mail)
    return Finding(verdict, recipient, status, code, " ".join((spoken or section).split())[:1000])


def _sections(told: str) -> list[str]:
    """A report of several recipients, cut where the next is named; of those that say something."""
    lines = told.split("\n")
    starts = [number for number, line in enumerate(lines) if _NAMED.match(line)]
    ends = [*starts[1:], len(lines)][: len(starts)]
    cut = ["\n".join(lines[start:end]) for start, end in zip(starts, ends, strict=True)]
    return [one for one in cut if says(one) is not None or status_in(one)][:_MOST_SECTIONS]


def is_bounce(mail: "Message[str, str]", told: str) -> bool:
    """Whether a machine sent it, and says that a mail did not arrive."""
    if mail.get("X-Failed-Recipients"):
        return True
    if mail.get("List-Id") or mail.get("List-Post"):
        return False
    subject, head = header(mail, "Subject"), told[:1500]
    sent_by = header(mail, "From")
    machine = _null(mail) or bool(MACHINE.search(sent_by))
    if not machine:
        return False
    if mail.get("In-Reply-To") or _ANSWERED.match(subject):
        # A person at the postmaster's desk answers too; a machine quotes a server.
        return bool(_DAEMON.search(sent_by)) and code_in(head) is not None
    return bool(FAILED.search(subject) or FAILED.search(head)) or (
        _null(mail) and says(_spoken(head)) is not None
    )


def words_for_people(mail: "Message[str, str]") -> str:
    """What a report tells people: its first text, up to the mail that it returns."""
    for kind in ("text/plain", "text/html"):
        for part in parts(mail):
            if part.get_content_type() == "message/rfc822":
                break
            text = _text(part).strip() if part.get_content_type() == kind else ""
            if text:
                return own_words(text)
    return ""


def _text(part: "Message[str, str]") -> str:
    return "" if part.is_multipart() else text_of(part).replace("\r", "")


def own_words(text: str) -> str:
    """A machine's words without the mail that it returns below them."""
    text = text[: 4 * _MOST]
    ends = [len(text)]
    if found := _HEADERS.search(text):
        ends.append(found.start())
    ends += [found.start() for found in _RETURNED.finditer(text) if found.start() > 40]
    cut = min(ends)
    # A layout that returns the mail first says everything behind it.
    return text[: cut if len(text[:cut].split()) > 3 else len(text)][:_MOST].strip()


def _verdict(mail: "Message[str, str]", told: str, verdict: Verdict) -> Verdict:
    delayed = _DELAYED.search(header(mail, "Subject")) and STILL_TRYING.search(told)
    return Verdict.DELAYED if delayed else verdict


def _null(mail: "Message[str, str]") -> bool:
    """Whether it has the empty sender, by which machines say: answer nobody (RFC 5321 §4.5.5)."""
    return header(mail, "Return-Path").replace(" ", "") == "<>"


def _spoken(told: str) -> str:
    """The lines on which a server speaks, each with the one that goes on behind it."""
    lines = told.split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _SPOKEN.search(line) or _NAMED.match(line):
            kept += lines[number : number + 3]
    return "\n".join(dict.fromkeys(kept))


def _about(told: str) -> str:
    return "\n".join(
        line for line in told.split("\n") if not MACHINE.search(line) or "<" in line[:2]
    )


def _first(text: str) -> str:
    found = _ADDRESS.search(text)
    return found[0].strip(".") if found else ""


def _asked(mail: "Message[str, str]") -> str:
    """flufl.bounce's word on who it is about; of what it calls permanent we believe nothing."""
    if sum(str(part.get_payload()).count("\n") for part in parts(mail)) > _MOST_LINES:
        return ""  # it looks at each line with each of its hundred patterns
    try:
        temporary, permanent = all_failures(mail)
    except Exception:
        # It reads what it was never shown, and raises what comes.
        return ""
    for address in sorted({*temporary, *permanent}):
        return address.decode("ascii", "replace") if isinstance(address, bytes) else str(address)
    return ""
