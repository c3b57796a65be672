"""One spelling for all the spellings of a word (pure), so that searching, rules and grouping agree.

Case, accents, the forms of alef and of hamza, ta marbuta, alef maqsura, vowel signs, tatweel,
presentation forms and the two sets of Arabic digits make no difference: الإقتصاد is الاقتصاد, and
Économie is economie.
"""

import re
import unicodedata

_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]"
)
_LETTERS = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ک": "ك",
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
    }
)
_OTHER = re.compile("[" + "".join(map(chr, _LETTERS)) + "]")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text in one spelling: folded words, one space between them."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    # Decomposed first: some letters have a small one only then (𝐀 is A, and then a).
    small = unicodedata.normalize("NFKD", text).casefold()
    return _WORD.findall(_folded(small))


def fold_letters(text: str) -> str:
    """The text with its letters folded, whatever is no letter left as it is; case is kept."""
    return unicodedata.normalize("NFC", _folded(text))


def _folded(text: str) -> str:
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _OTHER.sub(lambda letter: _LETTERS[ord(letter[0])], bare)
