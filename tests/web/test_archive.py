"""The web archive: what came out, and nothing else."""

import pytest

from mailer.articles.models import Article, Source
from mailer.curation.models import Issue, IssueState
from mailer.mailings import fanout
from tests.people import WEDNESDAY, reader
from tests.web.staff import approved, drafted, visitor

pytestmark = pytest.mark.django_db


def _sent() -> Issue:
    reader("youssef@example.org")
    issue = approved()
    fanout.start(issue.pk, None, WEDNESDAY)
    return issue


def test_a_sent_number_is_there_in_each_of_its_languages() -> None:
    _sent()
    listing = visitor().get("/archive/revue-de-presse/?lang=en").content.decode()
    for language in ("fr", "ar"):
        address = f"/archive/revue-de-presse/1/{language}/"
        assert address in listing
        page = visitor().get(address)
        assert f'lang="{language}"' in page.content.decode()
        assert page.headers["Content-Language"] == language
        assert "script-src" not in page.headers["Content-Security-Policy"]
    assert visitor().get("/archive/revue-de-presse/1/en/").status_code == 404


def test_nobodys_links_are_in_it() -> None:
    issue = _sent()
    page = visitor().get("/archive/revue-de-presse/1/fr/").content.decode()
    assert "/unsubscribe/" not in page
    assert "/preferences/" not in page
    assert issue.editions.get(language="fr").nonce not in page
    assert "/subscribe/?list=revue-de-presse&amp;lang=fr" in page


def test_the_archive_never_shows_more_than_the_mail_did() -> None:
    """press-rules, Rights."""
    _sent()
    before = visitor().get("/archive/revue-de-presse/1/fr/").content
    Source.objects.update(rights="own")
    Article.objects.update(lead="Tout le texte, que la licence permet depuis ce matin.")
    assert visitor().get("/archive/revue-de-presse/1/fr/").content == before


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.HELD, IssueState.APPROVED])
def test_what_was_not_sent_is_not_there(state: str) -> None:
    drafted()
    Issue.objects.update(state=state)
    assert visitor().get("/archive/revue-de-presse/1/fr/").status_code == 404
    assert "/1/fr/" not in visitor().get("/archive/revue-de-presse/").content.decode()


@pytest.mark.parametrize(
    "path", ["nothing/", "revue-de-presse/7/fr/", "revue-de-presse/999999999/fr/"]
)
def test_what_does_not_exist_is_said_in_a_sentence(path: str) -> None:
    answer = visitor().get(f"/archive/{path}?lang=en")
    assert answer.status_code == 404
    assert 'role="alert"' in answer.content.decode()
