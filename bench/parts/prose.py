"""Words for a benchmark's articles: each tells something of its own.

Articles that tell the same are one story, and so one entry: forty alike would be a mail of one.
"""

import random

#: By language, what words are made of. Nine words are a headline, 27 a lead.
SYLLABLES = {
    "fr": ["ra", "ma", "lé", "ti", "von", "chè", "dou", "ron", "pli", "gué", "san", "bra"],
    "ar": ["را", "ما", "لي", "تو", "فن", "شا", "دو", "رن", "بل", "غا", "سن", "بر"],
    "en": ["ra", "ma", "lee", "ti", "won", "sher", "dow", "ron", "pli", "gay", "san", "bra"],
}


def words(chance: random.Random, language: str, count: int) -> str:
    """So many words of three syllables, the first of them with a capital."""
    syllables = SYLLABLES[language]
    return " ".join("".join(chance.choices(syllables, k=3)) for _ in range(count)).capitalize()
