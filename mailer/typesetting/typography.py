"""How words, dates and numbers are set in each language (pure).

Sources: the French spaces of the Imprimerie nationale's *Lexique* (a thin no-break space before
; ! ?, a full no-break space before : and inside guillemets), CLDR `ar_MA` for Moroccan months and
Western digits, the Unicode Bidirectional Algorithm (UAX #9, rule W7) for the marks.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from mailer.languages import Language

NBSP = "\N{NO-BREAK SPACE}"
THIN = "\N{NARROW NO-BREAK SPACE}"
RLM = "\N{RIGHT-TO-LEFT MARK}"

_URL = re.compile(r"((?:https?://|www\.)\S+)", re.IGNORECASE)
_SPACES = r"[ \u00a0\u202f\u2009]*"
# A colon is French punctuation only before a space or the end: 12:30 and mailto:x are not.
_COLON = re.compile(rf"(?<=[^\s\u00a0\u202f:]){_SPACES}:(?=\s|$)")
_HIGH = re.compile(rf"(?<=[^\s\u00a0\u202f;!?(]){_SPACES}([;!?]+)(?=[\s»”\")\]…,.]|$)")
_OPENING = re.compile(rf"«{_SPACES}")
_CLOSING = re.compile(rf"{_SPACES}»")

# Marks, embeddings, overrides and isolates would turn the text around them; U+FEFF hides words
# from readers; surrogates cannot be encoded.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Breaking spaces and ends of lines; the no-break spaces are wanted.
_BREAKS = re.compile("[ \t-\r\x85\u2028\u2029]+")
_MARKS = {"fr": (f"«{NBSP}", f"{NBSP}»"), "ar": ("«", "»"), "en": ("“", "”")}
_INNER_MARKS = {"fr": ("“", "”"), "ar": ("“", "”"), "en": ("‘", "’")}
_OUTER = re.compile(rf"«{_SPACES}|{_SPACES}»|[“”\"]")


def clean(text: str) -> str:
    """One line of text, NFC, without control characters, bidi overrides or double spaces."""
    return unicodedata.normalize("NFC", _BREAKS.sub(" ", _DROPPED.sub("", text))).strip()


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a staff text, each cleaned; an empty line parts them."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return tuple(kept for part in parts if (kept := clean(part)))


def set_text(text: str, code: str) -> str:
    """`text` in the typography of its language: cleaned, and with French spaces in French."""
    text = clean(text)
    if code != "fr":
        return text
    return "".join(
        piece if index % 2 else _french(piece) for index, piece in enumerate(_URL.split(text))
    )


def _french(text: str) -> str:
    text = _COLON.sub(f"{NBSP}:", text)
    text = _HIGH.sub(rf"{THIN}\1", text)
    return _CLOSING.sub(f"{NBSP}»", _OPENING.sub(f"«{NBSP}", text))


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut at a word and ended by an ellipsis.

    A single word longer than the limit is cut inside, never before a combining mark.
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if not text[limit - 1].isspace():
        at = max(head.rfind(space) for space in (" ", NBSP, THIN))
        # A word that fills more than half of the room is no reason to lose the other half.
        head = head[:at] if at > limit // 2 else _before_marks(text, limit - 1)
    return head.rstrip(f" {NBSP}{THIN},;:.–—-«“(،؛…") + "…"


def _before_marks(text: str, end: int) -> str:
    while end > 1 and unicodedata.combining(text[end]):
        end -= 1
    return text[:end]


def quoted(text: str, code: str) -> str:
    """`text` in the quotation marks of its language; its own marks become the inner ones."""
    opening, closing = _MARKS.get(code, _MARKS["en"])
    return f"{opening}{_inner(text.strip(), code)}{closing}"


def _inner(text: str, code: str) -> str:
    opening, closing = _INNER_MARKS.get(code, _INNER_MARKS["en"])
    inside = False

    def mark(found: re.Match[str]) -> str:
        nonlocal inside
        sign = found.group().strip(f" {NBSP}{THIN}\u2009")
        inside = sign in "«“" or (sign == '"' and not inside)
        return opening if inside else closing

    return _OUTER.sub(mark, text)


def full_date(day: date, language: Language) -> str:
    """`mercredi 21 mai 2025`, `الأربعاء 21 ماي 2025`, `Wednesday 21 May 2025`."""
    return _format(day, "EEEE d MMMM y", language)


def plain_date(day: date, language: Language) -> str:
    """`21 mai 2025`, `21 ماي 2025`, `21 May 2025`."""
    return _format(day, "d MMMM y", language)


def period(first: date, last: date, language: Language) -> str:
    """Both days included: `14–20 mai 2025`, `28 avril – 4 mai 2025`; one day is that day."""
    if first == last:
        return plain_date(first, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_format(first, 'd ', language).strip()}–{plain_date(last, language)}"
    pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{_format(first, pattern, language)} – {plain_date(last, language)}"


def _format(day: date, pattern: str, language: Language) -> str:
    # CLDR has "1 mai"; French prints the first of a month "1er".
    pattern = pattern.replace("d ", "d'er' ") if language.code == "fr" and day.day == 1 else pattern
    return str(format_date(day, pattern, locale=language.locale))


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an aware `moment` where the readers live."""
    return moment.astimezone(zone).date()


def number(value: int, language: Language) -> str:
    """`1 234`, `1.234`, `1,234`: Western digits in the three languages."""
    return str(format_decimal(value, locale=language.locale))


def joined(parts: Iterable[str], language: Language, between: str = " · ") -> str:
    """`parts` that are not empty, with `between` them.

    In Arabic a part that ends in Latin would pull the next part's number to its own side (W7): a
    space and U+200F part them.
    """
    text = ""
    for part in filter(None, parts):
        if text:
            mark = mark_after(text, language)
            text += mark + (between.lstrip() if mark else between)
        text += part
    return text


def listed(names: Iterable[str], language: Language) -> str:
    """`Hespress, Yabiladi`; in Arabic each Latin name keeps its place by a mark after the comma."""
    if language.dir == "ltr":
        return ", ".join(names)
    return "".join(
        name if not index else f"، {mark_line(name, language)}" for index, name in enumerate(names)
    )


def mark_after(text: str, language: Language) -> str:
    """What follows `text` before a separator: a space and U+200F after Latin in Arabic."""
    return f" {RLM}" if language.dir == "rtl" and _last_strong(text) == "L" else ""


def mark_line(line: str, language: Language) -> str:
    """A line of plain text; in Arabic one that would begin left-to-right begins with U+200F.

    So would one without a letter, such as the rule under a heading.
    """
    strong = next((way for char in line if (way := _strong(char))), None)
    return f"{RLM}{line}" if language.dir == "rtl" and strong != "R" else line


def _last_strong(text: str) -> str | None:
    return next((way for char in reversed(text) if (way := _strong(char))), None)


def _strong(char: str) -> str | None:
    way = unicodedata.bidirectional(char)
    return {"L": "L", "R": "R", "AL": "R"}.get(way)
