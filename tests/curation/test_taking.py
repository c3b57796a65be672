"""One entry a story: who leads, who is "also in", what stays out, and nothing twice."""

from datetime import timedelta

import pytest

from mailer.articles.models import Article
from mailer.curation import arrange, compose, inbox, signoff
from mailer.curation.models import Companion, Issue, Proposal, ProposalState, Rule, Takes
from mailer.curation.propose import sort_and_propose
from mailer.editions.compile import compile_issue
from mailer.errors import Refused
from tests.people import WEDNESDAY, article, review, salma, source
from tests.stories.told import EXPOSITION, OTHERS, TRANSFERTS, publish, story_of

pytestmark = pytest.mark.django_db

DISPATCH = " ".join(f"Phrase{n} de la dépêche{n}" for n in range(20))


def drafted() -> Issue:
    return compose.draft_issue(review(), now=WEDNESDAY)


def told(issue: Issue) -> dict[str, list[str]]:
    """The entries' headlines, and who stands beside each."""
    return {
        item.article.title: [one.article.outlet for one in item.companions.all()]
        for item in issue.items.all()
        if item.article
    }


def proposed() -> dict[str, str]:
    sort_and_propose(WEDNESDAY)
    return {row.leader.title: row.state for row in Proposal.objects.select_related("leader")}


def test_a_story_is_one_entry_and_the_others_stand_beside_it() -> None:
    publish(EXPOSITION + OTHERS)
    issue = drafted()
    assert told(issue) == {
        EXPOSITION[0]: ["journal1", "journal2"],
        **{title: [] for title in OTHERS},
    }
    text = compile_issue(issue.pk, WEDNESDAY)[0].text
    assert "Aussi dans : journal1, journal2" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert text.count("exposition") == 2  # in the contents and at the entry


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Dépêche MAP reprise par 3 titres"),
        ("ar", "قصاصة وكالة المغرب العربي للأنباء نشرتها 3 منابر"),
        ("en", "MAP dispatch carried by 3 outlets"),
    ],
)
def test_a_dispatch_says_whose_it_is_and_how_many_carried_it(language: str, sentence: str) -> None:
    for number in range(3):
        of = source(f"outlet{number}", language=language)
        article(of, f"{OTHERS[number]} {number}", lead=DISPATCH)
    Article.objects.filter(outlet="outlet1").update(agency="MAP")
    issue = drafted()
    assert issue.items.count() == 1
    text = compile_issue(issue.pk, WEDNESDAY)[0].text
    assert sentence in text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200f", "")


def test_a_story_that_is_partly_a_dispatch_names_the_outlets() -> None:
    publish(TRANSFERTS[:1] * 2, lead=DISPATCH)
    article(source("soir"), TRANSFERTS[1])
    Article.objects.update(agency="MAP")
    text = compile_issue(drafted().pk, WEDNESDAY)[0].text
    assert "reprise par" not in text
    assert "soir" in text


def test_an_outlet_is_named_once_and_never_beside_itself() -> None:
    matin, soir = source("matin"), source("soir")
    for of in (matin, soir, soir, matin):
        article(of, EXPOSITION[0])
    text = compile_issue(drafted().pk, WEDNESDAY)[0].text.replace("\u00a0", " ")
    assert "Aussi dans : soir\n" in text.replace("\u202f", " ")


def test_entries_stand_in_order_pinned_size_times_weight_date() -> None:
    publish([*OTHERS[:2], *TRANSFERTS])
    heavy = source("lourd")
    heavy.weight = 3
    heavy.save()
    article(heavy, OTHERS[2])
    late = article(source("tard"), OTHERS[3], at=WEDNESDAY + timedelta(minutes=1))
    sort_and_propose(WEDNESDAY)
    first = Article.objects.get(title=OTHERS[1])
    inbox.pin(review(), story_of(first), salma(), WEDNESDAY)
    assert list(told(drafted())) == [
        OTHERS[1],
        OTHERS[2],
        TRANSFERTS[0],
        late.title,
        OTHERS[0],
    ]


def test_what_is_dropped_or_put_off_enters_no_issue_and_what_is_put_off_comes_up_again() -> None:
    one, two, *_ = publish(OTHERS)
    sort_and_propose(WEDNESDAY)
    editor = salma()
    inbox.decide(review(), [story_of(one)], "dropped", editor, WEDNESDAY)
    inbox.decide(review(), [story_of(two)], "later", editor, WEDNESDAY)
    issue = drafted()
    assert set(told(issue)) == set(OTHERS[2:])
    assert compose.waiting(issue) == 1
    assert Proposal.objects.get(story=story_of(two)).state == ProposalState.NEW
    second = drafted()
    assert set(told(second)) == {OTHERS[1]}


def test_a_publication_that_takes_what_was_kept_takes_nothing_else() -> None:
    publication = review()
    publication.takes = Takes.KEPT
    publication.save()
    one, *_ = publish(OTHERS)
    with pytest.raises(Refused, match="nothing to put into"):
        drafted()
    inbox.decide(publication, [story_of(one)], "kept", salma(), WEDNESDAY)
    assert list(told(drafted())) == [OTHERS[0]]


def test_who_comes_late_to_a_story_of_the_draft_goes_beside_its_entry() -> None:
    publish(TRANSFERTS[:1] + OTHERS)
    issue = drafted()
    article(source("soir"), TRANSFERTS[1], at=WEDNESDAY + timedelta(minutes=5))
    assert compose.take_new(issue.pk, WEDNESDAY) == 1
    assert told(issue)[TRANSFERTS[0]] == ["soir"]
    assert compose.take_new(issue.pk, WEDNESDAY) == 0


def test_a_copy_that_comes_after_the_issue_is_not_told_again_but_more_news_is() -> None:
    publish(TRANSFERTS[:1], lead=DISPATCH)
    drafted()
    article(source("soir"), TRANSFERTS[1], lead=DISPATCH, at=WEDNESDAY + timedelta(hours=1))
    assert proposed()[TRANSFERTS[1]] == ProposalState.TAKEN
    with pytest.raises(Refused, match="nothing to put into"):
        drafted()
    article(source("nuit"), TRANSFERTS[1], lead="Autre chose.", at=WEDNESDAY + timedelta(hours=2))
    assert ProposalState.NEW in proposed().values()
    second = drafted()
    assert len(told(second)) == 1
    assert Companion.objects.filter(item__issue=second).count() == 1


def test_a_discarded_issue_gives_its_stories_back_as_they_were() -> None:
    one, *_ = publish(EXPOSITION + OTHERS[:1])
    sort_and_propose(WEDNESDAY)
    inbox.decide(review(), [story_of(one)], "kept", salma(), WEDNESDAY)
    issue = drafted()
    assert set(proposed().values()) == {ProposalState.TAKEN}
    signoff.discard(issue.pk, WEDNESDAY)
    assert proposed() == {EXPOSITION[0]: ProposalState.KEPT, OTHERS[0]: ProposalState.NEW}
    assert len(told(drafted())) == 2


def test_a_rule_gives_a_section_or_leaves_out() -> None:
    publish(OTHERS)
    section = review().sections.get(slug="ccme")
    common = {"publication": review(), "created_at": WEDNESDAY}
    Rule.objects.create(kind="keyword", words="Lionnes", **common)
    Rule.objects.create(kind="pattern", words="^le port", section=section, **common)
    issue = drafted()
    assert set(told(issue)) == {OTHERS[0], OTHERS[1], OTHERS[3]}
    assert issue.items.get(article__title=OTHERS[1]).section == section
    assert proposed()[OTHERS[2]] == ProposalState.EXCLUDED
    assert compose.waiting(issue) == 0


def test_rules_that_leave_out_everything_use_up_no_number() -> None:
    matin = source("matin")
    article(matin, OTHERS[0])
    Rule.objects.create(publication=review(), kind="source", source=matin, created_at=WEDNESDAY)
    with pytest.raises(Refused, match="nothing to put into"):
        drafted()
    assert Issue.objects.count() == 0


def test_a_rule_that_is_too_slow_is_switched_off_and_says_so() -> None:
    long = "a" * 400 + "!"
    article(source("matin"), OTHERS[0], lead=long)
    rule = Rule.objects.create(
        publication=review(), kind="pattern", words=r"(?:a|aa)+$", created_at=WEDNESDAY
    )
    assert proposed() == {OTHERS[0]: ProposalState.NEW}
    rule.refresh_from_db()
    assert "took too long" in rule.error["id"]


def test_what_was_taken_in_and_undone_is_in_the_inbox_again() -> None:
    publish(OTHERS[:1])
    issue = drafted()
    article(source("soir"), OTHERS[1], at=WEDNESDAY + timedelta(minutes=5))
    editor = salma()
    compose.take_new(issue.pk, WEDNESDAY, editor)
    assert proposed()[OTHERS[1]] == ProposalState.TAKEN
    arrange.undo(issue.pk, by=editor, now=WEDNESDAY)
    assert proposed() == {OTHERS[0]: ProposalState.TAKEN, OTHERS[1]: ProposalState.NEW}
    assert compose.waiting(issue) == 1
