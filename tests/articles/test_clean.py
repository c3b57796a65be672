import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.articles.clean import cut, lines, plain


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("L&amp;rsquo;immigration &amp;amp; le droit", "L’immigration & le droit"),
        ("<p>Un</p><p>deux <b>tr</b>ois</p>", "Un deux trois"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        ("a\x00b\x1b[31mc\ue000d\u202ee", "ab[31mcde"),
        ("un\r\n\t  deux", "un deux"),
        ("Cafe\u0301", "Café"),
        ("L&lt;b&gt;gras&lt;/b&gt;", "Lgras"),
        ("<script>x()</script>texte<style>b{}</style>", "texte"),
        ("DerniÃ¨re heure Ã\u00a0 Rabat", "Dernière heure à Rabat"),
        ("Ø§Ù„Ù…ØºØ±Ø¨", "المغرب"),
        ("Que faire\u00a0?", "Que faire\u00a0?"),
        ("“Courbes” et l’apostrophe", "“Courbes” et l’apostrophe"),
    ],
)
def test_text_is_freed_of_what_is_not_text(markup: str, expected: str) -> None:
    assert plain(markup) == expected


def test_correct_accents_are_no_mojibake() -> None:
    assert (
        plain("Ânes, Ã la carte, SÃO PAULO, Ø de 5 mm") == "Ânes, Ã la carte, SÃO PAULO, Ø de 5 mm"
    )


def test_paragraphs_and_breaks_cut_a_text_into_lines() -> None:
    assert lines("<p>Un</p><p>deux<br/>trois</p>\n \n<div>quatre</div>") == [
        "Un",
        "deux",
        "trois",
        "quatre",
    ]


def test_a_long_text_is_cut_at_a_word() -> None:
    assert cut("un deux trois quatre", 13) == "un deux…"
    assert cut("court", 13) == "court"
    assert cut("x" * 20, 10) == "x" * 9 + "…"


@given(st.text(max_size=200))
def test_no_text_keeps_a_control_character(text: str) -> None:
    cleaned = plain(text)
    assert all(char.isprintable() or char in "\u00a0\u202f\u200c\u200d" for char in cleaned)
