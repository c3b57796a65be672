import quopri
import re
from base64 import b64decode
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.mime.bodies import (
    Attachment,
    Enclosed,
    attachment_part,
    base64_lines,
    better_encoding,
    clean_body,
    enclosed_part,
    quoted_printable,
)

ARABIC = "يناقش مجلس المستشارين مشروع قانون المالية.\n"


@given(st.text())
@example("." + "\n.\n..\nFrom Amina\n>From Youssef\n")
@example("a" * 75 + "." * 200)
@example("x" * 74 + "é")
@example("x" * 73 + "é" * 40)
@example("From " * 40)
@example("x" * 75 + "." + "y" * 73)
@example("x" * 75 + "." + "y" * 71 + "é")
@example("x" * 75 + "From " + "y" * 70)
@example("à la fin  \nune tabulation\t\n \n")
@example("a" * 74 + " \n" + "a" * 75 + " ")
@example("=" * 100)
@example("\r\nun\rdeux\n\rtrois")
@example("nul\x00 sonnette\x07 c1\x9f surrogat\ud83d")
def test_any_text_comes_back_from_quoted_printable(text: str) -> None:
    clean = clean_body(text)
    encoded = quoted_printable(clean)
    assert quopri.decodestring(encoded).decode() == clean.replace("\n", "\r\n")
    for line in encoded.split(b"\r\n"):
        assert re.fullmatch(rb"[\t -~]{0,76}", line)
        assert not line.startswith((b".", b"From "))
        assert line == line.rstrip()
        assert not re.search(rb"=[0-9A-F]?=$", line), "an escape cut in two"


@given(st.binary())
def test_base64_lines_are_of_76_and_end_in_crlf(content: bytes) -> None:
    encoded = base64_lines(content)
    assert b64decode(encoded) == content
    assert re.fullmatch(rb"(?:[A-Za-z0-9+/]{76}\r\n)*(?:[A-Za-z0-9+/=]{1,76}\r\n)?", encoded)


def test_the_shorter_encoding_is_chosen_over_the_whole_part() -> None:
    assert better_encoding(ARABIC * 20) == "base64"
    assert better_encoding("La sécheresse et les prix au Parlement.\n" * 20) == "quoted-printable"
    markup = '<td dir="rtl" align="right" style="text-align:right;padding:8px 16px">'
    assert better_encoding((markup * 8 + ARABIC) * 20) == "quoted-printable"
    assert better_encoding("") == "quoted-printable"


@given(st.text())
def test_a_cleaned_body_has_no_control_character(text: str) -> None:
    clean = clean_body(text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", clean)
    assert clean_body(clean) == clean


@pytest.mark.parametrize(
    "name",
    ["revue.pdf", "تقرير الصحافة.pdf", 'l"été\\2026.pdf', "a\r\nX-Bad: 1.pdf", "é" * 500 + ".pdf"],
)
def test_an_attachment_keeps_its_name_and_its_bytes(name: str) -> None:
    raw = attachment_part(Attachment(name, "application/pdf", bytes(range(256)) * 10))
    part = message_from_bytes(raw, policy=policy.default)
    assert part.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
    assert part.get_payload(decode=True) == bytes(range(256)) * 10
    assert part.get_filename() == name.replace("\r\n", " ")[-100:]
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("content_id", "media_type"),
    [
        ("a@b.invalid", "text/html"),
        ("a@b.invalid", "image/png\r\nX: y"),
        ("a", "image/png"),
        ("a@b>\r\nBcc: x@y", "image/png"),
        ("é@b.invalid", "image/png"),
    ],
)
def test_what_is_no_picture_is_not_enclosed(content_id: str, media_type: str) -> None:
    with pytest.raises(ValueError, match=r"no picture|no Content-ID"):
        enclosed_part(Enclosed(content_id, media_type, b""))


def test_a_nameless_attachment_gets_a_name() -> None:
    part = message_from_bytes(attachment_part(Attachment("\x00", "text/csv", b"")))
    assert part.get_filename() == "attachment"


@pytest.mark.parametrize("media_type", ["message/rfc822", "multipart/mixed", "pdf", "a/b\r\nX: y"])
def test_what_base64_may_not_carry_is_not_attached(media_type: str) -> None:
    with pytest.raises(ValueError, match="cannot be attached"):
        attachment_part(Attachment("a", media_type, b""))
