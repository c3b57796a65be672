from base64 import b64decode

import pytest

from mailer.errors import BadAddress, Refused
from mailer.mime.holes import (
    Base64Part,
    Context,
    Field,
    Place,
    clean_value,
    plain_writer,
    written_plainly,
)
from tests.mime.wire import assert_header_is_fit


@pytest.mark.parametrize(
    ("context", "value", "written"),
    [
        ("address", "amina@مثال.إختبار", b"amina@xn--mgbh0fb.xn--kgbechtv"),
        ("angle", "https://example.org/u/abc?l=fr&x=1", b"https://example.org/u/abc?l=fr&x=1"),
        ("angle", "https://example.org/a b>é", b"https://example.org/a%20b%3E%C3%A9"),
        ("angle", "https://example.org/\r\nBcc: x", b"https://example.org/%20Bcc:%20x"),
        ("token", "Mon, 23 Nov 2026 08:00:00 +0100", b"Mon, 23 Nov 2026 08:00:00 +0100"),
        ("token", "un\r\nBcc: \x00é", b"un Bcc:"),
        ("text", "Amina & <Youssef>", b"Amina & <Youssef>"),
        ("text", ".From ", b"=2EFrom=20"),
        ("text", "From Amina", b"=46rom Amina"),
        ("text", "a=b", b"a=3Db"),
        ("text", "un\r\n.deux", b"un\r\n=2Edeux"),
        ("text", "", b""),
        ("html", "Amina & <b>", b"Amina &amp; &lt;b&gt;"),
        ("html", "\"o'", b"&quot;o&#x27;"),
        ("html", "https://example.org/?a=1&b=2", b"https://example.org/?a=3D1&amp;b=3D2"),
        ("html", "é", b"=C3=A9"),
    ],
)
def test_a_value_is_written_for_where_it_stands(
    context: Context, value: str, written: bytes
) -> None:
    assert Place("x", context).fill({"x": value}) == written


def test_a_long_address_of_a_page_is_broken_softly() -> None:
    url = "https://lettres.example.org/" + "t" * 47 + ".From " + "u" * 100
    written = Place("url", "html").fill({"url": url})
    assert max(map(len, written.split(b"\r\n"))) <= 76
    assert b"\r\n=2EFrom " in written
    assert written.replace(b"=\r\n", b"").replace(b"=2E", b".").decode() == url


@pytest.mark.parametrize("token", ["t" * 52, "From-" + "_" * 47, "-" * 52])
@pytest.mark.parametrize("path", range(150))
def test_a_link_is_written_as_if_it_had_been_looked_at(path: int, token: str) -> None:
    prefix = "https://h.test/" + "x.y/" * (path // 4) + "x" * (path % 4)
    assert plain_writer(prefix, 52)(token.encode()) == (
        written_plainly(prefix + token) or prefix + token
    )


@pytest.mark.parametrize("prefix", ["https://h.test/?to=", "https://h.test/é/", "a b/", "<"])
def test_a_link_that_is_not_plain_is_left_to_each_place(prefix: str) -> None:
    assert plain_writer(prefix, 4)(b"toke") == prefix + "toke"


@pytest.mark.parametrize("value", ["amina@example.org", "https://h.test/" + "t" * 80])
def test_a_value_that_is_written_already_makes_the_same(value: str) -> None:
    written = written_plainly(value)
    assert written is not None
    places: list[Base64Part | Field | Place] = [
        Place("x", "text"),
        Place("x", "html"),
        Field("Subject", ("Pour ", "x", "")),
        Base64Part(("مرحبا ", "x", " إلى اللقاء"), "html"),
    ]
    for place in places:
        assert place.fill({"x": written}) == place.fill({"x": value})


def test_a_value_that_no_header_line_can_hold_concerns_one_recipient() -> None:
    for context in ("angle", "token"):
        with pytest.raises(Refused, match="70000"):
            Place("x", context).fill({"x": "x" * 70_000})
    with pytest.raises(BadAddress):
        Place("x", "address").fill({"x": "amina@example.org\r\nRCPT TO:<youssef@example.org>"})


def test_a_name_cannot_turn_its_line_round() -> None:
    assert clean_value("Ami\u202ena\x00 \u2067B\u2069\r\n") == "Amina B\n"
    assert clean_value("أمينة\u200f") == "أمينة\u200f"


@pytest.mark.parametrize("name", ["Amina", "أمينة", "a\r\nBcc: x", "é" * 70_000, '"', "", "\x00"])
def test_a_field_is_encoded_anew_around_its_value(name: str) -> None:
    values = {"name": name, "address": "amina@example.org"}
    subject = Field("Subject", ("La revue de ", "name", " : l’été"))
    to = Field("To", ("", "name", ""), ("", "address", ""))
    assert_header_is_fit(subject.fill(values))
    assert_header_is_fit(to.fill(values))
    assert b"amina@example.org" in to.fill(values)
    assert len(subject.fill(values)) < 3000


def test_a_base64_part_is_exact_at_every_step() -> None:
    for before in range(4):
        for between in range(5):
            for after in range(4):
                part = Base64Part(("b" * before, "x", "m" * between, "x", "a" * after), "text")
                for length in range(4):
                    value = "v" * length
                    read = b64decode(part.fill({"x": value}).replace(b"\r\n", b""), validate=True)
                    expected = "b" * before + value + "m" * between + value + "a" * after
                    assert read.decode() == expected


def test_holes_tell_their_names_and_about_their_size() -> None:
    assert Place("x", "text").names == ("x",)
    assert Field("To", ("", "name", ""), ("", "address", "")).names == ("name", "address")
    part = Base64Part(("م" * 300, "x", "م" * 300), "html")
    assert part.names == ("x",)
    assert abs(part.size - len(part.fill({"x": "Amina"}))) < 200
