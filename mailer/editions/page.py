"""The page: an edition as its readers see it, every word chosen, before any markup (pure).

The HTML, the text part and whatever comes later are written from this alone.
"""

from dataclasses import dataclass

from mailer.languages import Language

from .draft import Figure


@dataclass(frozen=True, slots=True)
class Link:
    """A label and where it leads; `language` is the language of the label where it differs."""

    label: str
    url: str
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, numbered through the whole issue.

    `language` is the headline's; `byline` goes on behind the source, its separator included:
    author, date, "(in Arabic)". `lead` carries its quotation marks when `quoted`; `also` says who
    else carries the story; `more` leads to the article. `url` is empty for a staff text.
    """

    number: int
    headline: str
    url: str
    language: Language
    source: str
    byline: str
    lead: str
    quoted: bool
    note: str
    also: str
    more: Link | None
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section that has entries; `count` is how many, in words."""

    title: str
    count: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands under every issue; `links` hold the unsubscribe and preferences holes."""

    sources_label: str
    sources: str
    notices: tuple[str, ...]
    why: str
    links: tuple[Link, ...]
    postal_address: str


@dataclass(frozen=True, slots=True)
class Page:
    """An edition. `contents` and `note_label` are labels; a short issue has no contents ("").

    `links_twice` says that the HTML has room for each article's address at its headline and again
    behind its lead; the text part gives each once.
    """

    language: Language
    subject: str
    preheader: str
    name: str
    tagline: str
    dateline: str
    period: str
    links: tuple[Link, ...]
    editors_word: tuple[str, ...]
    editors_label: str
    contents: str
    note_label: str
    links_twice: bool
    sections: tuple[PageSection, ...]
    footer: Footer
    logo: Figure | None = None
