"""An article as grouping reads it (pure): its stems, how often; its runs of five words.

The title counts twice and the text up to 2,500 characters, without a dateline in front. Measured
on the human-scored pairs (`./run bench stories`): of those that a person calls one story, 500
characters find a fifth at the automatic threshold, 2,500 two fifths, at the same precision; more
finds hardly more.
"""

import re
from collections import Counter
from dataclasses import dataclass
from zlib import crc32

from mailer.stories.folding import words
from mailer.stories.function_words import WORDS
from mailer.stories.stems import stem

_READ = 2500  # characters of text
_TITLE = 2  # how often the title counts
_LEAST_TITLE = 4  # content words: "Météo", "Revue de presse" come back every day
_RUN = 5
_YEAR = re.compile("(?:19|20)[0-9]{2}")
# "RABAT, 12 mai (MAP) – ", "الرباط - (و م ع) ", "PARIS – ": where it was written, and by whom.
_DATELINE = re.compile(
    r"[^.!?\n()\[\]]{0,60}[(\[][^()\[\]\n]{1,40}[)\]]\s*[-–—:.]*\s*"
    r"|[^.!?\n()\[\]–—-]{1,40}\s[-–—]{1,2}\s"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What grouping needs of an article.

    `stems` maps a stem to its count; `runs` are checksums of its runs of five words (two runs of
    one checksum are one in four thousand million); a `bare` title has too few words to tell one
    event from another.
    """

    stems: dict[str, int]
    runs: frozenset[int]
    bare: bool


def read(title: str, text: str, language: str) -> Reading:
    """The reading of an article in `language`; `text` is its body, or its lead."""
    text = without_dateline(text)
    title_words, text_words = words(title), words(text[:_READ])
    told = content(title_words, language)
    stems = Counter(told * _TITLE + content(text_words, language))
    return Reading(dict(stems), _runs(text_words), len(told) < _LEAST_TITLE)


def content(folded: list[str], language: str) -> list[str]:
    """The stems of the words that tell something: no function word, single letter or year."""
    empty = WORDS.get(language, frozenset())
    return [
        stem(word, language)
        for word in folded
        if len(word) > 1 and word not in empty and not _YEAR.fullmatch(word)
    ]


def without_dateline(text: str) -> str:
    """The text without "RABAT, 12 mai (MAP) –" in front: a place and an agency are no event."""
    found = _DATELINE.match(text)
    return text[found.end() :] if found else text


def _runs(folded: list[str]) -> frozenset[int]:
    spans = (folded[start : start + _RUN] for start in range(len(folded) - _RUN + 1))
    return frozenset(crc32(" ".join(span).encode()) for span in spans)
