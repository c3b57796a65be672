"""The morning at the desk: Salma drafts, orders, rewrites and looks."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mailer.articles.models import Source
from mailer.curation.models import Issue, Item
from mailer.letters.models import Letter
from mailer.mailings.models import Delivery
from tests.people import article, review, source
from tests.web.staff import (
    do,
    drafted,
    rewritten,
    said,
)

pytestmark = pytest.mark.django_db


def test_today_tells_what_waits_and_what_comes(salma: Client) -> None:
    issue = drafted()
    Source.objects.filter(title="sawt").update(
        error={"id": "It answered %(status)s.", "values": {"status": 404}}
    )
    page = said(salma.get("/desk/"))
    assert f"/desk/issues/{issue.pk}/" in page
    assert "It answered 404." in page
    assert "08:00" in page


def test_salma_drafts_a_number_with_what_is_new(salma: Client) -> None:
    article(source("courrier"), "Les transferts progressent")
    page = do(salma, "issues/new/", publication="revue-de-presse")
    assert "Les transferts progressent" in page
    assert Issue.objects.get().editions.count() == 1
    assert "There is nothing to put into a new issue" in do(
        salma, "issues/new/", publication="revue-de-presse"
    )


def test_an_edited_headline_is_in_the_preview_at_once_and_the_original_stays_in_sight(
    salma: Client,
) -> None:
    item = drafted().items.filter(language="fr")[0]
    page = do(salma, f"items/{item.pk}/edit/", headline="Transferts : +4 %", lead="", note="À lire")
    assert "Transferts : +4 %" in page
    assert item.article.title in page
    frame = said(salma.get(f"/desk/issues/{item.issue_id}/preview/fr/"))
    assert "Transferts" in frame
    assert item.article.title not in frame
    assert "À lire" in frame


def test_a_headline_like_the_articles_own_stays_the_articles(salma: Client) -> None:
    item = drafted().items.filter(language="fr")[0]
    do(salma, f"items/{item.pk}/edit/", headline=item.article.title, lead=item.article.lead)
    item.refresh_from_db()
    assert (item.headline, item.lead) == ("", "")


def test_entries_move_up_and_down_and_a_form_sent_twice_moves_once(salma: Client) -> None:
    first, second = drafted().items.filter(language="fr")
    for _ in range(2):
        do(salma, f"items/{second.pk}/move/", to=1)
    order = Issue.objects.get().items.filter(language="fr").values_list("pk", flat=True)
    assert list(order) == [second.pk, first.pk]


def test_an_entry_moves_to_another_section_and_only_of_its_publication(salma: Client) -> None:
    item = drafted().items.filter(language="fr")[0]
    target = review().sections.get(slug="ccme")
    do(salma, f"items/{item.pk}/move/", section=target.pk)
    item.refresh_from_db()
    assert item.section == target
    assert "not in the publication" in do(salma, f"items/{item.pk}/move/", section=99999)


def test_a_hidden_entry_leaves_the_edition_and_comes_back(salma: Client) -> None:
    item = drafted().items.get(language="ar")
    issue = item.issue
    assert "left out" in do(salma, f"items/{item.pk}/hide/", hidden="1")
    assert not issue.editions.filter(language="ar").exists()
    do(salma, f"items/{item.pk}/hide/", hidden="0")
    assert issue.editions.filter(language="ar").exists()


def test_the_editors_word_stands_above_its_edition_alone(salma: Client) -> None:
    issue = drafted()
    do(salma, f"issues/{issue.pk}/words/", lang="ar", words="كلمة العدد")
    assert "كلمة العدد" in issue.editions.get(language="ar").html
    assert "كلمة العدد" not in issue.editions.get(language="fr").html
    assert "no edition in this language" in do(
        salma, f"issues/{issue.pk}/words/", lang="de", words="Wort"
    )


def test_new_articles_wait_until_they_are_asked_for(salma: Client) -> None:
    issue = drafted()
    article(Source.objects.get(title="courrier"), "Arrivé après")
    page = said(salma.get(f"/desk/issues/{issue.pk}/?lang=fr"))
    assert "1 new article is waiting" in page
    assert "Arrivé après" not in page
    assert "Arrivé après" in do(salma, f"issues/{issue.pk}/take-new/")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"]
)
def test_what_staff_or_the_web_wrote_is_shown_and_never_run(salma: Client, hostile: str) -> None:
    item = drafted().items.filter(language="fr")[0]
    page = do(salma, f"items/{item.pk}/edit/", headline=hostile, lead=hostile, note=hostile)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    frame = salma.get(f"/desk/issues/{item.issue_id}/preview/fr/")
    assert "<script>alert" not in frame.content.decode()
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "script-src" not in frame.headers["Content-Security-Policy"]


def test_bad_input_is_refused_in_a_sentence(salma: Client) -> None:
    item = drafted().items.filter(language="fr")[0]
    assert "there is room for 400" in do(salma, f"items/{item.pk}/edit/", headline="x" * 401)
    assert "is not a number" in do(salma, f"items/{item.pk}/move/", to="first")
    do(salma, f"items/{item.pk}/edit/", headline="un\x00deux\x1b trois")
    item.refresh_from_db()
    assert item.headline == "undeux trois"


def test_the_preview_shows_nobodys_links_and_the_text_part(salma: Client) -> None:
    issue = drafted()
    frame = said(salma.get(f"/desk/issues/{issue.pk}/preview/fr/"))
    assert "/unsubscribe/" not in frame
    text = salma.get(f"/desk/issues/{issue.pk}/preview/fr/?part=text")
    assert text.headers["Content-Type"].startswith("text/plain")
    assert "Les transferts progressent" in text.content.decode()
    assert salma.get(f"/desk/issues/{issue.pk}/preview/en/").status_code == 404


def test_a_test_goes_to_oneself_and_is_marked(salma: Client) -> None:
    issue = drafted()
    assert "salma@example.org" in do(salma, f"issues/{issue.pk}/test/", lang="fr")
    letter = Letter.objects.get()
    assert (letter.recipient, letter.kind) == ("salma@example.org", "test")
    assert letter.subject.startswith("[Test]")
    assert not Delivery.objects.exists()
    User.objects.update(email="")
    assert "no e-mail address" in do(salma, f"issues/{issue.pk}/test/", lang="fr")


def test_salma_sees_that_an_article_changed_and_compiles_it_anew(salma: Client) -> None:
    issue = drafted()
    assert "since the mail was compiled" not in said(salma.get(f"/desk/issues/{issue.pk}/"))
    rewritten(issue)
    page = said(salma.get(f"/desk/issues/{issue.pk}/"))
    assert "1 article has changed since the mail was compiled" in page
    assert "reculent" not in issue.editions.get(language="fr").html
    page = do(salma, f"issues/{issue.pk}/compile/", lang="fr")
    assert "since the mail was compiled" not in page
    assert "reculent" in issue.editions.get(language="fr").html


def test_a_headline_leads_to_the_web_or_nowhere(salma: Client) -> None:
    issue = drafted()
    entry = issue.items.filter(language="fr")[0]
    Item.objects.filter(pk=entry.pk).update(url="javascript:alert(1)")

    page = said(salma.get(f"/desk/issues/{issue.pk}/?lang=fr"))

    assert "javascript:" not in page
    assert 'href="https://courrier.example/1"' in page
