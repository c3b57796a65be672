"""What a person does to stories wins, and is remembered."""

import pytest

from mailer.errors import NotFound, Refused
from mailer.stories import hand
from mailer.stories.models import Likeness, Story, Telling, Verdict
from tests.people import WEDNESDAY, salma
from tests.stories.told import EXPOSITION, OTHERS, TRANSFERTS, publish, sort, story_of

pytestmark = pytest.mark.django_db


def test_two_stories_are_merged_and_the_first_keeps_its_number() -> None:
    one, other, *_ = publish(OTHERS)
    sort()
    into, gone = story_of(one), story_of(other)
    assert hand.merge(into, gone, salma(), WEDNESDAY) == [other.pk]
    assert story_of(other) == into
    assert Story.objects.get(pk=gone).merged_into_id == into
    assert Verdict.objects.get().together
    with pytest.raises(NotFound, match="merged into another"):
        hand.find_story(gone)


def test_a_split_is_remembered_when_more_arrives() -> None:
    one, other, *_ = publish(TRANSFERTS + OTHERS)
    sort()
    own = hand.split(story_of(one), [other.pk], None, WEDNESDAY)
    late = publish(TRANSFERTS)
    sort()
    assert story_of(one) != story_of(other) == own.pk
    assert {story_of(article) for article in late} <= {story_of(one), own.pk}
    assert not Likeness.objects.filter(one=story_of(one), other=own).exists()


def test_what_was_merged_and_split_again_goes_back_where_it_was() -> None:
    one, other, *_ = publish(OTHERS)
    sort()
    into, gone = story_of(one), story_of(other)
    moved = hand.merge(into, gone, None, WEDNESDAY)
    hand.split(into, moved, None, WEDNESDAY, back_to=gone)
    assert story_of(other) == gone
    assert Story.objects.get(pk=gone).merged_into is None
    assert not Verdict.objects.get().together


def test_stories_that_are_not_the_same_are_offered_no_more() -> None:
    titles = [*OTHERS, "Nador : des navires restent bloqués"]
    publish(titles)
    sort()
    offer = Likeness.objects.get()
    hand.keep_apart(offer.one_id, offer.other_id, None, WEDNESDAY)
    publish(titles[1:2])
    sort()
    assert not Likeness.objects.filter(one=offer.one_id, other=offer.other_id).exists()


def test_a_split_needs_articles_of_the_story_and_must_leave_one() -> None:
    one, other, third, *_ = publish([*TRANSFERTS, *OTHERS])
    sort()
    with pytest.raises(Refused, match="not in the story"):
        hand.split(story_of(one), [third.pk], None, WEDNESDAY)
    with pytest.raises(Refused, match="nothing to split"):
        hand.split(story_of(one), [one.pk, other.pk], None, WEDNESDAY)


def test_a_story_is_not_merged_with_itself() -> None:
    one, *_ = publish(OTHERS)
    sort()
    with pytest.raises(Refused, match="itself"):
        hand.merge(story_of(one), story_of(one), None, WEDNESDAY)


def test_an_article_is_told_to_lead() -> None:
    one, other, third, *_ = publish([*EXPOSITION, *OTHERS])
    sort()
    hand.lead_with(story_of(one), other.pk)
    assert Story.objects.get(pk=story_of(one)).lead_id == other.pk
    hand.split(story_of(one), [other.pk], None, WEDNESDAY)
    assert Story.objects.get(pk=story_of(third)).lead is None
    assert Telling.objects.filter(story=story_of(third)).count() == 2
