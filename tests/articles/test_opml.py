from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.articles.opml import LARGEST, MOST, Outline, read, write
from mailer.errors import Refused

AT = datetime(2025, 5, 21, 6, 30, tzinfo=UTC)


def test_a_list_comes_back_as_it_went() -> None:
    listed = [
        Outline("https://lematin.ma/feed?a=1&b=2", "Le Matin", "Actualité", "fr"),
        Outline("https://hespress.com/feed", "هسبريس", "أخبار المجلس", "ar"),
        Outline("https://h.ma/feed", "https://h.ma/feed"),
    ]
    assert sorted(read(write("Sources", listed, AT)), key=lambda each: each.url) == sorted(
        listed, key=lambda each: each.url
    )


def test_a_list_of_another_reader_is_read_however_it_spells() -> None:
    body = b"""<?xml version="1.0" encoding="ISO-8859-1"?><OPML version="1.1"><body>
      <outline text="Maroc"><outline title="Presse">
        <outline type="rss" title="Le Matin" XMLURL=" https://lematin.ma/feed " htmlUrl="x"/>
        <outline xmlurl="https://lematin.ma/feed" text="Encore"/></outline></outline>
      <outline text="Vide"/></body></OPML>"""
    assert read(body) == [Outline("https://lematin.ma/feed", "Le Matin", "Presse")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<rss><channel/></rss>",
        b"<opml",
        b'<!DOCTYPE o [<!ENTITY a "b">]><opml><body><outline xmlUrl="&a;"/></body></opml>',
        b'<!DOCTYPE o SYSTEM "file:///etc/passwd"><opml/>',
        b'<?xml version="1.0" encoding="no-such"?><opml/>',
    ],
)
def test_what_is_no_list_or_a_trap_is_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(Refused, match="no OPML"):
        read(body)


def test_a_list_beyond_its_bounds_is_refused() -> None:
    with pytest.raises(Refused, match="larger than 1 MB"):
        read(b" " * (LARGEST + 1))
    many = "".join(f'<outline xmlUrl="https://h.ma/{n}"/>' for n in range(MOST + 1))
    with pytest.raises(Refused, match="more than 5000"):
        read(f"<opml><body>{many}</body></opml>".encode())


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_any_name_survives_the_file(name: str) -> None:
    (outline,) = read(write(name, [Outline("https://h.ma/f", name, name)], AT))
    assert outline.group == " ".join(name.split())[:300]
