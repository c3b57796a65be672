"""The rules of a publication: what fits, in which spelling, and what is refused."""

import pytest

from mailer.curation.rules import Fact, RuleOf, checked, first_fitting, fits
from mailer.errors import Refused


def fact(text: str, language: str = "fr", **more: object) -> Fact:
    return Fact(source=7, language=language, categories=("Société",), text=text)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (RuleOf(1, "source", source=7), fact("Rien")),
        (RuleOf(1, "category", "societe"), fact("Rien")),
        (RuleOf(1, "keyword", "transfert"), fact("Les transferts progressent")),
        (RuleOf(1, "keyword", "Conseil de la Communauté"), fact("Le conseil de la communaute")),
        (RuleOf(1, "keyword", "الاقتصاد"), fact("برنامج الإقتصاد التضامني", "ar")),
        (RuleOf(1, "keyword", "المدرسة"), fact("افتتاح مدرسه جديدة", "ar")),
        (RuleOf(1, "pattern", r"économ\w+"), fact("L’ECONOMIE sociale")),
        (RuleOf(1, "pattern", r"^(أخبار|خبر)"), fact("اخبار الجالية", "ar")),
        (RuleOf(1, "keyword", "rabat", language="fr"), fact("À Rabat")),
    ],
)
def test_a_rule_fits_however_it_is_spelt(rule: RuleOf, told: Fact) -> None:
    assert fits(rule, told)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (RuleOf(1, "source", source=8), fact("Rien")),
        (RuleOf(1, "category", "Sport"), fact("Sport")),
        (RuleOf(1, "keyword", "port"), fact("Transport urbain")),
        (RuleOf(1, "keyword", "conseil communauté"), fact("Le conseil de la communauté")),
        (RuleOf(1, "keyword", "rabat", language="ar"), fact("À Rabat")),
        (RuleOf(1, "pattern", r"^économie"), fact("L’économie")),
    ],
)
def test_what_is_not_meant_does_not_fit(rule: RuleOf, told: Fact) -> None:
    assert not fits(rule, told)


def test_the_first_rule_that_fits_decides() -> None:
    rules = [
        RuleOf(1, "keyword", "sport", section=None),
        RuleOf(2, "source", source=7, section=3),
        RuleOf(3, "keyword", "rabat", section=4),
    ]
    assert first_fitting(rules, fact("Rabat : le sport"), set()) is rules[0]
    assert first_fitting(rules, fact("À Rabat"), set()) is rules[1]


HOSTILE = [r"(\w+\s?)+$", r"(?:a|aa)+$", r"(?:(?:a?){30}){30}a{30}b", r"(?R)?a", r"(x+x+)+y"]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_hostile_pattern_neither_hangs_nor_decides(pattern: str) -> None:
    long = fact("aaaa bbbb xxxxxxxxxxxxxxxxxxxxxxxx " * 60 + "!")
    tired: set[int] = set()
    rules = [RuleOf(1, "pattern", pattern), RuleOf(2, "source", source=7)]
    decided = [first_fitting(rules, long, tired) for _ in range(50)]
    assert all(rule in (None, *rules) for rule in decided)
    # A rule that was tired once is not asked forty-nine times more.
    assert not tired or decided[-1] is rules[1]


@pytest.mark.parametrize(
    ("kind", "words", "why"),
    [
        ("pattern", "(", "is no pattern"),
        ("pattern", "a" * 300, "300 characters"),
        ("pattern", "(a{1,1000}){1,1000}", "repeats something"),
        ("pattern", r"(a|aa)+$", "very long"),
        ("keyword", "  !! ", "needs words"),
        ("category", "", "needs words"),
    ],
)
def test_a_rule_that_can_only_fail_is_refused_with_a_sentence(
    kind: str, words: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        checked(kind, words)


def test_a_rule_is_kept_as_it_was_meant() -> None:
    assert checked("keyword", "  Conseil  de la\tcommunauté ") == "Conseil de la communauté"
    assert checked("pattern", r" ^Sport\b ") == r"^Sport\b"
    assert checked("source", "whatever") == ""
