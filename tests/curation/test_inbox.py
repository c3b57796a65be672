"""What an editor does with stories, and takes back."""

import pytest

from mailer.curation import inbox
from mailer.curation.models import Deed, Proposal, Publication
from mailer.curation.propose import sort_and_propose
from mailer.errors import NotFound, Refused
from mailer.stories.models import Likeness, Verdict
from tests.people import WEDNESDAY, article, karim, review, salma, source
from tests.stories.told import OTHERS, TRANSFERTS, publish, story_of

pytestmark = pytest.mark.django_db


def night(titles: list[str]) -> list[int]:
    """The numbers of the stories that a night's articles became, in their order."""
    articles = publish(titles)
    sort_and_propose(WEDNESDAY)
    return [story_of(one) for one in articles]


def state(story: int) -> str:
    return Proposal.objects.get(story=story).state


def test_a_decision_is_made_for_several_stories_and_undone_for_all() -> None:
    one, two, *_ = night(OTHERS)
    editor = salma()
    assert inbox.decide(review(), [one, two], "kept", editor, WEDNESDAY) == [one, two]
    inbox.decide(review(), [two], "dropped", editor, WEDNESDAY)
    assert (state(one), state(two)) == ("kept", "dropped")
    assert inbox.undo(review(), editor, WEDNESDAY) == [two]
    assert state(two) == "kept"
    inbox.undo(review(), editor, WEDNESDAY)
    assert (state(one), state(two)) == ("new", "new")
    with pytest.raises(Refused, match="nothing to undo"):
        inbox.undo(review(), editor, WEDNESDAY)


def test_nobody_undoes_what_another_did() -> None:
    one, *_ = night(OTHERS)
    inbox.decide(review(), [one], "kept", salma(), WEDNESDAY)
    with pytest.raises(Refused, match="nothing to undo"):
        inbox.undo(review(), karim(), WEDNESDAY)


def test_the_same_decision_twice_is_one() -> None:
    one, *_ = night(OTHERS)
    editor = salma()
    for _ in range(2):
        inbox.decide(review(), [one], "kept", editor, WEDNESDAY)
    assert Deed.objects.count() == 1


def test_stories_are_merged_and_parted_again() -> None:
    one, two, *_ = night(OTHERS)
    editor = salma()
    inbox.decide(review(), [two], "kept", editor, WEDNESDAY)
    inbox.merge(review(), one, [two], editor, WEDNESDAY)
    assert state(one) == "kept"
    assert not Proposal.objects.filter(story=two).exists()
    assert Proposal.objects.get(story=one).outlets == 2
    assert inbox.undo(review(), editor, WEDNESDAY) == [one, two]
    assert (state(one), state(two)) == ("new", "kept")
    assert not Verdict.objects.exists()


def test_a_story_is_split_and_put_together_again() -> None:
    first, second = (one for one in publish(TRANSFERTS))
    sort_and_propose(WEDNESDAY)
    editor = salma()
    own = inbox.split(review(), story_of(first), [second.pk], editor, WEDNESDAY)
    assert story_of(second) == own
    assert state(own) == "new"
    inbox.undo(review(), editor, WEDNESDAY)
    assert story_of(second) == story_of(first)
    assert not Verdict.objects.exists()


def test_two_that_are_not_the_same_are_offered_again_when_that_is_undone() -> None:
    night([*OTHERS, "Nador : des navires restent bloqués"])
    offer = Likeness.objects.get()
    editor = salma()
    inbox.apart(review(), offer.other_id, offer.one_id, editor, WEDNESDAY)
    assert not Likeness.objects.exists()
    inbox.undo(review(), editor, WEDNESDAY)
    assert Likeness.objects.get().score == offer.score
    assert not Verdict.objects.exists()


def test_a_story_that_is_not_there_is_told_so() -> None:
    editor = salma()
    with pytest.raises(NotFound, match="not in the inbox"):
        inbox.decide(review(), [99], "kept", editor, WEDNESDAY)
    with pytest.raises(NotFound, match="not in the inbox"):
        inbox.pin(review(), 99, editor, WEDNESDAY)
    with pytest.raises(Refused, match="no decision"):
        inbox.decide(review(), [99], "sent", editor, WEDNESDAY)


def test_two_publications_decide_each_for_itself_and_share_what_is_one_story() -> None:
    one, two, *_ = night(OTHERS)
    other = Publication.objects.create(
        slug="autre", names={"fr": "Autre"}, languages=["fr"], hour="08:00", weekdays=[1]
    )
    section = other.sections.create(slug="une", names={"fr": "Une"}, position=1)
    for placement in review().placements.all():
        other.placements.create(source=placement.source, section=section)
    Proposal.objects.all().delete()
    other.bookmarks.all().delete()
    review().bookmarks.all().delete()
    sort_and_propose(WEDNESDAY)
    editor = salma()
    inbox.decide(review(), [one], "dropped", editor, WEDNESDAY)
    assert Proposal.objects.get(publication=other, story=one).state == "new"
    inbox.merge(review(), one, [two], editor, WEDNESDAY)
    assert Proposal.objects.get(publication=other, story=one).outlets == 2


def test_more_than_one_outlet_raises_a_story_and_keeps_what_was_decided() -> None:
    one, *_ = night(TRANSFERTS[:1])
    inbox.decide(review(), [one], "kept", salma(), WEDNESDAY)
    article(source("soir"), TRANSFERTS[1])
    sort_and_propose(WEDNESDAY)
    row = Proposal.objects.get(story=one)
    assert (row.state, row.outlets, row.score) == ("kept", 2, 2)
