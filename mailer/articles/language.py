"""The language of a text (pure, but heavy: the model takes 75 MB and loads only when asked).

Feeds' own tags are wrong or missing in a quarter of them, so the text decides: by its script
where that is enough, else by a model restricted to the languages in use.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from mailer.languages import known

_ADDRESS = re.compile(r"https?://\S+")
_SURE = 0.80  # under this confidence the source's hint is the better guess
_ARABIC = (("\u0600", "\u06ff"), ("\u0750", "\u077f"), ("\ufb50", "\ufdff"), ("\ufe70", "\ufeff"))


def language_of(text: str, *, hint: str, enabled: Collection[str]) -> str:
    """The language of `text` among `enabled`; `hint` where the text does not say it clearly.

    `hint` is a tag such as `fr-FR` or empty. The answer is one of our codes or empty.
    """
    fallback = _code(hint)
    # An address is Latin in every language: below an Arabic headline it would outweigh it.
    text = _ADDRESS.sub(" ", text)
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return fallback
    if 2 * sum(map(_is_arabic, letters)) >= len(letters):
        return "ar"
    if 2 * sum(map(_is_latin, letters)) < len(letters):
        return fallback  # Greek, Hebrew, Cyrillic, Chinese: none of the model's candidates
    candidates = tuple(sorted(set(enabled) - {"ar"}))
    if len(candidates) < 2:
        return fallback or next(iter(candidates), "")
    guess, confidence = _model(candidates).classify(text)
    return str(guess) if confidence >= _SURE else fallback


def _code(hint: str) -> str:
    language = known(hint)
    return language.code if language else ""


def _is_arabic(char: str) -> bool:
    return any(first <= char <= last for first, last in _ARABIC)


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff"


@lru_cache(maxsize=4)
def _model(candidates: tuple[str, ...]) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 75 MB: never in the parent

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(candidates)
    return identifier
