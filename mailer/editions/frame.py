"""What stands around the entries: the masthead's links and the footer (pure)."""

from mailer.languages import LANGUAGES
from mailer.typesetting.typography import listed, set_text

from .draft import Draft, Urls
from .links import Hole, web_link
from .page import Footer, Link
from .wording import Words


def masthead_links(urls: Urls, words: Words) -> tuple[Link, ...]:
    """Where else the issue can be read: online, as a PDF, in the other languages."""
    online = Link(words.gettext("View online"), web_link(urls.online))
    pdf = Link("PDF", web_link(urls.pdf))
    others = [
        Link(LANGUAGES[code].name, web_link(url), LANGUAGES[code])
        for code, url in urls.editions
        if code in LANGUAGES
    ]
    return tuple(link for link in (online, pdf, *others) if link.url)


def footer(draft: Draft, urls: Urls, words: Words, hole: Hole, name: str) -> Footer:
    """What stands under the issue: its sources, rights, links and who sends it."""
    rights = words.gettext(
        "Headlines and extracts belong to their publishers; every entry leads to the full article."
    )
    outlets = dict.fromkeys(
        set_text(item.outlet, item.language)
        for section in draft.sections
        for item in draft.items_of(section)
        if item.outlet
    )
    code = draft.language.code
    notices = (draft.rights_notice or rights, *draft.licences, draft.legal_notice)
    return Footer(
        sources_label=words.gettext("Sources of this issue"),
        sources=listed(outlets, draft.language),
        notices=tuple(filter(None, (set_text(notice, code) for notice in notices))),
        why=words.gettext("You receive this mail because you subscribed to “%(name)s”.")
        % {"name": name},
        links=_links(urls, words, hole),
        postal_address=set_text(draft.postal_address, code),
    )


def _links(urls: Urls, words: Words, hole: Hole) -> tuple[Link, ...]:
    links = (
        Link(words.gettext("Past issues"), web_link(urls.archive)),
        Link(words.gettext("Preferences and language"), hole("preferences_url")),
        Link(words.gettext("Unsubscribe"), hole("unsubscribe_url")),
    )
    return tuple(link for link in links if link.url)
