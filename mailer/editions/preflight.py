"""What forbids sending an edition, and what warns (pure).

Each finding is a sentence that says what is wrong and where to mend it, and the place itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mailer.errors import N_, MailerError, Refused

from .layout import EXTRACT, SUBJECT
from .markup import Faults

#: Gmail clips a message whose HTML part, as it is encoded, is larger, and the way out with it.
CLIPPED_FROM = 102_400
#: The HTML above which a mail is heavy on the road; forty articles take less.
HEAVY_FROM = 61_440


@dataclass(frozen=True, slots=True)
class Place:
    """Where to mend it: a room of the desk, and what in it; `entry` is an item's id."""

    room: Literal["publication", "theme", "issue"]
    language: str = ""
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence; `forbids` says that nothing may leave before it is mended."""

    forbids: bool
    sentence: MailerError
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry: its id and number, its words, and what its outlet wrote.

    `lead` is the newsroom's own, "" where the outlet's stands; `original` is all we have of an
    article whose source lets us quote no more than an extract, "" where it grants more.
    """

    item: int
    number: int
    words: tuple[str, ...]
    lead: str = ""
    original: str = ""
    link_is_dead: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What is looked at: one edition, and what its publication says of itself.

    `html_size` is that of the HTML in bytes, `encoded_size` that of the encoded part; `ways_out`
    counts the places of the unsubscription link in HTML and text; `words` are those of the
    newsroom around the entries. `day` is the issue's date, `today` that of its zone.
    """

    publication: str
    language: str
    subject: str
    html_size: int
    encoded_size: int
    ways_out: tuple[int, int]
    faults: Faults
    sender: str
    postal_address: str
    relay_is_local: bool
    day: date
    today: date
    entries: Sequence[CheckedEntry] = ()
    words: tuple[str, ...] = ()
    faint_texts: int = 0


def findings(edition: Checked) -> list[Finding]:
    """All that is wrong with an edition, what forbids first."""
    return sorted(_look(edition), key=lambda finding: not finding.forbids)


def nothing_to_send(issue: int) -> Finding:
    """What is wrong with an issue that has no edition."""
    return Finding(True, Refused(NO_EDITION, issue=issue), Place("issue"))


def _look(edition: Checked) -> Iterator[Finding]:
    yield from _of_the_publication(edition)
    yield from _of_the_mail(edition)
    for entry in edition.entries:
        yield from _of_an_entry(edition, entry)


def _of_the_publication(edition: Checked) -> Iterator[Finding]:
    # A sender and an address are the law's and the receivers' demand; on loopback nobody asks.
    strict = not edition.relay_is_local
    here = Place("publication")
    publication: dict[str, str | int] = {"publication": edition.publication}
    if not edition.sender:
        yield Finding(strict, Refused(_NO_SENDER, **publication), here)
    if not edition.postal_address:
        yield Finding(strict, Refused(_NO_ADDRESS, **publication), here)
    if len(edition.subject) > SUBJECT:
        length = len(edition.subject)
        sentence = Refused(_LONG_SUBJECT, **_named(edition), length=length, limit=SUBJECT)
        yield Finding(True, sentence, here)
    if edition.faint_texts:
        sentence = Refused(_FAINT, **publication, count=edition.faint_texts)
        yield Finding(False, sentence, Place("theme"))


def _of_the_mail(edition: Checked) -> Iterator[Finding]:
    named, here = _named(edition), Place("issue", edition.language)
    if not all(edition.ways_out):
        yield Finding(True, Refused(_NO_WAY_OUT, **named))
    if edition.faults.undirected:
        yield Finding(True, Refused(_UNDIRECTED, **named, count=edition.faults.undirected))
    if edition.faults.wordless:
        yield Finding(False, Refused(_WORDLESS, **named, count=edition.faults.wordless), here)
    if edition.encoded_size > CLIPPED_FROM:
        size = edition.encoded_size // 1024
        yield Finding(False, Refused(_CLIPPED, **named, size=size), here)
    elif edition.html_size > HEAVY_FROM:
        yield Finding(False, Refused(_HEAVY, **named, size=edition.html_size // 1024), here)
    if edition.day < edition.today:
        yield Finding(False, Refused(_PAST, date=f"{edition.day:%Y-%m-%d}"), Place("issue"))
    if left := _placeholder(edition.words):
        yield Finding(False, Refused(_PLACEHOLDER, **named, left=left), here)


def _of_an_entry(edition: Checked, entry: CheckedEntry) -> Iterator[Finding]:
    here = Place("issue", edition.language, entry.item)
    told: dict[str, str | int] = {"language": edition.language, "number": entry.number}
    if entry.original and quotes_too_much(entry.lead, entry.original):
        yield Finding(True, Refused(_UNLICENSED, **told, limit=EXTRACT), here)
    if entry.link_is_dead:
        yield Finding(False, Refused(_DEAD, **told), here)
    if left := _placeholder(entry.words):
        yield Finding(False, Refused(_ENTRY_PLACEHOLDER, **told, left=left), here)


def quotes_too_much(lead: str, original: str) -> bool:
    """Whether `lead` repeats more than an extract's length of `original`, word by word."""
    ours, theirs = _plain(lead), _plain(original)
    starts = [0, *(at.end() for at in re.finditer(" ", ours))]
    return any(ours[at : at + EXTRACT + 1] in theirs for at in starts if len(ours) - at > EXTRACT)


def _plain(text: str) -> str:
    """Letters and digits alone, so that another quotation mark hides nothing."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


# What a person or a program left to be filled in; "XX" alone is a century.
_LEFT = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|%\(\w+\)s|\$\{\w+\}|\*\|\w+\|\*"
    r"|\[(?:…|\.\.\.|x+|tk|nom|titre|date|name|title|à compléter|a completer|to come|à venir)\]"
    r"|\bXXX+\b|\bTKTK?\b|\blorem ipsum\b",
    re.IGNORECASE,
)


def _placeholder(words: Sequence[str]) -> str:
    found = next((found.group() for text in words if (found := _LEFT.search(text))), "")
    return found[:60]


def _named(edition: Checked) -> dict[str, str | int]:
    return {"publication": edition.publication, "language": edition.language}


NO_EDITION = N_("Issue %(issue)s has no edition: it has no entry that is shown.")
_NO_WAY_OUT = N_(
    "The %(language)s edition of %(publication)s has no unsubscription link: put it back into the "
    "template's footer."
)
_NO_SENDER = N_(
    "%(publication)s has no sender address: enter one on the publication's page, or set "
    "MAILER_FROM."
)
_NO_ADDRESS = N_("%(publication)s has no postal address: enter it on the publication's page.")
_LONG_SUBJECT = N_(
    "The subject of the %(language)s edition of %(publication)s has %(length)s characters, where"
    " inboxes show %(limit)s at most: give the publication a shorter name."
)
_FAINT = N_(
    "%(count)s texts of %(publication)s are too faint on their ground to be read: choose other"
    " colours on the page of its look."
)
_UNDIRECTED = N_(
    "The %(language)s edition of %(publication)s does not say its language or its direction in"
    " %(count)s places: put `lang` and `dir` back into the template."
)
_WORDLESS = N_(
    "%(count)s pictures of the %(language)s edition of %(publication)s have no words for those who"
    " do not see them: enter them beside the picture."
)
_CLIPPED = N_(
    "The %(language)s edition of %(publication)s weighs %(size)s kB: Gmail shows 100 and hides the "
    "rest, the unsubscription link with it. Leave out some articles."
)
_HEAVY = N_(
    "The %(language)s edition of %(publication)s weighs %(size)s kB, more than 60: it is slow on a"
    " telephone. Leave out some articles, or shorten your own texts."
)
_PAST = N_("The issue is dated %(date)s, which is past: draft a new one if that is not meant.")
_PLACEHOLDER = N_(
    "“%(left)s” was left to be filled in, in the words around the entries of the %(language)s"
    " edition of %(publication)s."
)
_UNLICENSED = N_(
    "Entry %(number)s (%(language)s) repeats more than %(limit)s characters of an article that may"
    " only be quoted: shorten its lead, or say it in your own words."
)
_DEAD = N_(
    "The link of entry %(number)s (%(language)s) leads nowhere any more: give it another address,"
    " or leave it out."
)
_ENTRY_PLACEHOLDER = N_(
    "“%(left)s” was left to be filled in, in entry %(number)s (%(language)s): edit it."
)
