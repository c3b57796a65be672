"""Articles come into their stories as they arrive, and stay there."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from mailer.articles.models import Article
from mailer.stories.alike import AUTOMATIC, OFFERED
from mailer.stories.models import Likeness, SearchText, Story, Telling
from tests.people import WEDNESDAY, article, source
from tests.stories.told import EXPOSITION, OTHERS, TRANSFERTS, publish, sort, story_of

pytestmark = pytest.mark.django_db


def test_a_morning_of_press_becomes_stories() -> None:
    exhibition, others = publish(EXPOSITION), publish(OTHERS)
    assert sort() == 7
    assert len({story_of(one) for one in exhibition}) == 1
    assert len({story_of(one) for one in others}) == 4
    assert Story.objects.count() == 5
    assert sort() == 0


def test_a_story_keeps_its_number_because_another_article_came() -> None:
    first, *rest = publish(EXPOSITION)
    Article.objects.filter(pk__in=[one.pk for one in rest]).delete()
    publish(OTHERS)
    sort()
    number = story_of(first)
    later = publish(EXPOSITION[1:] + TRANSFERTS)
    before = dict(Telling.objects.values_list("article_id", "story_id"))
    sort()
    assert story_of(later[0]) == number
    after = dict(Telling.objects.values_list("article_id", "story_id"))
    assert {one: after[one] for one in before} == before


def test_languages_have_stories_of_their_own() -> None:
    french = article(source("matin"), "Rabat Casablanca Fès Meknès Tanger")
    english = article(source("daily", language="en"), "Rabat Casablanca Fès Meknès Tanger")
    sort()
    assert story_of(french) != story_of(english)


def test_what_lies_weeks_apart_is_not_one_story() -> None:
    old = publish(EXPOSITION[:1], at=WEDNESDAY - timedelta(days=30))[0]
    new = publish(EXPOSITION[:1])[0]
    sort()
    assert story_of(old) != story_of(new)


def test_a_dispatch_is_known_by_its_text_whatever_its_title() -> None:
    text = " ".join(f"{word}{number}" for number in range(12) for word in ("conseil", "membre"))
    first, second = publish(["Le Conseil se réunit à Rabat jeudi", "Autre titre"], lead=text)
    sort()
    assert story_of(first) == story_of(second)
    third = article(source("soir"), "Encore un autre titre pour la même dépêche", lead=text)
    sort()
    copies = Telling.objects.order_by("article").values_list("copy_of", flat=True)
    assert list(copies) == [None, first.pk, first.pk]
    assert story_of(third) == story_of(first)


def test_what_is_nearly_alike_is_offered_with_its_likeness() -> None:
    publish([*OTHERS, "Nador : des navires restent bloqués"])
    sort()
    offer = Likeness.objects.get()
    assert OFFERED <= offer.score < AUTOMATIC
    assert offer.one_id < offer.other_id


def test_an_update_is_read_again_and_stays_in_its_story() -> None:
    one, *_ = publish(EXPOSITION[:1] + OTHERS)
    sort()
    number = story_of(one)
    one.title, one.changed_at = TRANSFERTS[0], WEDNESDAY + timedelta(hours=1)
    one.save()
    sort()
    assert story_of(one) == number
    assert "transferts" in Telling.objects.get(article=one).words
    assert "transferts" in SearchText.objects.get(article=one).words
    late = publish([*OTHERS[:1], TRANSFERTS[1]])[1]
    sort()
    assert story_of(late) == number


def test_what_an_upgrade_left_unread_is_read_before_anything_new_is_sorted() -> None:
    one, *_ = publish(EXPOSITION[:1] + OTHERS)
    sort()
    Telling.objects.update(words={}, headline={}, read_at=WEDNESDAY - timedelta(days=365))
    late = publish(EXPOSITION[1:2])[0]
    sort()
    assert story_of(late) == story_of(one)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_sort_at_once_make_no_story_twice(data: Any) -> None:
    publish(EXPOSITION + TRANSFERTS + OTHERS)

    def work() -> None:
        try:
            sort()
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    sort()
    assert Story.objects.count() == 6
    assert Telling.objects.count() == 9
