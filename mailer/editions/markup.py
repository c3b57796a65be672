"""Faults that can be read off a mail's markup (pure)."""

from dataclasses import dataclass

from lxml import html as markup


@dataclass(frozen=True, slots=True)
class Faults:
    """How many places lack `lang` or `dir`, and how many images lack words, width or height."""

    undirected: int = 0
    wordless: int = 0


def faults(html: str, code: str, direction: str) -> Faults:
    """The faults of a mail in the language `code`, written in `direction`."""
    page = markup.document_fromstring(html)
    wrappers = [
        page,
        *page.iter("body"),
        *(one for one in page.iter() if one.get("role") == "article"),
    ]
    said = [(one.get("lang"), one.get("dir")) == (code, direction) for one in wrappers]
    said += [table.get("dir") == direction for table in page.iter("table")]
    # Half the clients drop html and body: without a wrapper nothing says it any more.
    missing = said.count(False) + (len(wrappers) < 3)
    needed = ("alt", "width", "height")
    wordless = [one for one in page.iter("img") if not all(map(one.get, needed))]
    return Faults(undirected=missing, wordless=len(wordless))
