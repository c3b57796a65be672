"""An article enters the number on the bench by the address that Salma pastes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from mailer.articles.models import Article, Kind
from mailer.curation.models import Issue, Item, Proposal, Publication, Section
from mailer.curation.propose import sort_and_propose
from tests.fakes.feeds import Press
from tests.people import WEDNESDAY, article, source
from tests.web.staff import do, drafted

pytestmark = pytest.mark.django_db

ARTICLE = {"@type": "NewsArticle", "headline": "Un titre du jour", "description": "Un chapeau."}


@pytest.fixture
def press(settings: Any) -> Iterator[Press]:
    with Press() as server:
        settings.MAILER_ALLOW_PRIVATE = [f"127.0.0.1:{server.port}"]
        script = f'<script type="application/ld+json">{json.dumps(ARTICLE)}</script>'
        server.serves("/a/1", f"<html lang=fr><head>{script}</head><body></body></html>")
        yield server


def take(client: Client, issue: Issue, url: str, section: Section | None = None) -> Any:
    where = section or issue.publication.sections.all()[1]
    form = {"lang": "fr", "section": where.pk, "url": url}
    return client.post(f"/desk/issues/{issue.pk}/take/", form, follow=True)


def added(issue: Issue) -> Item:
    return Item.objects.filter(issue=issue).latest("pk")


def test_a_pasted_address_becomes_the_last_entry_of_its_section(
    salma: Client, press: Press
) -> None:
    issue = drafted()
    page = take(salma, issue, press.url("/a/1")).content.decode()
    assert "“Un titre du jour” was taken in." in page
    entry = added(issue)
    assert entry.article is not None
    assert (entry.language, entry.article.lead) == ("fr", "Un chapeau.")
    assert entry.section == issue.publication.sections.all()[1]
    assert entry.article.source.kind == Kind.PAGE
    # It is this number's, and waits for no other one.
    assert "article is waiting" not in page
    assert issue.editions.get(language="fr").html.count("Un titre du jour")

    assert "Undone" in do(salma, f"issues/{issue.pk}/undo/", lang="fr")
    assert not issue.items.filter(article=entry.article).exists()


def test_an_article_that_is_here_already_is_taken_without_asking_its_site(salma: Client) -> None:
    issue = drafted()
    told = article(source("matin"), "Venu entre-temps")
    sort_and_propose(WEDNESDAY)
    assert Proposal.objects.get(leader=told).state == "new"
    take(salma, issue, f"{told.url}#comments")
    assert added(issue).article == told
    assert Proposal.objects.get(leader=told).state == "taken"

    page = take(salma, issue, told.url).content.decode()
    assert "“Venu entre-temps” is in No. 1 already" in page
    assert issue.items.filter(article=told).count() == 1


def test_an_address_that_tells_nothing_is_refused_and_stays_in_its_field(
    salma: Client, press: Press
) -> None:
    issue = drafted()
    for url in (press.url("/nothing"), "http://10.0.0.1/", "file:///etc/passwd", "x"):
        answer = take(salma, issue, url)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert f'value="{url}" aria-invalid="true"' in page
        assert 'role="alert"' in page
    assert not Article.objects.filter(source__kind=Kind.PAGE).exists()


def test_what_was_sent_and_what_is_anothers_take_nothing(salma: Client, press: Press) -> None:
    issue = drafted()
    other = Publication.objects.get(pk=issue.publication_id)
    other.pk, other.slug = None, "newsletter"
    other.save()
    foreign = Section.objects.create(publication=other, slug="ailleurs", names={}, position=1)
    page = take(salma, issue, press.url("/a/1"), foreign).content.decode()
    assert "not in the publication any more" in page

    Issue.objects.filter(pk=issue.pk).update(state="sent")
    assert "can no longer be changed" in take(salma, issue, press.url("/a/1")).content.decode()
    assert issue.items.count() == 3
    assert not press.visits("/a/1")
