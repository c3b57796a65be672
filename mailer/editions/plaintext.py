"""The text part of an edition, written from its page and never from the HTML (pure)."""

import re
import textwrap
from collections.abc import Iterable, Iterator

from mailer.languages import Language

from .page import Entry, Footer, Link, Page, PageSection
from .typography import mark_line

#: Columns of a left-to-right line (RFC 3676 §4.2 asks for at most 78). Arabic is not broken: the
#: reader's own window breaks a right-to-left line better than columns of Latin width.
COLUMNS = 72

_ADDRESS = re.compile(r"\S+")


def write(page: Page) -> str:
    """The text part: every heading in order, every link alone on its line, `\\n` between lines."""
    return set_lines("\n".join(_lines(page)), page.language)


def set_lines(text: str, language: Language) -> str:
    """`text` broken into lines, those of an Arabic text marked; an address is left as it is.

    What stands alone on its line without a space is an address (or a hole for one) or a word.
    """
    made = [line for raw in text.strip().splitlines() for line in _set_line(raw, language)]
    return "\n".join(made) + "\n"


def _set_line(raw: str, language: Language) -> list[str]:
    line = raw.rstrip()
    if _ADDRESS.fullmatch(line) or not line:
        return [line]
    if language.dir == "rtl":
        return [mark_line(line, language)]
    return textwrap.wrap(line, COLUMNS, break_long_words=False, break_on_hyphens=False)


def _lines(page: Page) -> Iterator[str]:
    yield from _heading(page.name, "=")
    yield from filter(None, (page.tagline, page.dateline, page.period, ""))
    yield ""
    yield from _links(page.links)
    if page.editors_word:
        yield from (page.editors_label, "")
        for paragraph in page.editors_word:
            yield from (paragraph, "")
    if page.contents:
        yield from _contents(page)
    for section in page.sections:
        yield from _section(section, page)
    yield from _footer(page.footer, page.language)


def _heading(title: str, rule: str) -> Iterable[str]:
    return (title, rule * min(len(title), COLUMNS))


def _links(links: Iterable[Link]) -> Iterator[str]:
    for link in links:
        yield from (link.label, link.url, "")


def _contents(page: Page) -> Iterator[str]:
    yield from _heading(page.contents, "-")
    for section in page.sections:
        yield from ("", f"{section.title} ({section.count})")
        yield from (f"{entry.number}. {entry.headline}" for entry in section.entries)
    yield from ("", "")


def _section(section: PageSection, page: Page) -> Iterator[str]:
    yield from _heading(section.title, "-")
    yield ""
    for entry in section.entries:
        yield from _entry(entry, page)
    yield ""


def _entry(entry: Entry, page: Page) -> Iterator[str]:
    yield f"{entry.number}. {entry.headline}"
    yield from filter(None, (entry.source + entry.byline, entry.lead))
    if entry.note:
        yield f"{page.note_label} – {entry.note}"
    yield from filter(None, (entry.also,))
    if entry.more:
        yield from (entry.more.label, entry.more.url)
    yield ""


def _footer(footer: Footer, language: Language) -> Iterator[str]:
    yield from ("-" * COLUMNS, "")
    if footer.sources:
        yield from (footer.sources_label, footer.sources, "")
    for notice in (*footer.notices, footer.why):
        yield from (notice, "")
    yield from _links(footer.links)
    yield footer.postal_address
