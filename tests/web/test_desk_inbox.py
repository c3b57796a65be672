"""The inbox without a script: what it shows, what its buttons do, what it costs to look."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from mailer.curation import compose
from mailer.curation.models import Proposal, Rule
from mailer.curation.propose import sort_and_propose
from mailer.web.desk.pile import Asked, pile
from tests.people import WEDNESDAY, article, review, source
from tests.stories.told import EXPOSITION, OTHERS, TRANSFERTS, publish, story_of
from tests.web.press import night
from tests.web.staff import said

pytestmark = pytest.mark.django_db
PLACE = "/desk/inbox/revue-de-presse/"


@pytest.fixture(autouse=True)
def _press() -> None:
    publish(EXPOSITION + OTHERS)
    sort_and_propose(WEDNESDAY)


def look(salma: Client, query: str = "") -> str:
    return said(salma.get(f"{PLACE}?lang=fr&{query}"))


def act(salma: Client, name: str, story: object, **form: object) -> str:
    told = {"story": str(story), "question": "lang=fr", **form}
    return said(salma.post(f"{PLACE}{name}/", told, follow=True))


def story(title: str) -> int:
    return Proposal.objects.get(leader__title=title).story_id


def test_a_story_is_one_line_with_its_outlets(salma: Client) -> None:
    page = look(salma)
    assert page.count('class="tale"') == 1 + len(OTHERS)
    assert "Also in:" in page
    assert page.index(escape(EXPOSITION[0])) < page.index(escape(OTHERS[0]))


def test_the_first_inbox_is_where_the_room_leads(salma: Client) -> None:
    answer = salma.get("/desk/inbox/")
    assert answer.headers["Location"] == PLACE


def test_buttons_decide_and_the_tabs_show_where_a_story_went(salma: Client) -> None:
    kept, dropped, put_off = (story(title) for title in OTHERS[:3])
    assert "Kept." in act(salma, "keep", kept)
    assert "Dropped." in act(salma, "drop", dropped)
    assert "Put off." in act(salma, "later", put_off)
    assert escape(OTHERS[0]) in look(salma, "show=kept")
    assert escape(OTHERS[1]) in look(salma, "show=dropped")
    assert escape(OTHERS[2]) in look(salma, "show=later")
    assert look(salma).count('class="tale"') == 2
    assert "Back in the inbox." in act(salma, "back", kept)
    assert look(salma).count('class="tale"') == 3
    assert "Undone." in act(salma, "undo", "")
    assert look(salma).count('class="tale"') == 2


def test_ticked_stories_go_together(salma: Client) -> None:
    ticked = [story(title) for title in OTHERS[:3]]
    assert "3 dropped." in act(salma, "drop", ticked[1], chosen=ticked)
    assert look(salma).count('class="tale"') == 2


def test_stories_are_merged_split_and_led(salma: Client) -> None:
    one, two = story(OTHERS[0]), story(OTHERS[1])
    assert "Merged" in act(salma, "merge", one, chosen=[two])
    moved = Proposal.objects.get(story=one)
    assert moved.outlets == 2
    other = moved.story.tellings.exclude(article=moved.leader).get().article_id
    assert "leads" in act(salma, "lead", f"{one} {other}")
    assert Proposal.objects.get(story=one).leader_id == other
    assert "of its own" in act(salma, "split", f"{one} {other}")
    assert Proposal.objects.get(story=one).outlets == 1


def test_an_offer_is_accepted_or_refused(salma: Client) -> None:
    article(source("peche"), "Nador : des navires restent bloqués")
    sort_and_propose(WEDNESDAY)
    assert "Perhaps the same:" in look(salma)
    one, two = story(OTHERS[1]), story("Nador : des navires restent bloqués")
    assert "not offered" in act(salma, "apart", f"{one} {two}")
    assert "Perhaps the same:" not in look(salma)


def test_what_an_issue_told_is_said_to_be_published(salma: Client) -> None:
    compose.draft_issue(review(), now=WEDNESDAY)
    assert look(salma).count('class="tale"') == 0
    article(source("tard"), EXPOSITION[1], lead="Une suite, avec du neuf.")
    sort_and_propose(WEDNESDAY)
    assert "Already published in n° 1" in look(salma)


def test_search_finds_a_story_by_any_of_its_articles_whatever_its_state(salma: Client) -> None:
    act(salma, "drop", story(EXPOSITION[0]))
    found = look(salma, "q=racontee")
    assert found.count('class="tale"') == 1
    assert "Dropped" in found
    assert "No story has these words." in look(salma, "q=introuvable")


def test_of_words_that_stand_everywhere_the_newest_are_shown_and_it_says_so(
    salma: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "were looked at" not in look(salma, "q=racontee")
    monkeypatch.setattr("mailer.web.desk.pile.MOST_FOUND", 1)
    found = look(salma, "q=racontee")
    assert found.count('class="tale"') == 1
    assert "the newest of them were looked at" in found


def test_nonsense_is_refused_with_a_sentence_and_changes_nothing(salma: Client) -> None:
    for name, told in (("keep", "x"), ("keep", "9" * 30), ("split", "999 2"), ("lead", "1")):
        page = act(salma, name, told)
        assert 'class="notice error"' in page, name
    assert "Tick the stories" in act(salma, "merge", story(OTHERS[0]))
    assert salma.get(f"{PLACE}?show=x&section=y&after=z&lang=zz").status_code == 200
    assert salma.get(f"{PLACE}?after=1-1-99999999999999999-1").status_code == 200
    assert Proposal.objects.exclude(state="new").count() == 0


def test_a_script_gets_what_changed_and_no_page(salma: Client) -> None:
    one = story(OTHERS[0])
    told = {"story": one, "question": "lang=fr"}
    answer = salma.post(f"{PLACE}keep/", told, headers={"hx-request": "true"})
    text = answer.content.decode()
    assert f'data-gone="{one}"' in text
    assert "<html" not in text
    again = salma.post(f"{PLACE}keep/", {**told, "story": 99}, headers={"hx-request": "true"})
    assert again.status_code == 409
    assert "not in the inbox" in again.content.decode()


def test_a_night_comes_in_pages_that_lose_and_repeat_nothing(salma: Client) -> None:
    night(250)
    seen: list[int] = []
    question = Asked(review(), "fr")
    while True:
        part = pile(question)
        seen += [tale.story for tale in part.tales]
        # While the first page is worked through, the later ones neither skip nor repeat.
        Proposal.objects.filter(story=seen[0]).update(state="kept")
        if not part.more:
            break
        question = Asked(review(), "fr", after=part.more)
    assert len(seen) == len(set(seen)) == 255


def test_a_page_costs_the_same_few_looks_however_many_stories_there_are(salma: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        look(salma)
    night(150, outlets=3, together=20)
    with CaptureQueriesContext(connection) as many:
        look(salma)
    assert len(many) == len(few)


def test_rules_are_made_and_removed_on_their_page(salma: Client) -> None:
    page = f"{PLACE}rules/"
    form = {"kind": "keyword", "words": "Lionnes", "section": "", "language": ""}
    assert "The rule holds" in said(salma.post(page, form, follow=True))
    assert escape(OTHERS[2]) in look(salma, "show=excluded")
    bad = {**form, "kind": "pattern", "words": "("}
    assert "is no pattern" in said(salma.post(page, bad, follow=True, headers={"referer": page}))
    rule = Rule.objects.get()
    said(salma.post(f"{page}remove/", {"rule": rule.pk}, follow=True))
    assert escape(OTHERS[2]) in look(salma)


def test_a_transfer_is_no_exhibition(salma: Client) -> None:
    late = publish(TRANSFERTS)
    sort_and_propose(WEDNESDAY)
    assert story_of(late[0]) == story_of(late[1]) != story(EXPOSITION[0])
