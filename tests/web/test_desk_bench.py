"""Salma and Karim at one number: added, pinned, undone, and nobody's words overwritten unseen."""

import pytest
from django.test import Client

from mailer.curation.models import Issue, Item
from tests.people import review
from tests.web.staff import approved, do, drafted, issue_page, said

pytestmark = pytest.mark.django_db


def _first() -> Item:
    return Issue.objects.get().items.filter(language="fr")[0]


def test_words_saved_by_another_meanwhile_are_shown_beside_ones_own(
    salma: Client, karim: Client
) -> None:
    drafted()
    item = _first()
    seen = item.version
    do(karim, f"items/{item.pk}/edit/", headline="Le titre de Karim", lead="", note="", seen=seen)

    form = {"headline": "Le titre de Salma", "lead": "", "note": "À voir", "seen": seen}
    answer = salma.post(f"/desk/items/{item.pk}/edit/", form)
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "karim has saved other words of this entry" in page
    assert "Le titre de Karim" in page
    assert ">Le titre de Salma</textarea>" in page
    assert ">À voir</textarea>" in page
    assert f'name="seen" value="{seen + 1}"' in page
    assert _first().headline == "Le titre de Karim"


def test_a_page_that_saves_by_itself_is_answered_in_json(salma: Client, karim: Client) -> None:
    drafted()
    address = f"/desk/items/{_first().pk}/edit/"
    ours = {"Accept": "application/json"}
    words = {"headline": "Un titre", "lead": "", "note": "", "seen": 1}

    assert salma.post(address, words, headers=ours).json() == {"version": 2}
    late = karim.post(address, {**words, "headline": "Un autre"}, headers=ours)
    assert late.status_code == 409
    assert late.json()["overtaken"] is True
    long = salma.post(address, {**words, "headline": "x" * 401}, headers=ours)
    assert _first().headline == "Un titre"
    assert long.status_code in (303, 409)


def test_the_editors_word_that_came_second_is_shown_and_not_saved(
    salma: Client, karim: Client
) -> None:
    issue = drafted()
    do(karim, f"issues/{issue.pk}/words/", lang="fr", words="Bonjour", seen="")

    form = {"lang": "fr", "words": "Bonsoir", "seen": ""}
    answer = salma.post(f"/desk/issues/{issue.pk}/words/", form)

    assert answer.status_code == 409
    assert ">Bonsoir</textarea>" in answer.content.decode()
    issue.refresh_from_db()
    assert issue.editor_words == {"fr": "Bonjour"}


def test_an_entry_of_the_newsrooms_own_is_added_removed_and_comes_back(salma: Client) -> None:
    issue = drafted()
    ccme = review().sections.get(slug="ccme")
    page = do(
        salma,
        f"issues/{issue.pk}/add/",
        lang="fr",
        section=ccme.pk,
        headline="Un colloque à Rabat",
        url="https://ccme.example/colloque",
    )
    assert "Un colloque à Rabat" in page
    own = Item.objects.get(headline="Un colloque à Rabat")
    assert "Un colloque à Rabat" in issue.editions.get(language="fr").html
    assert f'id="item-{own.pk}"' not in do(salma, f"items/{own.pk}/remove/")
    undone = do(salma, f"issues/{issue.pk}/undo/", lang="fr")
    assert "Undone: removed “" in undone
    assert Item.objects.get(pk=own.pk).url == "https://ccme.example/colloque"


def test_an_address_that_is_none_of_the_web_is_refused(salma: Client) -> None:
    issue = drafted()
    ccme = review().sections.get(slug="ccme")
    form = {"lang": "fr", "section": ccme.pk, "headline": "Un piège", "url": "javascript:alert(1)"}

    assert "no address of the web" in do(salma, f"issues/{issue.pk}/add/", **form)
    assert not Item.objects.filter(headline="Un piège").exists()


def test_a_pinned_entry_leads_the_mail(salma: Client) -> None:
    issue = drafted()
    _, second = issue.items.filter(language="fr")
    do(salma, f"items/{second.pk}/pin/", pinned="1")
    html = issue.editions.get(language="fr").html
    assert html.index("Une exposition") < html.index("Les transferts progressent")
    assert _first() == second


def test_what_was_done_stands_in_words(salma: Client, karim: Client) -> None:
    issue = drafted()
    item = _first()
    do(salma, f"items/{item.pk}/hide/", hidden="1")
    page = said(karim.get(issue_page()))
    assert "salma" in page
    assert "left out “" in page
    # What Salma did is hers to undo.
    assert "nothing of yours to undo" in do(karim, f"issues/{issue.pk}/undo/", lang="fr")


def test_two_at_one_number_see_each_other_and_what_the_other_did(
    salma: Client, karim: Client
) -> None:
    issue = drafted()
    item = _first()
    karim.post(f"/desk/issues/{issue.pk}/here/", {"item": item.pk, "since": "0"})
    do(karim, f"items/{item.pk}/hide/", hidden="1")

    told = said(salma.post(f"/desk/issues/{issue.pk}/here/", {"item": "", "since": "0"}))

    assert "karim" in told
    assert "Les transferts progressent" in told
    assert "left out" in told
    mine = said(karim.post(f"/desk/issues/{issue.pk}/here/", {"item": "x", "since": "x"}))
    assert "left out" not in mine
    assert "salma" in mine


def test_a_signed_number_is_not_changed_by_typing_alone(salma: Client) -> None:
    approved()
    assert "data-saves-itself" not in said(salma.get(issue_page()))
