"""The verb: a draft becomes the subject, preheader, HTML and text that are frozen and sent."""

import re
from dataclasses import dataclass, replace

from django.utils import translation

from mailer.languages import Language
from mailer.rendering import render_html, render_text
from mailer.typesetting.inline import inline
from mailer.typesetting.theme import Theme
from mailer.typesetting.themes import shipped

from .counted import through
from .draft import Draft, Urls
from .layout import lay_out
from .links import Hole
from .page import Page
from .plaintext import write
from .wording import Words

_OPENING = re.compile(r"<main>")


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail, whole but for the holes of its reader's own links; an issue's was once `page`.

    In `page` an entry leads straight to its article, also where in the mail it leads through us.
    """

    subject: str
    preheader: str
    html: str
    text: str
    page: Page | None = None


def compose(
    draft: Draft,
    urls: Urls,
    hole: Hole,
    theme: Theme | None = None,
    words: Words = translation,
) -> Composed:
    """The edition of `draft`; `hole(name)` marks `unsubscribe_url` and `preferences_url`.

    The same values give the same bytes: the checksum that is approved depends on it.
    """
    theme = theme or shipped()
    with translation.override(draft.language.code):
        page = lay_out(draft, urls, words, hole)
    mailed = through(page, urls.clicks) if urls.clicks else page
    context = {
        "language": draft.language,
        "theme": theme,
        "subject": page.subject,
        "preheader": page.preheader,
        "page": mailed,
        "text": write(mailed),
    }
    return Composed(
        subject=render_text("mail/issue/subject.txt", context),
        preheader=page.preheader,
        html=inline(render_html("mail/issue/body.html", context)),
        text=render_text("mail/issue/body.txt", context) + "\n",
        page=page,
    )


def mark_as_test(mail: Composed, language: Language, theme: Theme | None = None) -> Composed:
    """`mail` as staff get it to look at: `[Test]` in its subject, a banner above all else."""
    context = {
        "language": language,
        "theme": theme or shipped(),
        "subject": mail.subject,
        "text": mail.text,
    }
    banner = render_html("mail/test/body.html", context)
    return replace(
        mail,
        subject=render_text("mail/test/subject.txt", context),
        html=_OPENING.sub(lambda body: body.group() + banner, mail.html, count=1),
        text=render_text("mail/test/body.txt", context) + "\n",
    )
