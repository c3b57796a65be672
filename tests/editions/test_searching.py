"""The archive's search: whatever way a word is written, in what was published alone."""

import pytest

from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue
from mailer.editions import archive
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.models import ArchivedEntry
from mailer.editions.searching import search
from mailer.mailings import fanout
from tests.people import WEDNESDAY, article, reader, review, source

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue() -> Issue:
    """A number in two languages, ready to leave."""
    reader("youssef@example.org")
    matin = source("lematin")
    article(matin, "L’économie sociale à l’épreuve", lead="Un rapport du Conseil supérieur.")
    article(matin, "Le cœur de la médina rénové")
    article(source("hespress", language="ar"), "الإقتصاد الوطني ومغاربة العالم")
    made = draft_issue(review(), now=WEDNESDAY)
    compile_issue(made.pk, WEDNESDAY)
    sign(made.pk, issue_checksum(made.pk), None, WEDNESDAY)
    return made


def _found(question: str, language: str = "fr") -> list[str]:
    return [one.headline for one in search(review(), question, language)]


@pytest.mark.parametrize(
    ("question", "headline"),
    [
        ("economie", "L’économie sociale à l’épreuve"),
        ("ÉCONOMIE sociale", "L’économie sociale à l’épreuve"),
        ("écon", "L’économie sociale à l’épreuve"),
        ("rapport superieur", "L’économie sociale à l’épreuve"),
        ("coeur", "Le cœur de la médina rénové"),
        ("lematin medina", "Le cœur de la médina rénové"),
        ("الاقتصاد", "الإقتصاد الوطني ومغاربة العالم"),
        ("اَلإِقْتِصَاد", "الإقتصاد الوطني ومغاربة العالم"),
        ("الـوطـنـي", "الإقتصاد الوطني ومغاربة العالم"),
    ],
)
def test_a_word_is_found_however_it_is_written(issue: Issue, question: str, headline: str) -> None:
    fanout.start(issue.pk, None, WEDNESDAY)
    assert _found(question) == [headline]


def test_every_word_must_be_there(issue: Issue) -> None:
    fanout.start(issue.pk, None, WEDNESDAY)
    assert _found("economie medina") == []


@pytest.mark.parametrize(
    "question",
    ["", "  ", '"', "*", "') OR 1=1 --", "a & | ! b:*", "NEAR(", "words:", "\u202e", "؟؟"],
)
def test_a_question_of_signs_finds_nothing_and_breaks_nothing(issue: Issue, question: str) -> None:
    fanout.start(issue.pk, None, WEDNESDAY)
    assert _found(question) == []


def test_what_is_not_published_or_was_withdrawn_is_not_found(issue: Issue) -> None:
    assert _found("economie") == []
    assert not ArchivedEntry.objects.exists()
    fanout.start(issue.pk, None, WEDNESDAY)
    french = issue.editions.get(language="fr")
    archive.withdraw(french, WEDNESDAY)
    assert _found("economie") == []
    archive.put_back(french)
    assert len(_found("economie")) == 1


def test_an_edition_that_is_deleted_leaves_no_words_behind(issue: Issue) -> None:
    fanout.start(issue.pk, None, WEDNESDAY)
    ArchivedEntry.objects.all().delete()
    assert _found("economie") == []
