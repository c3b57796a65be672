import pytest

from mailer.articles.rights import EXTRACT, is_taken, may_show

LEAD = "Le Conseil de la communauté marocaine à l'étranger. " * 8
ALL = {"lead": LEAD, "body": "Le texte.", "image_url": "https://h.ma/i.jpg"}


@pytest.mark.parametrize("rights", ["quote", "", "unknown"])
def test_a_quotation_is_two_hundred_characters_at_a_word_and_no_image(rights: str) -> None:
    """press-rules, Rights: at most 200 characters of lead, cut at a word; no third-party image."""
    shown = may_show(rights, **ALL)
    assert len(shown.lead) <= EXTRACT == 200
    assert shown.lead.endswith("…")
    assert LEAD.startswith((shown.lead[:-1] + " ", shown.lead[:-1] + "."))
    assert (shown.body, shown.image_url) == ("", "")


@pytest.mark.parametrize("rights", ["licensed", "own"])
def test_what_is_licensed_or_our_own_is_shown_whole(rights: str) -> None:
    """press-rules, Enrich: the body is never mailed unless the rights say `own` or `licensed`."""
    shown = may_show(rights, **ALL)
    assert (shown.lead, shown.body, shown.image_url) == tuple(ALL.values())


def test_a_short_lead_is_quoted_whole() -> None:
    assert may_show("quote", lead="Un début.").lead == "Un début."


def test_words_that_stand_in_the_outlets_text_are_taken_from_it() -> None:
    assert is_taken("communauté  marocaine\nà l'étranger", LEAD)
    assert not is_taken("Notre résumé de l'affaire.", LEAD, "Le texte.")
    assert not is_taken("", LEAD)
