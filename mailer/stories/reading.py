"""An article as grouping reads it (pure): its words and how often, its headline, its runs of five.

The title counts twice and the text up to 4,000 characters, without a dateline in front: what one
outlet puts into its headline another tells in its sixth paragraph. Measured on the human-scored
pairs (`./run bench stories`): more finds no more, and less finds less at the same precision.
"""

import re
from collections import Counter
from dataclasses import dataclass
from zlib import crc32

from mailer.stories.folding import words
from mailer.stories.function_words import WORDS
from mailer.stories.stems import stem

_READ = 4000  # characters of text
_TITLE = 2  # how often the title counts
_LEAST_TITLE = 4  # content words: "Météo", "Revue de presse" come back every day
_UNTOLD = 0.5  # the weight of a headline's word that its own text does not repeat
_RUN = 5
_SERVANT, _ARTICLE = "عبد", "ال"
_YEAR = re.compile("(?:19|20)[0-9]{2}")
# "RABAT, 12 mai (MAP) – ", "الرباط - (و م ع) ", "PARIS – ": where it was written, and by whom.
_DATELINE = re.compile(
    r"[^.!?\n()\[\]]{0,60}[(\[][^()\[\]\n]{1,40}[)\]]\s*[-–—:.]*\s*"
    r"|[^.!?\n()\[\]–—-]{1,40}\s[-–—]{1,2}\s"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What grouping needs of an article.

    `words` maps a word that tells something, folded, to its count; `headline` those of the title
    to their weight, 1 or less; `runs` are checksums of its runs of five words (two runs of one
    checksum are one in four thousand million); a `bare` title has too few words to tell one event
    from another.
    """

    language: str
    words: dict[str, int]
    headline: dict[str, float]
    runs: frozenset[int]
    bare: bool

    def stems(self) -> dict[str, int]:
        """The stems of the words, each to its count."""
        found: dict[str, int] = {}
        for word, count in self.words.items():
            told = stem(word, self.language)
            found[told] = found.get(told, 0) + count
        return found


def read(title: str, text: str, language: str) -> Reading:
    """The reading of an article in `language`; `text` is its body, or its lead."""
    title_words = _names_joined(words(title))
    text_words = _names_joined(words(without_dateline(text)[:_READ]))
    head, told = content(title_words, language), content(text_words, language)
    return Reading(
        language,
        dict(Counter(head * _TITLE + told)),
        _headline(head, set(told)),
        _runs(text_words),
        bare=len(head) < _LEAST_TITLE,
    )


def content(folded: list[str], language: str) -> list[str]:
    """The words that tell something: no function word, single letter or year."""
    empty = WORDS.get(language, frozenset())
    return [
        word for word in folded if len(word) > 1 and word not in empty and not _YEAR.fullmatch(word)
    ]


def _headline(head: list[str], told: set[str]) -> dict[str, float]:
    """A word that the text does not repeat is a rubric, an outlet's name or colour, more often
    than news: it counts half. Where there is no text, nothing says so.
    """
    return {word: 1.0 if word in told or not told else _UNTOLD for word in head}


def _names_joined(folded: list[str]) -> list[str]:
    """عبد العزيز is one name, and as often written عبدالعزيز: two words of it would count twice."""
    joined: list[str] = []
    for word in folded:
        if joined and joined[-1] == _SERVANT and word.startswith(_ARTICLE):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def without_dateline(text: str) -> str:
    """The text without "RABAT, 12 mai (MAP) –" in front: a place and an agency are no event."""
    found = _DATELINE.match(text)
    return text[found.end() :] if found else text


def _runs(folded: list[str]) -> frozenset[int]:
    spans = (folded[start : start + _RUN] for start in range(len(folded) - _RUN + 1))
    return frozenset(crc32(" ".join(span).encode()) for span in spans)
