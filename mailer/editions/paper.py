"""A page as it goes to the press: HTML for A4 (edge: the templates)."""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from mailer.editions.page import Entry, Page
from mailer.rendering import render_html
from mailer.typesetting.theme import Theme

#: Headlines on the cover: those the preheader names.
_LEADING = 3


def on_paper(page: Page, day: date, theme: Theme) -> str:
    """The HTML that is printed: every word of it stands in the mail, and nobody's links."""
    context = {
        "language": page.language,
        "theme": theme,
        "page": page,
        "day": day.isoformat(),
        "leading": list(islice(_entries(page), _LEADING)),
    }
    return render_html("print/issue.html", context)


def _entries(page: Page) -> Iterator[Entry]:
    for section in page.sections:
        yield from section.entries
