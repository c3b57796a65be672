"""Dates as feeds write them (pure): RFC 822, ISO 8601, or words in the feed's language."""

import re
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Moroccan Arabic names of the months (CLDR ar_MA), which dateparser does not know, in English.
_MOROCCAN = {
    "يناير": "January",
    "فبراير": "February",
    "مارس": "March",
    "أبريل": "April",
    "ماي": "May",
    "يونيو": "June",
    "يوليوز": "July",
    "غشت": "August",
    "شتنبر": "September",
    "أكتوبر": "October",
    "نونبر": "November",
    "دجنبر": "December",
}
_MONTH = re.compile(r"(?<!\w)(?:" + "|".join(_MOROCCAN) + r")(?!\w)")
_ARABIC_WEEKDAY = re.compile(r"(?<!\w)(?:ال)?(?:اثنين|إثنين|ثلاثاء|أربعاء|خميس|جمعة|سبت|أحد)[،,]?")
_LONGEST = 80
# The first feeds are of 1999; an earlier date is a machine's zero.
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)


def parse_date(text: str, *, language: str = "") -> datetime | None:
    """The moment in UTC, or None when the text is no date. A time without a zone is in UTC."""
    text = _western(text.strip())
    if not text or len(text) > _LONGEST:
        return None
    found = _iso(text) or _rfc822(text) or _in_words(text, language)
    return plausible(found)


def plausible(moment: datetime | None) -> datetime | None:
    """The moment, aware and in UTC; None for one before there were feeds, such as 1970."""
    if moment is None:
        return None
    try:
        aware = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return aware if aware >= _EARLIEST else None


def _western(text: str) -> str:
    """The text with its digits as ASCII and its Moroccan months in English."""
    digits = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
    if not _MONTH.search(digits):
        return digits
    return _MONTH.sub(lambda found: _MOROCCAN[found.group()], _ARABIC_WEEKDAY.sub("", digits))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _in_words(text: str, language: str) -> datetime | None:
    """What is left: "mardi 5 mars 2024 à 14h30", "5 مارس 2024"."""
    if not re.search(r"\d", text):
        return None  # "demain" is no date of publication
    import dateparser  # 0.2 s to load; a feed in need of it is one in fifty

    languages = list(dict.fromkeys([code for code in (language[:2],) if code] + ["en", "fr", "ar"]))
    settings = {"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "DATE_ORDER": "DMY"}
    settings |= {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    try:
        found: datetime | None = dateparser.parse(text, languages=languages, settings=settings)
    except (ValueError, OverflowError, TypeError):
        return None
    return found
