"""An issue as it lies on the bench: one language at a time, its sections, their entries."""

from collections import Counter
from dataclasses import dataclass

from mailer.curation.models import Issue, IssueState, Item, Section
from mailer.curation.signoff import OPEN
from mailer.editions.beside import picture_on_offer
from mailer.editions.links import web_link
from mailer.editions.models import Edition
from mailer.languages import LANGUAGES, Language
from mailer.pictures.models import Picture


@dataclass(frozen=True, slots=True)
class Tab:
    """A language of the issue: how many entries are shown, and its edition if there is one."""

    language: Language
    shown: int
    edition: Edition | None


@dataclass(frozen=True, slots=True)
class Slip:
    """An entry on the bench: what is shown of it, and what its article says.

    `number` is its number in the edition, None while it is hidden; `place` and `of` say where it
    stands in its section, 1 first: among the pinned ones, or among the others.
    """

    item: Item
    number: int | None
    place: int
    of: int

    @property
    def headline(self) -> str:
        """The newsroom's headline, else the article's."""
        return self.item.headline or (self.item.article.title if self.item.article else "")

    @property
    def lead(self) -> str:
        """The newsroom's lead, else the article's."""
        return self.item.lead or (self.item.article.lead if self.item.article else "")

    @property
    def address(self) -> str:
        """Where the headline leads; empty for what is no address of the web, as in the mail."""
        return web_link(self.item.url or (self.item.article.url if self.item.article else ""))

    @property
    def offered(self) -> Picture | None:
        """The picture of the article's own page, where the mail may show it."""
        return None if self.item.picture else picture_on_offer(self.item)

    @property
    def edited(self) -> bool:
        """Whether the newsroom replaced words of the article."""
        return bool(self.item.article and (self.item.headline or self.item.lead))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section and its entries in order, the hidden ones among them."""

    section: Section
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """What an editor has before them."""

    issue: Issue
    tabs: tuple[Tab, ...]
    chosen: Tab
    shelves: tuple[Shelf, ...]
    word: str
    open: bool

    @property
    def saves_itself(self) -> bool:
        """Whether words are saved while they are typed; not when that takes a signature back."""
        return self.open and self.issue.state != IssueState.APPROVED


def lay_out(issue: Issue, wanted: str, preferred: str) -> Bench:
    """The bench in the language `wanted`, else in the person's own or the first with entries."""
    counts = Counter(issue.items.filter(hidden=False).values_list("language", flat=True))
    editions = {edition.language: edition for edition in issue.editions.all()}
    tabs = tuple(
        Tab(LANGUAGES[code], counts[code], editions.get(code))
        for code in issue.publication.languages
    )
    by_code = {tab.language.code: tab for tab in tabs}
    filled = [tab for tab in (by_code.get(preferred), *tabs) if tab and tab.shown]
    chosen = by_code.get(wanted) or next(iter(filled), tabs[0])
    code = chosen.language.code
    return Bench(
        issue=issue,
        tabs=tabs,
        chosen=chosen,
        shelves=_shelves(issue, code),
        word=issue.editor_words.get(code, ""),
        open=issue.state in OPEN,
    )


def _shelves(issue: Issue, code: str) -> tuple[Shelf, ...]:
    items = issue.items.filter(language=code).select_related(
        "article__source", "article__illustration__picture", "section", "picture"
    )
    of_section: dict[int, list[Item]] = {}
    for item in items:
        of_section.setdefault(item.section_id, []).append(item)
    number = 0
    shelves: list[Shelf] = []
    for section in issue.publication.sections.all():
        slips: list[Slip] = []
        members = of_section.get(section.pk, [])
        groups = Counter(item.pinned for item in members)
        places: Counter[bool] = Counter()
        for item in members:
            number += not item.hidden
            places[item.pinned] += 1
            place, of = places[item.pinned], groups[item.pinned]
            slips.append(Slip(item, None if item.hidden else number, place, of))
        shelves.append(Shelf(section, tuple(slips)))
    return tuple(shelves)
