"""From a draft to its page: what stands where, in which words (pure)."""

from collections.abc import Mapping
from dataclasses import replace

from mailer.languages import LANGUAGES, Language
from mailer.typesetting.typography import (
    NBSP,
    clean,
    cut,
    full_date,
    joined,
    listed,
    local_day,
    paragraphs,
    period,
    plain_date,
    quoted,
    set_text,
)

from .draft import Draft, DraftItem, DraftSection, Figure, Urls
from .frame import footer, masthead_links
from .links import Hole, host, web_link
from .page import Entry, Link, Page, PageSection
from .wording import SetWords, Words, articles, dispatch, in_language

#: What may be quoted of an article whose source has granted nothing more, in characters.
EXTRACT = 200
#: Limits of a subject and a preheader, in characters.
SUBJECT = 120
PREHEADER = range(40, 131)
#: Headlines and notes longer than this are cut: a headline is no article.
HEADLINE = 300
#: A contents list for fewer entries would only repeat them.
LEAST_FOR_CONTENTS = 3
#: Bytes of HTML up to which each article's address stands in it twice, at its headline and behind
#: its lead, by the direction of the script. An Arabic address takes some 350 bytes, six a letter:
#: forty of them, given twice, would bring the mail near what Gmail clips.
ROOM = {"ltr": 47_500, "rtl": 55_500}
#: What the markup weighs, the frame's, an entry's, a link's behind a lead, a picture's (measured
#: on the shipped themes: within 3 % of the HTML for 12 to 100 entries in three languages).
_FRAME, _ENTRY, _LINK, _FIGURE = 9_900, 280, 44, 230


def lay_out(draft: Draft, urls: Urls, words: Words, hole: Hole) -> Page:
    """The page of `draft`.

    Entries are numbered through the whole issue, and a section without entries vanishes. `hole`
    gives the marker that each reader's `unsubscribe_url` and `preferences_url` will replace.
    """
    language = draft.language
    words = SetWords(words, language.code)
    sections = _sections(draft, words)
    entries = [entry for section in sections for entry in section.entries]
    name = set_text(_named(draft.names, language), language.code)
    day = full_date(draft.day, language)
    size = articles(len(entries), language, words)
    number = words.gettext("No. %(number)s") % {"number": draft.number}
    return Page(
        language=language,
        subject=_subject(name, day, size, language),
        preheader=_preheader([entry.headline for entry in entries], (name, day, size), language),
        name=name,
        tagline=set_text(draft.taglines.get(language.code, ""), language.code),
        dateline=joined([number, day], language, " – "),
        period=_period(draft, words, size),
        links=masthead_links(urls, words),
        editors_word=tuple(
            set_text(part, language.code) for part in paragraphs(draft.editors_word)
        ),
        editors_label=words.gettext("From the newsroom"),
        contents=words.gettext("In this issue") if len(entries) >= LEAST_FOR_CONTENTS else "",
        note_label=words.gettext("Newsroom’s note"),
        links_twice=fit_twice(entries, language),
        sections=sections,
        footer=footer(draft, urls, words, hole, name),
        logo=_figure(draft.logo, language),
    )


def fit_twice(entries: list[Entry], language: Language) -> bool:
    """Whether the HTML has room for every address at its headline and again behind its lead."""
    return _weight(entries) <= ROOM[language.dir]


def _weight(entries: list[Entry]) -> int:
    """About how many bytes the HTML takes with every address in it twice."""
    weight = _FRAME
    for entry in entries:
        told = (entry.headline * 2, entry.source, entry.byline, entry.lead, entry.note, entry.also)
        weight += _ENTRY + sum(len(words.encode()) for words in told)
        if entry.figure:
            weight += len(entry.figure.src) + len(entry.figure.alt.encode()) + _FIGURE
        if entry.more:
            weight += len(entry.url) * 2 + len(entry.more.label.encode()) + _LINK
    return weight


def _named(names: Mapping[str, str], language: Language) -> str:
    return names.get(language.code) or next(iter(names.values()), "")


def _subject(name: str, day: str, size: str, language: Language) -> str:
    rest = len(joined(["", day, size], language, " – ")) + 6
    return joined([cut(name, SUBJECT - rest), day, size], language, " – ")


def _preheader(headlines: list[str], fallback: tuple[str, ...], language: Language) -> str:
    """The leading headlines; an issue too short for 40 characters adds its name and date."""
    text = joined(headlines[:3], language)
    if len(text) < PREHEADER.start:
        text = joined([*headlines[:3], *fallback], language)
    return cut(text, PREHEADER.stop - 1)


def _period(draft: Draft, words: Words, size: str) -> str:
    if not draft.period:
        return size
    days = period(*draft.period, draft.language)
    return joined(
        [words.gettext("Period covered: %(days)s") % {"days": days}, size], draft.language
    )


def _sections(draft: Draft, words: Words) -> tuple[PageSection, ...]:
    made: list[PageSection] = []
    number = 1
    for section in draft.sections:
        items = draft.items_of(section)
        if items:
            made.append(_section(draft, section, items, number, words))
            number += len(items)
    return tuple(made)


def _section(
    draft: Draft, section: DraftSection, items: list[DraftItem], first: int, words: Words
) -> PageSection:
    return PageSection(
        title=set_text(_named(section.names, draft.language), draft.language.code),
        count=articles(len(items), draft.language, words).replace(" ", NBSP),
        entries=tuple(
            _entry(draft, item, number, words) for number, item in enumerate(items, start=first)
        ),
    )


def _entry(draft: Draft, item: DraftItem, number: int, words: Words) -> Entry:
    url = web_link(item.url)
    language = LANGUAGES.get(item.language, draft.language)
    source = set_text(item.outlet, language.code)
    label = words.gettext("Read the article (%(host)s)") % {"host": host(url)}
    return Entry(
        number=number,
        headline=cut(set_text(item.headline, language.code), HEADLINE),
        url=url,
        language=language,
        source=source,
        byline=_byline(draft, item, source, words),
        lead=_lead(item, language),
        quoted=_is_quoted(item),
        note=set_text(item.note, draft.language.code),
        also=_also(item, draft.language, words),
        more=Link(label, url) if url else None,
        figure=_figure(_called(item.figure, source, words), draft.language),
    )


def _called(figure: Figure | None, source: str, words: Words) -> Figure | None:
    """An outlet's own picture bears its name, as a photograph in print does."""
    if figure is None or figure.alt:
        return figure
    return replace(figure, alt=words.gettext("Picture: %(outlet)s") % {"outlet": source})


def _figure(figure: Figure | None, language: Language) -> Figure | None:
    return figure and replace(figure, alt=set_text(figure.alt, language.code))


def _byline(draft: Draft, item: DraftItem, source: str, words: Words) -> str:
    moment = item.published_at
    day = plain_date(local_day(moment, draft.zone), draft.language) if moment else ""
    unbroken = day.replace(" ", NBSP)
    foreign = item.language != draft.language.code
    tag = in_language(item.language, words) if foreign else ""
    facts = (source, set_text(item.author, item.language), unbroken, tag)
    return joined(facts, draft.language).removeprefix(source)


def _is_quoted(item: DraftItem) -> bool:
    # A staff text has neither outlet nor address: nobody is quoted.
    from_outside = bool(item.outlet or item.url)
    return item.rights == "quote" and item.verbatim and from_outside and bool(item.lead.strip())


def _lead(item: DraftItem, language: Language) -> str:
    text = set_text(item.lead, language.code)
    return quoted(cut(text, EXTRACT), language.code) if _is_quoted(item) else text


def _also(item: DraftItem, language: Language, words: Words) -> str:
    outlets = [set_text(outlet, item.language) for outlet in item.also_in]
    if item.same_dispatch and item.agency and outlets:
        return dispatch(clean(item.agency), len(outlets) + 1, language, words)
    names = {"outlets": listed(outlets, language)}
    return words.gettext("Also in: %(outlets)s") % names if outlets else ""
