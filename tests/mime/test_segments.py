from collections.abc import Sequence
from html import escape
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.errors import BadAddress
from mailer.mime.bodies import Attachment, Enclosed, clean_body
from mailer.mime.headers import (
    HeaderValue,
    ListId,
    Mailbox,
    Structured,
    feedback_id,
    list_unsubscribe,
)
from mailer.mime.holes import clean_value
from mailer.mime.segments import Compiled, MissingValue, compile_message, marker
from tests.mime.wire import assert_message_is_fit, body, parsed

NONCE = "q7w8e9r0t1y2u3i4"
FRENCH = "La sécheresse et les prix : l’économie à l’épreuve.\n"
ARABIC = "يناقش مجلس المستشارين مشروع قانون المالية للسنة المقبلة.\n"
HOSTILE = [
    "",
    ".",
    ".\r\n.\r\nRSET\r\n",
    "\r\n.\r\n",
    "From Amina\r\nFrom Youssef",
    "x" * 70_000,
    "ز" * 70_000,
    "NUL\x00, cloche\x07, \u202eenvers",
    "👩‍👩‍👧 عائلة",
    "\r\nBcc: tous@example.org\r\n\r\n<script>alert(1)</script>",
    "--=_boundary--",
    "demi \ud83d",
    "=?utf-8?q?x?= =3D =\r\n",
    " espaces \t",
]
AMINA = {
    "address": "amina@example.org",
    "name": "Amina",
    "url": "https://lettres.example.org/unsubscribe/" + "t" * 40,
    "message_id": "<abcdefghijklmnop@example.org>",
    "date": "Mon, 23 Nov 2026 08:00:00 +0100",
}


def hole(name: str) -> str:
    return marker(NONCE, name)


def headers(subject: str = "Revue de presse n° 12") -> list[tuple[str, HeaderValue]]:
    return [
        ("From", Mailbox("Revue de presse", "presse@example.org")),
        ("To", Mailbox(hole("name"), hole("address"))),
        ("Reply-To", Mailbox("", "redaction@example.org")),
        ("Subject", subject),
        ("Message-ID", Structured((hole("message_id"),))),
        ("Date", Structured((hole("date"),))),
        ("List-Id", ListId("Revue de presse", "revue-de-presse.example.org")),
        ("List-Unsubscribe", list_unsubscribe(hole("url"), "mailto:stop@example.org")),
        ("List-Unsubscribe-Post", Structured(("List-Unsubscribe=One-Click",))),
        ("Feedback-ID", feedback_id("mailer", "revue", "12")),
        ("Precedence", "list"),
        ("Content-Language", "fr"),
    ]


def edition(
    text: str = FRENCH * 30,
    html: str = "<p>" + FRENCH * 30,
    subject: str = "Revue de presse n° 12",
    attachments: Sequence[Attachment] = (),
    enclosed: Sequence[Enclosed] = (),
) -> Compiled:
    text = f"Bonjour {hole('name')},\n{text}\n{hole('url')}\n"
    html = f'{html}<b>{hole("name")}</b>, <a href="{hole("url")}">fin</a>'
    return compile_message(
        headers(subject), text, html, nonce=NONCE, attachments=attachments, enclosed=enclosed
    )


@pytest.mark.parametrize("language", [FRENCH, ARABIC])
def test_amina_reads_what_was_written_with_her_name_in_it(language: str) -> None:
    compiled = edition(text=language * 30, html="<p>" + language * 30)
    raw = compiled.join(AMINA)
    assert_message_is_fit(raw)
    assert body(raw, "plain") == f"Bonjour Amina,\n{language * 30}\n{AMINA['url']}\n"
    html = f'<p>{language * 30}<b>Amina</b>, <a href="{AMINA["url"]}">fin</a>'
    assert body(raw, "html") == html
    assert abs(compiled.size - len(raw)) < 600


def test_the_headers_are_those_a_receiver_asks_for() -> None:
    message = parsed(edition().join(AMINA))
    assert message["List-Unsubscribe"] == f"<{AMINA['url']}>, <mailto:stop@example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"] == AMINA["message_id"]
    assert message["Date"] == AMINA["date"]
    assert message["To"] == "Amina <amina@example.org>"
    assert message["MIME-Version"] == "1.0"
    assert message.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert [name for name in message.keys() if message.get_all(name, [])[1:]] == []  # noqa: SIM118 - a message is no dict


@pytest.mark.parametrize("language", [FRENCH, ARABIC])
@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_breaks_the_message(value: str, language: str) -> None:
    compiled = edition(text=language * 30, html="<p>" + language * 30)
    raw = compiled.join(AMINA | {"name": value})
    assert_message_is_fit(raw)
    assert body(raw, "plain").startswith(f"Bonjour {clean_value(value)},\n{language}")
    assert f"<b>{escape(clean_value(value))}</b>, <a" in body(raw, "html")
    assert [to.addr_spec for to in parsed(raw)["To"].addresses] == ["amina@example.org"]
    assert "Bcc" not in parsed(raw)


@pytest.mark.parametrize("value", [value for value in HOSTILE if len(value) < 400])
def test_no_value_breaks_a_structured_header(value: str) -> None:
    raw = edition().join(AMINA | {"url": value, "date": f"Mon{value}"})
    assert_message_is_fit(raw)
    assert "Bcc" not in parsed(raw)


PIECES = st.lists(
    st.one_of(
        st.text(max_size=100),
        st.sampled_from([".", "\n", "\n.", " ", "\nFrom ", "=", "é" * 80, "ب" * 80, "a" * 200]),
        st.sampled_from([hole("name"), hole("other")]),
    ),
    max_size=12,
)
VALUES = st.one_of(st.text(), st.sampled_from(HOSTILE))


@given(PIECES, PIECES, VALUES, VALUES)
@example([hole("name"), hole("other"), hole("name")], [hole("name"), "ب" * 80], ".", "\n.")
@example(["ب" * 80, hole("name"), "a", hole("other"), hole("name")], [], "", "")
@example(["x", hole("name")], ["a\n", hole("other"), "\n."], " ", "a\n")
def test_any_body_with_any_values_comes_back(
    text: list[str], html: list[str], name: str, other: str
) -> None:
    values = {"name": name, "other": other}
    compiled = compile_message([("Subject", "x")], "".join(text), "".join(html), nonce=NONCE)
    raw = compiled.join(values)
    assert_message_is_fit(raw)
    plain, rich = clean_body("".join(text)), clean_body("".join(html))
    for key, value in values.items():
        plain = plain.replace(hole(key), clean_value(value))
        rich = rich.replace(hole(key), escape(clean_value(value)))
    assert body(raw, "plain") == plain
    assert body(raw, "html") == rich


@given(st.text(max_size=150), st.text(max_size=150))
def test_any_name_in_any_subject_comes_back(before: str, name: str) -> None:
    raw = compile_message([("Subject", f"a{before} {hole('name')} z")], "", "", nonce=NONCE).join(
        {"name": name}
    )
    assert_message_is_fit(raw)
    settled = compile_message([("Subject", f"a{before} {name} z")], "", "", nonce=NONCE).join({})
    assert parsed(raw)["Subject"] == parsed(settled)["Subject"]


def test_a_subject_with_a_name_in_it_stays_whole() -> None:
    raw = edition(subject=f"{hole('name')}، تقرير الصحافة رقم 12").join(AMINA | {"name": "أمينة"})
    assert_message_is_fit(raw)
    assert parsed(raw)["Subject"] == "أمينة، تقرير الصحافة رقم 12"


def test_a_missing_value_is_known_before_the_wire() -> None:
    compiled = edition()
    assert compiled.names == {"address", "name", "url", "message_id", "date"}
    compiled.check([*AMINA, "verp"])
    without = {key: value for key, value in AMINA.items() if key != "url"}
    with pytest.raises(MissingValue, match="a hole 'url' and no value"):
        compiled.check(without)
    with pytest.raises(KeyError, match="'url'"):
        compiled.join(without)


def test_an_address_that_cannot_be_used_concerns_one_recipient() -> None:
    compiled = edition()
    with pytest.raises(BadAddress):
        compiled.join(AMINA | {"address": "amina@example.org>\r\nBcc: <all@example.org"})
    assert_message_is_fit(compiled.join(AMINA | {"address": "youssef@example.org"}))


@pytest.mark.parametrize("language", [FRENCH, ARABIC])
def test_a_compiled_edition_is_stored_and_loaded(language: str) -> None:
    compiled = edition(text=language * 30, subject=f"Pour {hole('name')}")
    loaded = Compiled.from_bytes(compiled.to_bytes())
    assert loaded == compiled
    assert loaded.join(AMINA) == compiled.join(AMINA) == compiled.eml(AMINA)
    for wrong in (b"[]", b'{"format":0}', b"", b"not json"):
        with pytest.raises(ValueError):
            Compiled.from_bytes(wrong)


def test_the_same_content_makes_the_same_bytes_whatever_the_nonce() -> None:
    def compiled(nonce: str, text: str) -> Compiled:
        name = marker(nonce, "name")
        return compile_message([("Subject", name)], f"{text} {name}", f"<p>{name}", nonce=nonce)

    assert compiled("q7w8e9r0t1", "Bonjour") == compiled("zzzzzzzzzz", "Bonjour")
    assert compiled("q7w8e9r0t1", "Bonjour") != compiled("q7w8e9r0t1", "Bonsoir")


def test_an_attachment_stands_beside_the_two_texts() -> None:
    revue = Attachment("تقرير.pdf", "application/pdf", bytes(range(256)) * 20)
    raw = edition(attachments=[revue, Attachment("vide.csv", "text/csv", b"")]).join(AMINA)
    message = parsed(raw)
    assert message.get_content_type() == "multipart/mixed"
    both, pdf, csv = message.iter_parts()
    assert both.get_content_type() == "multipart/alternative"
    assert (pdf.get_filename(), pdf.get_payload(decode=True)) == (revue.filename, revue.content)
    assert (csv.get_filename(), csv.get_payload(decode=True)) == ("vide.csv", b"")
    assert body(raw, "plain").startswith("Bonjour Amina")
    assert b"\r\n." not in raw


def test_a_picture_travels_with_the_html_that_shows_it() -> None:
    shown = Enclosed("ab12.jpg@pictures.invalid", "image/jpeg", bytes(range(256)) * 20)
    raw = edition(enclosed=[shown]).join(AMINA)
    assert_message_is_fit(raw)
    message = parsed(raw)
    assert message.get_content_type() == "multipart/alternative"
    text, related = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    assert related.get_param("type") == "text/html"
    html, picture = related.iter_parts()
    assert html.get_content_type() == "text/html"
    assert picture["Content-ID"] == "<ab12.jpg@pictures.invalid>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == shown.content
    assert body(raw, "html").endswith("fin</a>")


def test_pictures_and_attachments_each_have_their_place() -> None:
    shown = Enclosed("ab12.png@pictures.invalid", "image/png", b"\x89PNG")
    revue = Attachment("revue.pdf", "application/pdf", b"%PDF")
    message = parsed(edition(enclosed=[shown], attachments=[revue]).join(AMINA))
    both, pdf = message.iter_parts()
    assert pdf.get_filename() == "revue.pdf"
    assert [part.get_content_type() for part in both.iter_parts()] == [
        "text/plain",
        "multipart/related",
    ]
    boundaries = [
        message.get_boundary(),
        both.get_boundary(),
        [*both.iter_parts()][1].get_boundary(),
    ]
    assert not [
        one for one in boundaries for other in boundaries if one != other and one in str(other)
    ]


def test_pictures_leave_a_mail_without_them_as_it_was() -> None:
    assert edition(enclosed=[]).to_bytes() == edition().to_bytes()


def test_a_text_that_imitates_a_boundary_ends_no_part() -> None:
    boundary = parsed(edition().join(AMINA)).get_boundary()
    raw = edition().join(AMINA | {"name": f"\r\n--{boundary}--\r\n"})
    assert_message_is_fit(raw)
    assert f"--{boundary}--" in body(raw, "plain")
    assert f"--{boundary}--" in body(raw, "html")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ([("Subject", "a"), ("subject", "b")], "stands once"),
        ([("Content-Type", "text/html")], "stands once"),
        ([("List-Unsubscribe", "<https://example.org/>")], "not free text"),
        ([("To", "amina@example.org")], "not free text"),
    ],
)
def test_fields_that_would_harm_are_refused_at_compilation(
    fields: list[tuple[str, Any]], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        compile_message(fields, "", "", nonce=NONCE)


def test_a_damaged_marker_never_reaches_a_reader() -> None:
    with pytest.raises(ValueError, match="damaged"):
        compile_message([], f"Bonjour {hole('name')[:-1]}", "", nonce=NONCE)


@pytest.mark.parametrize("text", [FRENCH, ARABIC])
def test_what_a_group_has_in_common_is_filled_in_once(text: str) -> None:
    said = text + hole("url") + hole("name")
    compiled = compile_message(headers(), said, f"<p>{escape(said)}</p>", nonce=NONCE)
    common = {name: AMINA[name] for name in ("date", "url")}
    bound = compiled.bound(common)
    assert "date" not in bound.names
    assert "name" in bound.names
    assert bound.join(AMINA) == compiled.join(AMINA)
    assert compiled.bound({}) == compiled
