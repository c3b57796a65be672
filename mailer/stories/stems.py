"""What the forms of a word have in common (pure): light stemmers for folded words.

Light, for news is told apart by its names and its nouns: a stemmer that cuts to the root calls
كتاب, مكتب and كاتب one word. Arabic is Larkey's "light10" (SIGIR 2002) on folded letters; French
and Spanish take off plurals, genders and the endings of nouns made from verbs, as Savoy's "UniNE"
light stemmers do; English takes off plurals and -ed, -ing, -ly.
"""

from collections.abc import Callable
from functools import lru_cache

_ARABIC_HEADS = ("وال", "بال", "كال", "فال", "ال", "لل")
_ARABIC_TAILS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")

# Longest first; each leaves at least four letters.
_FRENCH_TAILS = (
    *("issements", "issement", "atrices", "atrice", "ateurs", "ateur", "ations", "ation"),
    *("ements", "ement", "ements", "itions", "ition", "euses", "euse", "ives", "ive", "ifs", "if"),
    *("eurs", "eur", "ites", "ite", "iques", "ique", "ances", "ance", "ees", "ee", "es", "er"),
    *("aux", "e", "s", "x"),
)
_SPANISH_TAILS = (
    *("amientos", "amiento", "imientos", "imiento", "aciones", "acion", "uciones", "ucion"),
    *("adores", "ador", "adoras", "adora", "mente", "idades", "idad", "ados", "ado", "adas", "ada"),
    *("idos", "ido", "idas", "ida", "es", "os", "as", "o", "a", "e", "s"),
)
_ENGLISH_TAILS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "ly", "es", "s", "e", "y")
_LEAST = 4


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; a word with a digit, or of another language, is its own."""
    if any(char.isdigit() for char in word):
        return word
    return _STEMMERS.get(language, str)(word)


def _arabic(word: str) -> str:
    if word.startswith("و") and len(word) > 3:  # "and" is written on to its word
        word = word[1:]
    for head in _ARABIC_HEADS:
        if word.startswith(head) and len(word) - len(head) >= 2:
            word = word[len(head) :]
            break
    for tail in _ARABIC_TAILS:
        if word.endswith(tail) and len(word) - len(tail) >= 3:
            word = word[: -len(tail)]
    return word


def _without(tails: tuple[str, ...]) -> Callable[[str], str]:
    def shorter(word: str) -> str:
        for tail in tails:
            if word.endswith(tail) and len(word) - len(tail) >= _LEAST:
                return word[: -len(tail)]
        return word

    return shorter


_STEMMERS: dict[str, Callable[[str], str]] = {
    "ar": _arabic,
    "fr": _without(_FRENCH_TAILS),
    "es": _without(_SPANISH_TAILS),
    "en": _without(_ENGLISH_TAILS),
}
