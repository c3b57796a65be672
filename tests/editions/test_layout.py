"""What stands where in an edition, in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mailer.editions.draft import Draft, DraftItem, Urls
from mailer.editions.layout import EXTRACT, lay_out
from mailer.editions.page import Entry, Page
from mailer.typesetting.typography import RLM

from .sample import URLS, draft, hole
from .words import TableWords


def page(draft_: Draft, urls: Urls = URLS) -> Page:
    return lay_out(draft_, urls, TableWords(draft_.language.code), hole)


def only(item: DraftItem, code: str = "fr") -> Entry:
    """The entry of an issue that holds `item` alone."""
    return page(replace(draft(code), items=(item,))).sections[0].entries[0]


DISPATCH = DraftItem(
    section="council",
    position=1,
    headline="Un port ouvre",
    language="fr",
    url="https://www.lematin.ma/port",
    outlet="Le Quotidien",
    author="Amina Berrada",
    published_at=datetime(2025, 5, 20, 23, 30, tzinfo=UTC),
    lead="Le port ouvre ses quais.",
)


def test_the_subject_names_publication_date_and_size_in_each_language() -> None:
    assert page(draft("fr")).subject == "Revue de presse – mercredi 21 mai 2025 – 12 articles"
    assert page(draft("ar")).subject == "النشرة الإخبارية – الأربعاء 21 ماي 2025 – 12 مقالا"
    assert page(draft("en", 1)).subject == "Press review – Wednesday 21 May 2025 – 1 article"


@pytest.mark.parametrize(
    ("count", "words"), [(1, "مقال واحد"), (2, "مقالان"), (3, "3 مقالات"), (11, "11 مقالا")]
)
def test_arabic_counts_articles_by_its_own_plurals(count: int, words: str) -> None:
    assert page(draft("ar", count)).subject.endswith(words)


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
def test_a_publication_with_an_endless_name_still_has_a_short_subject(code: str) -> None:
    endless = replace(draft(code), names={code: "Revue et Panorama " * 30})
    subject = page(endless).subject
    assert len(subject) <= 120
    assert "2025" in subject


def test_an_override_in_a_name_does_not_reach_the_subject() -> None:
    hostile = replace(draft("fr"), names={"fr": "Revue\r\nBcc: x\u202e\x00"})
    assert page(hostile).subject.startswith("Revue Bcc\u00a0: x – mercredi")


@pytest.mark.parametrize("code", ["fr", "ar", "en"])
@pytest.mark.parametrize("headline", ["A", "Un titre moyen sur les ports du détroit", "mot " * 75])
@pytest.mark.parametrize("count", [1, 12])
def test_a_preheader_has_forty_to_a_hundred_and_thirty_characters(
    code: str, headline: str, count: int
) -> None:
    items = tuple(replace(item, headline=headline) for item in draft(code, count).items)
    preheader = page(replace(draft(code), items=items)).preheader
    assert 40 <= len(preheader) <= 130
    assert preheader.startswith(headline[:100].strip())


def test_entries_are_numbered_through_the_whole_issue_and_empty_sections_vanish() -> None:
    sections = page(draft("fr")).sections
    assert [section.title for section in sections] == [
        "Actualité du CCME",
        "Actualité de l'immigration marocaine",
        "Actualité de l'immigration dans le monde",
    ]
    numbers = [entry.number for section in sections for entry in section.entries]
    assert numbers == list(range(1, 13))


def test_the_order_within_a_section_is_the_newsrooms() -> None:
    items = tuple(replace(DISPATCH, position=at, headline=f"n{at}") for at in (3, 1, 2))
    entries = page(replace(draft("fr"), items=items)).sections[0].entries
    assert [entry.headline for entry in entries] == ["n1", "n2", "n3"]


def test_the_masthead_says_number_date_period_and_where_else_to_read() -> None:
    laid = page(draft("fr"))
    assert laid.dateline == "N° 214 – mercredi 21 mai 2025"
    assert laid.period == "Période couverte\u00a0: 14–20 mai 2025 · 12 articles"
    assert [link.label for link in laid.links] == ["Lire en ligne", "العربية", "English"]
    assert page(draft("fr"), Urls()).links == ()


def test_an_entry_says_source_author_and_the_day_in_casablanca() -> None:
    entry = only(DISPATCH)
    assert entry.source + entry.byline == "Le Quotidien · Amina Berrada · 21\u00a0mai\u00a02025"
    assert entry.more is not None
    assert entry.more.label == "Lire l’article (lematin.ma)"


def test_an_entry_in_another_language_says_so() -> None:
    entry = only(replace(DISPATCH, language="ar", headline="ميناء", author=""))
    assert entry.language.code == "ar"
    assert entry.byline.endswith(" · (en arabe)")


def test_a_latin_source_before_an_arabic_date_is_marked() -> None:
    entry = only(replace(DISPATCH, author=""), "ar")
    assert entry.byline == f" {RLM}· 21\u00a0ماي\u00a02025 · (بالفرنسية)"


def test_a_quoted_lead_is_an_extract_cut_at_a_word() -> None:
    entry = only(replace(DISPATCH, lead="mot " * 100))
    assert entry.quoted
    assert entry.lead.startswith("«\u00a0mot mot")
    assert entry.lead.endswith("mot…\u00a0»")
    assert len(entry.lead) <= EXTRACT + len("«\u00a0\u00a0»")


def test_what_we_wrote_or_may_print_is_neither_quoted_nor_cut() -> None:
    summary = "Notre résumé. " * 30
    for given in (
        replace(DISPATCH, lead=summary, verbatim=False),
        replace(DISPATCH, lead=summary, rights="own"),
        replace(DISPATCH, lead=summary, rights="licensed"),
        replace(DISPATCH, lead=summary, url="", outlet=""),
    ):
        entry = only(given)
        assert not entry.quoted
        assert entry.lead == summary.strip()


def test_an_article_without_an_outlets_name_is_still_quoted() -> None:
    assert len(only(replace(DISPATCH, outlet="", lead="mot " * 100)).lead) < 210


def test_who_else_carries_the_story_is_said() -> None:
    others = ("Hespress", "Yabiladi", "Le360")
    assert (
        only(replace(DISPATCH, also_in=others)).also
        == "Aussi dans\u00a0: Hespress, Yabiladi, Le360"
    )
    same = replace(DISPATCH, also_in=others, same_dispatch=True, agency="MAP")
    assert only(same).also == "Dépêche MAP reprise par 4 titres"
    assert only(same, "ar").also == "قصاصة وكالة المغرب العربي للأنباء نشرتها 4 منابر"


def test_a_staff_text_leads_nowhere() -> None:
    entry = only(replace(DISPATCH, url="javascript:alert(1)", outlet="", author=""))
    assert (entry.url, entry.more) == ("", None)


def test_a_short_issue_has_no_contents() -> None:
    assert page(draft("fr", 2)).contents == ""
    assert page(draft("fr", 3)).contents == "Sommaire"


def test_a_headline_of_ten_thousand_characters_is_cut() -> None:
    assert len(only(replace(DISPATCH, headline="Le port " * 1250)).headline) <= 300


def test_the_footer_names_every_source_once_and_leads_out() -> None:
    footer = page(draft("fr")).footer
    assert footer.sources.startswith("Le Quotidien de l'Atlas, Yabiladi, La Dépêche du Détroit")
    assert footer.sources.count("Yabiladi") == 1
    assert [link.url for link in footer.links] == [
        URLS.archive,
        hole("preferences_url"),
        hole("unsubscribe_url"),
    ]
    assert "Rabat" in footer.postal_address


def test_a_licence_line_and_the_offices_own_notice_are_printed() -> None:
    given = replace(draft("fr"), rights_notice="Droits: réservés", licences=("Licence CFC",))
    assert page(given).footer.notices == ("Droits\u00a0: réservés", "Licence CFC")


def test_an_issue_without_a_period_says_its_size_alone() -> None:
    assert page(replace(draft("fr"), period=None)).period == "12 articles"


def test_the_first_of_a_month_is_dated_as_the_french_do() -> None:
    assert "1er mai 2025" in page(replace(draft("fr"), day=date(2025, 5, 1))).subject
