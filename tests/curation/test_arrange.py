"""Salma and Karim at one issue: nothing of anybody's is lost, and what was done can be undone."""

from datetime import timedelta

import pytest

from mailer.curation import arrange, changes, compose, presence, signoff
from mailer.curation.arrange import Overtaken
from mailer.curation.models import Change, Issue, Item
from mailer.errors import NotFound, Refused
from tests.people import WEDNESDAY, article, karim, review, salma
from tests.web.staff import approved, drafted

pytestmark = pytest.mark.django_db


def _french(issue: Issue) -> list[int]:
    return list(issue.items.filter(language="fr").values_list("pk", flat=True))


def _photo(issue: Issue) -> object:
    fields = [one.attname for one in Item._meta.concrete_fields if one.name != "version"]
    words = Issue.objects.values_list("editor_words", flat=True).get(pk=issue.pk)
    return words, list(Item.objects.filter(issue=issue).order_by("pk").values(*fields))


def test_whoever_had_other_words_before_them_overwrites_nobody() -> None:
    first, *_ = _french(issue := drafted())
    her, him = salma(), karim()
    seen = Item.objects.get(pk=first).version
    arrange.edit_item(first, headline="Celui de Karim", seen=seen, by=him, now=WEDNESDAY)

    with pytest.raises(Overtaken, match="karim has saved other words"):
        arrange.edit_item(first, headline="Celui de Salma", seen=seen, by=her, now=WEDNESDAY)

    assert Item.objects.get(pk=first).headline == "Celui de Karim"
    arrange.edit_item(first, headline="Celui de Salma", seen=seen + 1, by=her, now=WEDNESDAY)
    assert issue.items.get(pk=first).headline == "Celui de Salma"


def test_the_same_words_said_twice_are_saved_once_and_take_no_signature_back() -> None:
    first, *_ = _french(issue := approved())
    arrange.edit_item(first, headline="", note="", seen=99, by=salma(), now=WEDNESDAY)

    assert signoff.standing(issue.pk) is not None
    assert not Change.objects.exists()


def test_the_editors_word_is_not_overwritten_unseen() -> None:
    issue, her, him = drafted(), salma(), karim()
    arrange.set_words(issue.pk, "fr", "Bonjour", seen="", by=him, now=WEDNESDAY)

    with pytest.raises(Overtaken):
        arrange.set_words(issue.pk, "fr", "Bonsoir", seen="", by=her, now=WEDNESDAY)

    arrange.set_words(issue.pk, "fr", "Bonsoir", seen="Bonjour", by=her, now=WEDNESDAY)


def test_every_act_is_undone_and_leaves_no_trace_in_the_issue() -> None:
    issue, her = drafted(), salma()
    first, second = _french(issue)
    ccme = review().sections.get(slug="ccme")
    before = _photo(issue)
    own = arrange.add_text(issue.pk, "fr", ccme.pk, headline="Le nôtre", by=her, now=WEDNESDAY)
    article(Item.objects.get(pk=first).article.source, "Arrivé après")
    acts = 1
    for act in (
        lambda: arrange.edit_item(first, headline="Mieux", lead="Long", by=her, now=WEDNESDAY),
        lambda: arrange.move_item(second, 1, by=her, now=WEDNESDAY),
        lambda: arrange.move_to_section(second, ccme.pk, to=1, by=her, now=WEDNESDAY),
        lambda: arrange.pin_item(first, pinned=True, by=her, now=WEDNESDAY),
        lambda: arrange.hide_item(first, hidden=True, by=her, now=WEDNESDAY),
        lambda: arrange.set_words(issue.pk, "ar", "مرحبا", by=her, now=WEDNESDAY),
        lambda: arrange.remove_text(own.pk, by=her, now=WEDNESDAY),
        lambda: compose.take_new(issue.pk, WEDNESDAY, her),
    ):
        act()
        acts += 1
    assert Change.objects.count() == acts

    for _ in range(acts):
        arrange.undo(issue.pk, by=her, now=WEDNESDAY)

    assert _photo(issue) == before
    with pytest.raises(NotFound, match="nothing of yours"):
        arrange.undo(issue.pk, by=her, now=WEDNESDAY)


def test_what_another_has_changed_since_is_not_undone() -> None:
    first, *_ = _french(issue := drafted())
    her, him = salma(), karim()
    arrange.edit_item(first, headline="Le sien", by=her, now=WEDNESDAY)
    arrange.edit_item(first, headline="Le mien", by=him, now=WEDNESDAY)

    with pytest.raises(Refused, match="has been changed since"):
        arrange.undo(issue.pk, by=her, now=WEDNESDAY)

    assert Item.objects.get(pk=first).headline == "Le mien"


def test_nothing_is_undone_once_it_is_being_sent() -> None:
    first, *_ = _french(issue := drafted())
    her = salma()
    arrange.edit_item(first, headline="Le sien", by=her, now=WEDNESDAY)
    Issue.objects.update(state="sending")

    with pytest.raises(Refused, match="being sent"):
        arrange.undo(issue.pk, by=her, now=WEDNESDAY)


def test_an_undo_takes_the_signature_back_too() -> None:
    first, *_ = _french(issue := drafted())
    her = salma()
    arrange.edit_item(first, headline="Le sien", by=her, now=WEDNESDAY)
    signoff.approve(issue.pk, "f" * 64, karim(), WEDNESDAY)

    arrange.undo(issue.pk, by=her, now=WEDNESDAY)

    assert signoff.standing(issue.pk) is None


def test_a_pinned_entry_leads_its_section_whatever_is_moved() -> None:
    first, second = _french(issue := drafted())
    arrange.pin_item(second, pinned=True, now=WEDNESDAY)
    arrange.move_item(first, 1, now=WEDNESDAY)
    assert _french(issue) == [second, first]

    arrange.pin_item(second, pinned=False, now=WEDNESDAY)
    arrange.move_item(first, 1, now=WEDNESDAY)
    assert _french(issue) == [first, second]


def test_an_article_is_left_out_and_not_removed() -> None:
    first, *_ = _french(drafted())

    with pytest.raises(Refused, match="left out"):
        arrange.remove_text(first, now=WEDNESDAY)


def test_who_is_here_is_told_until_they_are_gone() -> None:
    first, *_ = _french(issue := drafted())
    her, him = salma(), karim()
    presence.here(issue.pk, him, first, WEDNESDAY)

    (other,) = presence.here(issue.pk, her, None, WEDNESDAY + timedelta(seconds=20))
    assert (other.person, other.item_id) == (him, first)
    assert presence.here(issue.pk, her, None, WEDNESDAY + timedelta(minutes=1)) == []


def test_what_others_did_since_is_told_and_ones_own_is_not() -> None:
    first, second = _french(issue := drafted())
    her, him = salma(), karim()
    arrange.edit_item(first, headline="Le sien", by=her, now=WEDNESDAY)
    seen = Change.objects.get().pk
    arrange.edit_item(second, headline="Le mien", by=him, now=WEDNESDAY)
    arrange.hide_item(first, hidden=True, by=her, now=WEDNESDAY)

    assert [one.by for one in changes.since(issue.pk, seen, her)] == [him]
