"""Compiling: rows become editions, the same rows the same bytes."""

from datetime import timedelta

import pytest

from mailer.articles.decide import Update
from mailer.articles.feed import Entry
from mailer.articles.models import Source
from mailer.articles.store import store
from mailer.curation import arrange, compose, signoff
from mailer.curation.models import Issue
from mailer.editions.compile import changed_articles, compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.errors import Refused
from mailer.mime.segments import marker
from tests.people import WEDNESDAY, article, review, source

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(hours=1)


@pytest.fixture
def issue() -> Issue:
    matin = source("lematin")
    article(matin, "Le premier titre du matin", lead="Un chapô qui dit l'essentiel.")
    article(matin, "Le second titre du matin")
    article(source("hespress", language="ar"), "عنوان الصباح")
    return compose.draft_issue(review(), now=WEDNESDAY)


def test_each_language_that_has_an_entry_gets_an_edition(issue: Issue) -> None:
    french, arabic = compile_issue(issue.pk, WEDNESDAY)
    assert (french.language, french.articles) == ("fr", 2)
    assert (arabic.language, arabic.articles) == ("ar", 1)
    assert "Le premier titre du matin" in french.html
    assert "Le premier titre du matin" in french.text
    assert 'dir="rtl"' in arabic.html
    assert 'lang="ar"' in arabic.html


def test_the_readers_own_links_are_holes_in_html_and_text(issue: Issue) -> None:
    french, arabic = compile_issue(issue.pk, WEDNESDAY)
    for edition in (french, arabic):
        for name in ("unsubscribe_url", "preferences_url"):
            hole = marker(edition.nonce, name)
            assert hole in edition.html
            assert hole in edition.text
    assert french.nonce != arabic.nonce


def test_compiling_again_changes_nothing(issue: Issue) -> None:
    first = compile_issue(issue.pk, WEDNESDAY)
    again = compile_issue(issue.pk, LATER)
    assert [e.checksum for e in again] == [e.checksum for e in first]
    assert [e.pk for e in again] == [e.pk for e in first]
    assert {e.compiled_at for e in again} == {WEDNESDAY}


def test_a_rewritten_headline_changes_one_edition_and_the_issues_checksum(issue: Issue) -> None:
    french, arabic = compile_issue(issue.pk, WEDNESDAY)
    before = issue_checksum(issue.pk)
    item = issue.items.filter(language="fr")[0]
    arrange.edit_item(item.pk, headline="Notre titre", now=LATER)
    new_french, new_arabic = compile_issue(issue.pk, LATER)
    assert new_french.checksum != french.checksum
    assert "Notre titre" in new_french.html
    assert new_arabic.checksum == arabic.checksum
    assert issue_checksum(issue.pk) != before


def test_an_edition_whose_last_entry_is_hidden_is_gone(issue: Issue) -> None:
    compile_issue(issue.pk, WEDNESDAY)
    arrange.hide_item(issue.items.get(language="ar").pk, hidden=True, now=LATER)
    assert [edition.language for edition in compile_issue(issue.pk, LATER)] == ["fr"]


def test_what_was_approved_is_frozen(issue: Issue) -> None:
    frozen = compile_issue(issue.pk, WEDNESDAY)
    signoff.approve(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    matin = issue.items.filter(language="fr")[0].article
    assert matin is not None
    matin.title = "Le journal a changé son titre"
    matin.save()
    again = compile_issue(issue.pk, LATER)
    assert [e.checksum for e in again] == [e.checksum for e in frozen]
    assert "a changé" not in again[0].html


def test_articles_that_changed_since_are_counted_until_it_is_compiled_anew(issue: Issue) -> None:
    compile_issue(issue.pk, WEDNESDAY)
    assert changed_articles(issue) == 0
    first, second = issue.items.filter(language="fr")
    arrange.edit_item(second.pk, headline="Notre titre", now=LATER)
    compile_issue(issue.pk, LATER)
    for item in (first, second):
        assert item.article is not None
        item.article.title += ", corrigé"
        item.article.save()
    assert changed_articles(issue) == 1, "the newsroom's own words stand in the second one"
    compile_issue(issue.pk, LATER)
    assert changed_articles(issue) == 0


def test_words_that_no_mail_shows_do_not_count_for_ever(issue: Issue) -> None:
    compile_issue(issue.pk, WEDNESDAY)
    item = issue.items.filter(language="fr")[0]
    assert item.article is not None
    item.article.lead += " "
    item.article.save()
    assert changed_articles(issue) == 1
    assert {edition.compiled_at for edition in compile_issue(issue.pk, LATER)} == {WEDNESDAY}
    assert changed_articles(issue) == 0


def test_a_hostile_headline_is_text(issue: Issue) -> None:
    article(source("pirate"), "<script>alert(1)</script> {{ settings.SECRET_KEY }}", at=LATER)
    compose.take_new(issue.pk, LATER)
    french = compile_issue(issue.pk, LATER)[0]
    assert "<script>alert" not in french.html
    assert "&lt;script&gt;alert(1)" in french.html
    assert "{{ settings.SECRET_KEY }}" in french.html


def test_the_sender_is_the_publications_own(issue: Issue) -> None:
    publication = review()
    publication.sender, publication.reply_to = "revue@ccme.example", "redaction@ccme.example"
    publication.save()
    french = compile_issue(issue.pk, WEDNESDAY)[0]
    assert french.headers["From"] == ["Revue de presse", "revue@ccme.example"]
    assert french.headers["Reply-To"] == ["", "redaction@ccme.example"]
    assert french.headers["Content-Language"] == "fr"


LEAD = "".join(f"La phrase {n} du rapport annuel du Conseil de la communauté. " for n in range(9))


def _led(rights: str, *, licence: str = "", headline: str = "Un titre du courrier") -> Issue:
    """An issue of one article with a long lead, of a source with these rights."""
    courrier = source("courrier")
    Source.objects.filter(pk=courrier.pk).update(rights=rights, licence=licence)
    article(courrier, headline, lead=LEAD.strip())
    return compose.draft_issue(review(), now=WEDNESDAY)


@pytest.mark.parametrize(("rights", "whole"), [("quote", False), ("licensed", True), ("own", True)])
def test_no_more_of_a_lead_leaves_the_rows_than_its_sources_rights_allow(
    rights: str, whole: bool
) -> None:
    """press-rules, Rights: 200 characters of lead at most, unless licensed or our own."""
    (edition,) = compile_issue(_led(rights).pk, WEDNESDAY)
    assert "phrase 2" in edition.text
    assert ("phrase 8" in edition.text) is whole


def test_words_taken_from_the_outlet_are_quoted_whoever_typed_them() -> None:
    issue = _led("quote")
    item = issue.items.get()
    arrange.edit_item(item.pk, now=WEDNESDAY, lead=LEAD[: LEAD.index("phrase 7")])
    (edition,) = compile_issue(issue.pk, WEDNESDAY)
    assert "phrase 6" not in edition.text
    arrange.edit_item(item.pk, now=WEDNESDAY, lead=f"Notre résumé : {LEAD}")
    (edition,) = compile_issue(issue.pk, WEDNESDAY)
    assert "phrase 6" in edition.text


def test_a_licence_line_stands_in_the_footer() -> None:
    """press-rules, Rights: a licence line can be required in the footer."""
    (edition,) = compile_issue(_led("licensed", licence="© Le Courrier, licence 12").pk, WEDNESDAY)
    assert edition.html.count("© Le Courrier, licence 12") == 1


def test_an_update_never_enters_a_signed_off_issue() -> None:
    """press-rules, Identity: an update never enters a signed-off issue, nor makes it new again."""
    issue = _led("quote")
    (edition,) = compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    told = issue.items.get().article
    assert told is not None
    entry = Entry(
        guid=told.guid,
        url=told.url,
        canonical_url=told.canonical_url,
        title="Le titre a changé depuis",
        lead=LEAD,
        body=LEAD,
        author="",
        agency="",
        outlet="courrier",
        language="fr",
        image_url="",
        categories=(),
        published_at=LATER,
        updated_at=LATER,
        title_key="le titre a change depuis",
    )
    (intent,) = store([entry], source_id=told.source_id, now=LATER)
    assert isinstance(intent, Update)
    edition.refresh_from_db()
    assert "Un titre du courrier" in edition.html
    assert signoff.standing(issue.pk) is not None
    with pytest.raises(Refused, match="nothing to put into"):
        compose.draft_issue(review(), now=LATER)
