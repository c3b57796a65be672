"""From a server's words to a verdict (pure).

Three witnesses, in this order: what the words say, the enhanced code (RFC 3463 and its registry),
the reply code (RFC 5321 §4.2). The words come first because servers choose codes carelessly
(5.1.1 for a full mailbox, 5.0.0 for anything); but two codes are believed against them:

- 5.7.x is the receiver's policy, even where the words speak of an unknown user;
- 4.x.x is "not now": what does not exist today may be a directory that was away.

And an unknown user without a code of its own (5.1.x) is believed of a server that says so when it
hears the name, not of one that read the whole mail first: that is a filter's word, which knows the
reader very well.

What nobody can tell is TEMPORARY: it counts a little against the address, and never at once.
"""

import re
from typing import NamedTuple

from mailer.receipts.phrases import (
    CONTENT,
    DISABLED,
    FULL,
    NO_DOMAIN,
    NO_MAILBOX,
    NOT_HERE,
    POLICY,
    PROGRAM,
    TEMPORARY,
)
from mailer.receipts.verdicts import Verdict

#: Exchange Online at the edge, of a name that its directory does not hold (Microsoft, "Use
#: Directory Based Edge Blocking"): the code tells it from a refusal of the sender.
_UNLISTED = "recipient address rejected: access denied"
#: Of what a server says, so much is looked at.
_MOST = 1500
_ADDRESS = re.compile(r"<?[^\s<>()\"',;:]+@[^\s<>()\"',;:]+>?")
#: Of a link its host alone says anything.
_URL = re.compile(r"https?://([^\s/]*)\S*")
#: What stands for an address.
_PLACE = "<a>"
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.\-/])([45][0-5]\d)(?=[ \-:,]|$)", re.MULTILINE)

#: The server had read the mail: Postfix, Exim, sendmail, and the transcripts of others.
_AFTER_DATA = re.compile(
    r"end of data|after data|this user doesn.t have an? \S+ account|"
    r">>>+ ?data\b|reply to data|\bdata command|command[^\n]*\n+\s*data\b",
    re.IGNORECASE,
)

_AT_RCPT = re.compile(r"rcpt[ _]to|\brcpt\b|has rejected address", re.IGNORECASE)
#: The sender was refused, whatever is said of whom.
_AT_MAIL = re.compile(r"(?:after|reply to|in response to) mail from", re.IGNORECASE)
#: A transcript in which every name had been refused before: DATA was sent along (RFC 2920).
_AT_ONCE = re.compile(r"need rcpt|no valid recipients|no recipients|rcpt first", re.IGNORECASE)
#: Yahoo knows its own people, and says so late.
_YAHOO = "delivery error: dd this user doesn't have"
#: "This machine takes no mail at all": RFC 7504, RFC 7505.
_NO_MAIL_HERE = (521, 556)
_OF_SENDER = ("5.1.7", "5.1.8")
#: Believed of an unknown user whenever it was said. (5.5.0: Hotmail and La Poste say it of nothing
#: else.)
_SURE = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.1.351", "5.4.1", "5.5.0")

# The first that fits decides; of what is not here the words alone can tell.
_BY_STATUS: tuple[tuple[str, Verdict], ...] = (
    ("2.", Verdict.DELIVERED),
    ("4.2.2", Verdict.FULL),
    ("4.7.", Verdict.TEMPORARY),
    ("4.", Verdict.TEMPORARY),
    ("5.1.1", Verdict.HARD),
    ("5.1.2", Verdict.HARD),
    ("5.1.3", Verdict.HARD),
    ("5.1.6", Verdict.HARD),
    ("5.2.2", Verdict.FULL),
    ("5.2.3", Verdict.CONTENT),
    ("5.3.4", Verdict.CONTENT),
    ("5.4.4", Verdict.HARD),
    ("5.6.", Verdict.CONTENT),
    ("5.7.", Verdict.POLICY),
)
_REGISTERED = ("5.1.10", "5.1.351")


def judge(
    status: str, code: int | None, text: str, around: str = "", *, prose: bool = False
) -> Verdict:
    """What a refusal means. `status` may be empty or "5.0.0", `code` None, `text` anything.

    `around` is what else the report tells: at which command the server refused. `prose` says that
    text is all there is, and no fields.
    """
    if remote := _remote(text):
        text, status = remote, ""
    words = plain_words(text)
    said = status if status and not status.endswith(".0.0") else _in(text) or status
    if said in _OF_SENDER or _AT_MAIL.search(f"{text}\n{around}"):
        return Verdict.POLICY
    if said.startswith(("5.7.", "4.7.")):
        return _of_policy(said, words)
    if code in _NO_MAIL_HERE:
        return Verdict.HARD
    told = _by_words(words, said) or _by_status(said) or _by_code(code)
    if told is not Verdict.HARD or said in _SURE:
        return told
    if _only_for_now(said, code):
        return Verdict.TEMPORARY
    heard = _Heard(words, f"{text}\n{around}", code, prose or status.endswith(".0.0"), prose)
    return Verdict.HARD if _is_plain(heard) else Verdict.POLICY


def says(text: str) -> Verdict | None:
    """What words alone say; None where they say nothing."""
    return _by_words(plain_words(text), _in(text))


def status_in(text: str) -> str:
    """The first enhanced code in a text, or nothing."""
    return _in(text)


def code_in(text: str) -> int | None:
    """The first reply code of a refusal in a text."""
    found = _CODE.search(text)
    return int(found[1]) if found else None


def plain_words(text: str) -> str:
    """The text as the tables look at it: lower case, one line, no address and no link."""
    bare = _URL.sub(r" \1 ", _ADDRESS.sub(_PLACE, text[:_MOST]))
    return " ".join(bare.lower().replace("’", "'").split())


def _in(text: str) -> str:
    found: list[str] = _STATUS.findall(text[:_MOST])
    return next((one for one in found if not one.endswith(".0.0")), found[0] if found else "")


def _by_words(words: str, status: str) -> Verdict | None:
    if not words:
        return None
    if FULL.search(words):
        return Verdict.FULL
    if PROGRAM.search(words):
        return Verdict.TEMPORARY
    if status == "5.4.1" and _UNLISTED in words:
        return Verdict.HARD
    if status == "5.1.1" and NO_MAILBOX.search(words):
        # The code and the words agree: what is said of the receiver's rules beside them is no more
        # than a place to read on.
        return Verdict.HARD
    for table, verdict in (
        (POLICY, Verdict.POLICY),
        (DISABLED, Verdict.TEMPORARY),
        (NO_MAILBOX, Verdict.HARD),
        (NO_DOMAIN, Verdict.HARD),
        (CONTENT, Verdict.CONTENT),
        (TEMPORARY, Verdict.TEMPORARY),
    ):
        if table.search(words):
            return verdict
    return None


def _of_policy(status: str, words: str) -> Verdict:
    if FULL.search(words):
        return Verdict.FULL
    return Verdict.POLICY if status.startswith("5") or POLICY.search(words) else Verdict.TEMPORARY


class _Heard(NamedTuple):
    """How an unknown user was told. `vague`: by 5.0.0, which gateways write that do not know."""

    words: str
    told: str
    code: int | None
    vague: bool
    prose: bool


def _is_plain(heard: _Heard) -> bool:
    """Whether the name itself was refused: at RCPT, or by the last machine on the way."""
    words, told = heard.words, heard.told
    if _is_sure(words) or (_AT_ONCE.search(told) and not heard.vague):
        return True
    if _AFTER_DATA.search(told):
        return False
    # Who has no code is the machine that wrote the report. Who repeats the address answers RCPT,
    # mostly; always with a colon behind it, as Postfix does.
    by_name = (_PLACE in words and not heard.vague) or (f"{_PLACE}:" in words and not heard.prose)
    return by_name or bool(_AT_RCPT.search(told)) or heard.code is None


def _is_sure(words: str) -> bool:
    return bool(NO_DOMAIN.search(words) or NOT_HERE.search(words) or _YAHOO in words)


def _remote(text: str) -> str:
    """Exchange puts its own words before those of the server that refused: `… -> 550 …`."""
    before, arrow, after = text.partition("->")
    return after if arrow and "emote server returned" in before and _CODE.search(after) else ""


def _only_for_now(status: str, code: int | None) -> bool:
    return status.startswith("4.") if status else code is not None and code < 500


def _by_status(status: str) -> Verdict | None:
    if status in _REGISTERED:
        return Verdict.HARD
    for prefix, verdict in _BY_STATUS:
        whole = prefix.endswith(".") or status == prefix
        if whole and status.startswith(prefix):
            return verdict
    return None


def _by_code(code: int | None) -> Verdict:
    if code == 552:
        return Verdict.FULL
    return Verdict.TEMPORARY
