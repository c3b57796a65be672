import pytest

from mailer.errors import BadAddress, Refused
from mailer.mime.headers import ListId, Mailbox, Structured, list_unsubscribe
from mailer.mime.holes import Base64Part, Field, Place
from mailer.mime.markers import marker
from mailer.mime.pieces import header_pieces, part_pieces

NONCE = "q7w8e9r0t1y2u3i4"
NAME, ADDRESS, URL = (marker(NONCE, name) for name in ("name", "address", "url"))


def test_a_field_without_holes_is_settled() -> None:
    assert header_pieces("Subject", "Bonjour", NONCE) == [b"Subject: Bonjour\r\n"]


def test_a_lone_address_is_a_hole_by_itself() -> None:
    assert header_pieces("To", Mailbox("", ADDRESS), NONCE) == [
        b"To: ",
        Place("address", "address"),
        b"\r\n",
    ]


def test_a_name_or_a_subject_with_a_hole_is_a_field() -> None:
    assert header_pieces("To", Mailbox(NAME, ADDRESS), NONCE) == [
        Field("To", ("", "name", ""), ("", "address", ""))
    ]
    assert header_pieces("Subject", f"Pour {NAME}", NONCE) == [
        Field("Subject", ("Pour ", "name", ""))
    ]


def test_a_url_stands_between_angles_and_a_date_does_not() -> None:
    pieces = header_pieces("List-Unsubscribe", list_unsubscribe(URL, "mailto:a@b.org"), NONCE)
    assert Place("url", "angle") in pieces
    assert b"".join(p for p in pieces if isinstance(p, bytes)) == (
        b"List-Unsubscribe: <>,\r\n <mailto:a@b.org>\r\n"
    )
    two = header_pieces("List-Unsubscribe", list_unsubscribe(f"https://a.org/{URL}/{NAME}"), NONCE)
    assert Place("name", "angle") in two
    assert Place("url", "token") in header_pieces("Date", Structured((URL,)), NONCE)


def test_what_could_not_be_sent_to_anybody_is_refused_at_once() -> None:
    with pytest.raises(Refused):
        header_pieces("X", Structured((f"<{URL}{'x' * 700}>",)), NONCE)
    with pytest.raises(ValueError, match="the same for all"):
        header_pieces("List-Id", ListId(NAME, "a.example.org"), NONCE)
    with pytest.raises(ValueError, match="not the name"):
        header_pieces("Sub ject", NAME, NONCE)
    with pytest.raises(ValueError, match="not the name"):
        header_pieces("T o", Mailbox(NAME, ADDRESS), NONCE)
    with pytest.raises(ValueError, match="not the name"):
        header_pieces("T o", Mailbox("", ADDRESS), NONCE)
    with pytest.raises(BadAddress):
        header_pieces("To", Mailbox(NAME, "no address"), NONCE)


def test_a_part_is_quoted_with_places_or_base64_as_a_whole() -> None:
    assert part_pieces(("Bonjour ", "name", "\nFin"), "plain")[1:] == [
        b"Bonjour=20=\r\n",
        Place("name", "text"),
        b"\r\nFin",
    ]
    assert part_pieces(("é", "name", "<p>" * 20, "name", ""), "html")[1:] == [
        b"=C3=A9=\r\n",
        Place("name", "html"),
        b"=\r\n" + b"<p>" * 20 + b"=\r\n",
        Place("name", "html"),
        b"",
    ]
    arabic = ("م" * 90, "name", "")
    assert part_pieces(arabic, "plain")[1:] == [Base64Part(arabic, "text")]
