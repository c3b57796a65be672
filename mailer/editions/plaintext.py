"""The text part of an edition, written from its page and never from the HTML (pure)."""

from collections.abc import Iterable, Iterator

from mailer.typesetting.lines import COLUMNS, set_lines

from .page import Entry, Footer, Link, Page, PageSection


def write(page: Page) -> str:
    """The text part: every heading in order, every link alone on its line, `\\n` between lines."""
    holes = {link.url for link in page.footer.links}
    return set_lines("\n".join(_lines(page)), page.language, holes)


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
    yield from _footer(page.footer)


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


def _footer(footer: Footer) -> Iterator[str]:
    yield from ("-" * COLUMNS, "")
    if footer.sources:
        yield from (footer.sources_label, footer.sources, "")
    for notice in (*footer.notices, footer.why):
        yield from (notice, "")
    yield from _links(footer.links)
    yield footer.postal_address
