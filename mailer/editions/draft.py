"""What an edition is made from: frozen values, so that no database row reaches the layout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from mailer.languages import Language

Rights = Literal["quote", "licensed", "own"]


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A section of the publication, in its order; `names` per language code."""

    slug: str
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of ours as it is shown: `src` is https or cid, `alt` what it shows, in words.

    One of an outlet's has no words of its own: it is called by the outlet's name.
    `width` and `height` are in CSS px; the picture has up to twice as many dots each way.
    """

    src: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One entry as the staff chose it.

    `section` is a DraftSection's slug and `position` orders within it. `language` is the code of
    the article's own language. `verbatim` says that `lead` is the outlet's text and not our
    summary. `also_in` names the other outlets of the story; `same_dispatch` says they carry the
    same text, of `agency`. A staff text has neither `url` nor `outlet`.
    """

    section: str
    position: int
    headline: str
    language: str
    url: str = ""
    outlet: str = ""
    author: str = ""
    agency: str = ""
    published_at: datetime | None = None
    lead: str = ""
    verbatim: bool = True
    note: str = ""
    rights: Rights = "quote"
    also_in: tuple[str, ...] = ()
    same_dispatch: bool = False
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """One issue in one language, before it is laid out.

    `names` and `taglines` are per language code. `period` holds the first and the last day
    covered, both included. Times are shown in `zone`, never in a fixed offset. `licences` are
    the lines some sources require.
    """

    language: Language
    names: Mapping[str, str]
    number: int
    day: date
    zone: ZoneInfo
    sections: tuple[DraftSection, ...]
    items: tuple[DraftItem, ...]
    period: tuple[date, date] | None = None
    taglines: Mapping[str, str] = field(default_factory=dict)
    editors_word: str = ""
    rights_notice: str = ""
    licences: tuple[str, ...] = ()
    legal_notice: str = ""
    postal_address: str = ""
    logo: Figure | None = None

    def items_of(self, section: DraftSection) -> list[DraftItem]:
        """The items of `section`, in order."""
        found = [item for item in self.items if item.section == section.slug]
        return sorted(found, key=lambda item: item.position)


@dataclass(frozen=True, slots=True)
class Urls:
    """The addresses that are the same for every reader; an empty one is left out.

    `editions` holds (language code, address) of the issue's other languages. `clicks` is given
    where they are counted: an entry's link then is this with the entry's number behind it.
    """

    online: str = ""
    pdf: str = ""
    archive: str = ""
    editions: tuple[tuple[str, str], ...] = ()
    clicks: str = ""
