"""What may leave of an article, by the rights of its source (pure).

    quote      headline, source, author, date, link, and 200 characters of the lead, at a word
    licensed   the lead whole, and the text
    own        the same

Everything that carries an article's words out of the database asks here: a template is given what
may be shown, and no more.
"""

from dataclasses import dataclass

from mailer.typesetting.typography import cut

#: What may be quoted of an article whose source has granted nothing more, in characters.
EXTRACT = 200
_WHOLE = ("licensed", "own")


@dataclass(frozen=True, slots=True)
class Shown:
    """What of an article may be shown; `image_url` and `body` are empty where they may not."""

    lead: str
    body: str
    image_url: str


def may_show(rights: str, *, lead: str, body: str = "", image_url: str = "") -> Shown:
    """What may be shown of an article under `rights`; unknown rights grant nothing more."""
    if rights in _WHOLE:
        return Shown(lead, body, image_url)
    return Shown(cut(lead, EXTRACT), "", "")


def is_taken(words: str, *texts: str) -> bool:
    """Do `words` stand as they are in one of the outlet's texts? Then they are quoted, not ours."""
    bare = " ".join(words.split())
    return bool(bare) and any(bare in " ".join(text.split()) for text in texts)
