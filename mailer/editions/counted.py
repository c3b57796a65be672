"""Links that lead through our own site, so that they can be counted (pure).

A link is known by the number of its entry, and where it leads is read from the frozen edition: an
address of ours never holds one of anybody else's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from .layout import fit_twice
from .page import Entry, Page


def through(page: Page, way: str) -> Page:
    """`page` with every entry's link led through `way`, an address of ours ending in a slash."""
    sections = tuple(
        replace(section, entries=tuple(_through(entry, way) for entry in section.entries))
        for section in page.sections
    )
    entries = [entry for section in sections for entry in section.entries]
    return replace(page, sections=sections, links_twice=fit_twice(entries, page.language))


def targets(page: Page) -> list[str]:
    """Where the entries of `page` lead, the first of number 1; "" for one that leads nowhere."""
    return [entry.url for section in page.sections for entry in section.entries]


def straight(text: str, way: str, links: Sequence[str], *, markup: bool) -> str:
    """`text` of a mail with its links leading straight to `links`; `markup` says that it is HTML.

    `way` is all that stands before a link's number.
    """

    def target(found: re.Match[str]) -> str:
        number = int(found[1])
        link = links[number - 1] if 0 < number <= len(links) else ""
        # An address of a mail holds no quote and no bracket (links.web_link).
        return (link.replace("&", "&amp;") if markup else link) or found[0]

    return re.sub(re.escape(way) + r"(\d{1,4})\b", target, text)


def _through(entry: Entry, way: str) -> Entry:
    if not entry.url:
        return entry
    link = f"{way}{entry.number}"
    return replace(entry, url=link, more=entry.more and replace(entry.more, url=link))
