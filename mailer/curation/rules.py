"""What a publication's rules say of an article (pure): its section, or that it stays out.

    source, category, keyword, pattern → a section, or none: left out; the first that fits decides

Keywords fit by their stems, so that "transfert" finds "transferts" and الاقتصاد finds الإقتصاد.
Patterns are regular expressions on folded letters: case, accents, alef and hamza make no
difference, and neither do they in the pattern. A pattern that looks at one article for longer than
a twentieth of a second is tired: it fits nothing, and is said to be.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from mailer.errors import N_, Refused
from mailer.stories.folding import fold, fold_letters, words
from mailer.stories.stems import stem

_PATIENCE = 0.05  # seconds; an honest pattern takes some microseconds for a title and a lead
_LONGEST = 200  # characters of a pattern
_MOST_TIMES = 1000  # `a{1000}` is unrolled when it is compiled, `(a{1000}){1000}` a million times
_COUNTS = re.compile(r"\{\s*([0-9]*)\s*(?:,\s*([0-9]*)\s*)?\}")


@dataclass(frozen=True, slots=True)
class Fact:
    """What rules look at of an article; `text` is its title and its lead."""

    source: int
    language: str
    categories: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class RuleOf:
    """A rule. `kind` is source, category, keyword or pattern; `words` what it looks for.

    `language` "" is any; `section` None leaves the article out.
    """

    id: int
    kind: str
    words: str = ""
    source: int | None = None
    language: str = ""
    section: int | None = None


class Tired(Exception):
    """A pattern took too long for one article."""


def first_fitting(rules: Sequence[RuleOf], fact: Fact, tired: set[int]) -> RuleOf | None:
    """The rule that decides; those whose pattern took too long join `tired`, and decide nothing."""
    for rule in rules:
        if rule.id in tired:
            continue
        try:
            if fits(rule, fact):
                return rule
        except (Tired, Refused):  # refused: by a newer library, or written past our forms
            tired.add(rule.id)
    return None


def fits(rule: RuleOf, fact: Fact) -> bool:
    """Whether the rule concerns the article. Tired when its pattern took too long."""
    if rule.language and rule.language != fact.language:
        return False
    if rule.kind == "source":
        return rule.source == fact.source
    if rule.kind == "category":
        return fold(rule.words) in map(fold, fact.categories)
    if rule.kind == "keyword":
        return _phrase(rule.words, fact.language) in _phrase(fact.text, fact.language)
    return _found(rule.words, fold_letters(fact.text))


def _phrase(text: str, language: str) -> str:
    return " ".join(["", *(stem(word, language) for word in words(text)), ""])


def _found(pattern: str, text: str) -> bool:
    try:
        return bool(compiled(pattern).search(text, timeout=_PATIENCE))
    except TimeoutError:
        raise Tired from None


@lru_cache(maxsize=500)
def compiled(pattern: str) -> "regex.Pattern[str]":
    """The pattern, its letters folded; Refused with a sentence when it is none."""
    if len(pattern) > _LONGEST:
        raise Refused(
            N_("This pattern has %(length)s characters; there is room for %(limit)s."),
            length=len(pattern),
            limit=_LONGEST,
        )
    times = 1
    for count in _COUNTS.findall(pattern):
        times *= max(1, *(int(number[:9]) for number in count if number))
    if times > _MOST_TIMES:
        raise Refused(
            N_("This pattern repeats something more than %(limit)s times. Write it shorter."),
            limit=_MOST_TIMES,
        )
    try:
        return regex.compile(fold_letters(pattern), regex.IGNORECASE)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise Refused(
            N_("“%(pattern)s” is no pattern: %(why)s."), pattern=pattern, why=str(error)[:120]
        ) from None


def checked(kind: str, told: str) -> str:
    """The words of a rule as they are kept; Refused when they can fit nothing, or too slowly."""
    told = " ".join(told.split()) if kind != "pattern" else told.strip()
    if kind == "source":
        return ""
    if kind == "pattern":
        # A text that many a hostile pattern chokes on: better now than among tomorrow's articles.
        for trial in ("a" * 60 + "!", "ا" * 60 + "!", "a b " * 30 + "!", "1" * 60 + "!"):
            try:
                _found(told, trial)
            except Tired:
                raise Refused(
                    N_("This pattern can take very long. Write it without nested repetitions.")
                ) from None
    if not words(told):
        raise Refused(N_("A rule needs words to look for."))
    return told
