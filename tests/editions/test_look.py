"""The look of a publication: whose theme, with which changes."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum
from mailer.editions.look import choose, chosen, theme_for
from mailer.editions.models import Look
from mailer.errors import NotFound, Refused
from mailer.typesetting.themes import SHIPPED, shipped
from tests.people import WEDNESDAY, article, review, source

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(hours=1)


@pytest.fixture
def issue() -> Issue:
    article(source("courrier"), "Les transferts progressent")
    article(source("sawt", language="ar"), "معرض بمدينة ليون")
    made = draft_issue(review(), now=WEDNESDAY)
    compile_issue(made.pk, WEDNESDAY)
    return made


def test_a_publication_wears_the_default_theme_until_somebody_chooses() -> None:
    assert theme_for(review()) == shipped("cedar")


def test_a_chosen_theme_changes_the_editions_and_what_would_be_signed(issue: Issue) -> None:
    before = issue_checksum(issue.pk)
    choose(review(), "majorelle", {"light": {"ink": "#101010"}}, LATER)
    french, arabic = compile_issue(issue.pk, LATER)
    for edition in (french, arabic):
        assert "#101010" in edition.html
        assert shipped("majorelle").light.band in edition.html
        assert shipped("cedar").light.accent not in edition.html
    assert issue_checksum(issue.pk) != before


def test_only_what_differs_from_the_file_is_kept(data: Path) -> None:
    cedar = shipped("cedar")
    choose(review(), "cedar", {"light": {"ink": cedar.light.ink}, "radius": 0}, LATER)
    assert chosen(review()) == ("cedar", {"radius": 0})
    choose(review(), "cedar", {"radius": cedar.radius, "footers": {"fr": "Le Conseil"}}, LATER)
    assert chosen(review()) == ("cedar", {"footers": {"fr": "Le Conseil"}})


def test_a_footer_text_stands_in_its_own_language_alone(issue: Issue) -> None:
    choose(review(), "cedar", {"footers": {"fr": "Conseil : Rabat\n\nTous droits <b>"}}, LATER)
    french, arabic = compile_issue(issue.pk, LATER)
    assert "Conseil\u00a0: Rabat</p>" in french.html
    assert "Tous droits &lt;b&gt;" in french.html
    assert "Tous droits <b>" in french.text
    assert "Rabat" not in arabic.html


def test_a_look_that_is_none_is_not_kept(issue: Issue) -> None:
    with pytest.raises(Refused, match="ink is no colour"):
        choose(review(), "cedar", {"light": {"ink": "red}</style>"}}, LATER)
    with pytest.raises(NotFound, match="no theme named"):
        choose(review(), "atlas", {}, LATER)
    assert not Look.objects.exists()


def test_a_theme_file_of_the_office_is_worn(issue: Issue, data: Path) -> None:
    (data / "themes").mkdir()
    own = (SHIPPED / "cedar.toml").read_text(encoding="utf-8").replace("#0f5b44", "#004d40")
    (data / "themes" / "conseil.toml").write_text(own, encoding="utf-8")
    choose(review(), "conseil", {}, LATER)
    assert "#004d40" in compile_issue(issue.pk, LATER)[0].html
    (data / "themes" / "conseil.toml").write_text(own.replace("#004d40", "green"), encoding="utf-8")
    with pytest.raises(Refused, match="accent is no colour"):
        compile_issue(issue.pk, LATER)
