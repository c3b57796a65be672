"""The reduced form under which a message is signed."""

from hashlib import sha256

from hypothesis import example, given
from hypothesis import strategies as st

from mailer.mime.relaxed import RelaxedBody, relaxed_body, relaxed_field
from tests.mime.dkim import plain_body, plain_field


def test_the_example_of_the_specification() -> None:
    # RFC 6376 §3.4.5.
    assert relaxed_field(b"A: X\r\n") == b"a:X\r\n"
    assert relaxed_field(b"B : Y\t\r\n\tZ  \r\n") == b"b:Y Z\r\n"
    assert relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"


def test_an_empty_body_stays_empty_and_a_line_gets_its_end() -> None:
    assert relaxed_body(b"") == b""
    assert relaxed_body(b"\r\n \t\r\n\r\n") == b""
    assert relaxed_body(b"a") == b"a\r\n"


TEXT = st.lists(
    st.sampled_from([b"a", b"bc", b".", b" ", b"  ", b"\t", b"\r\n", b"\r\n\r\n", b"="]), max_size=8
).map(b"".join)


@given(st.lists(TEXT, min_size=1, max_size=9).filter(lambda texts: len(texts) % 2 == 1))
@example([b""])
@example([b"a b", b"", b"  c d \r\n\r\n"])
@example([b"a ", b" ", b"\t", b"\r\n", b" "])
@example([b"ab", b" \r\n", b"\r\n", b"", b"\r\n \r\n"])
def test_a_body_in_pieces_has_the_hash_of_the_whole(texts: list[bytes]) -> None:
    # Texts and values by turns; the places of a message count both.
    pieces = [text if at % 2 == 0 else at for at, text in enumerate(texts)]
    whole = b"".join(texts)
    assert RelaxedBody(pieces).hash(texts) == sha256(plain_body(whole)).digest()
    assert relaxed_body(whole) == plain_body(whole)


@given(
    st.lists(st.sampled_from([b"x", b" ", b"\t", b"\r\n ", b":", b"=?utf-8?q?y?="])).map(b"".join)
)
def test_a_field_is_reduced_as_rule_by_rule(value: bytes) -> None:
    raw = b"Subject: " + value
    assert relaxed_field(raw + b"\r\n") == plain_field(raw) + b"\r\n"
