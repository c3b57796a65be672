"""What two spellings of one headline have in common (pure)."""

import re
import unicodedata

_TASHKEEL = re.compile("[\u064b-\u065f\u0670\u0640]")
_ALEFS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"})
_NOT_WORD = re.compile(r"[\W_]+")
_LENGTH = 200


def title_key(title: str) -> str:
    """What two spellings of one headline have in common: folded letters and digits, at most 200.

    Case, accents, punctuation, Arabic vowel signs, the forms of alef, and a presentation form
    of a letter make no difference. Empty when the title has no letter or digit.
    """
    folded = unicodedata.normalize("NFKD", title.casefold())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    bare = _TASHKEEL.sub("", unicodedata.normalize("NFKC", bare)).translate(_ALEFS)
    return _NOT_WORD.sub(" ", bare).strip()[:_LENGTH].rstrip()
