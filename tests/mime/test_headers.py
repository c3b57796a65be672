import re
import unicodedata
from base64 import b64decode
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.errors import BadAddress, Refused
from mailer.mime.headers import (
    HeaderValue,
    ListId,
    Mailbox,
    Structured,
    clean_header_text,
    date_text,
    feedback_id,
    header_field,
    list_unsubscribe,
)
from tests.mime.wire import as_old_readers_see, assert_header_is_fit, parsed
from tests.shared import needs_shared_data, shared

FRENCH = (
    "Revue de presse n° 12 — sécheresse : l’économie marocaine à l’épreuve, la Chambre des"
    " conseillers débat du projet de loi de finances 2027"
)
ARABIC = (
    "تقرير الصحافة: مجلس المستشارين يناقش مشروع قانون المالية 2027 والبنك الدولي World Bank"
    " يتوقع نموا بنسبة 3,5 % خلال السنة المقبلة"
)


def field(name: str, value: HeaderValue) -> bytes:
    raw = header_field(name, value)
    assert_header_is_fit(raw)
    return raw


def seen(name: str, value: HeaderValue) -> str:
    """The field as today's and yesterday's readers understand it; they must agree."""
    raw = field(name, value) + b"\r\n"
    new = str(parsed(raw)[name])
    assert as_old_readers_see(raw, name) == new
    return new


def shown_by_old_readers(raw: bytes, name: str) -> tuple[str, str]:
    """The display name and the address, split first and decoded afterwards."""
    value = message_from_bytes(raw)[name].replace("\r\n", "")
    display, address = parseaddr(value)
    return str(make_header(decode_header(display))), address


@pytest.mark.parametrize("subject", [FRENCH, ARABIC, "Weekly press review", "a" * 300, "Été"])
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    assert seen("Subject", subject) == subject


def test_an_english_subject_is_sent_as_it_is_and_folded_between_words() -> None:
    subject = "Press review: " + "the drought and the prices of bread " * 4
    raw = field("Subject", subject)
    assert b"=?" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    assert raw.replace(b"\r\n", b"").decode() == f"Subject: {subject.strip()}"


@given(st.text())
@example("=?utf-8?q?=C3=A9t=C3=A9?=")
@example("Compte =?utf-8?b?w6l0w6k=?= rendu")
@example("deux  espaces   et trois")
@example("é é é " * 40)
@example("👩‍👩‍👧‍👦" * 30)
@example("à la ligne\r\nBcc: tous@example.org")
@example("b" * 55 + "a " + "b" * 61 + "é")
@example("NUL\x00 et \u202eenvers")
@example("demi \ud83d caractère")
@example(" " * 500 + "x" + " " * 500 + "y")
def test_any_subject_round_trips(subject: str) -> None:
    assert seen("Subject", subject) == clean_header_text(subject)


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])))
def test_cleaning_changes_nothing_but_the_ends_in_ordinary_text(text: str) -> None:
    assert clean_header_text(text) == unicodedata.normalize("NFC", text).strip(" ")


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_header_text(clean_header_text(text)) == clean_header_text(text)


def test_what_a_person_typed_as_an_encoded_word_is_not_decoded() -> None:
    typed = "Que veut dire =?utf-8?q?Bonjour?= dans un objet"
    assert seen("Subject", typed) == typed


def test_controls_and_overrides_never_reach_a_header() -> None:
    dirty = "Revue\x00 de\r\n\tpresse\u202e \u2066n\u2069\x1b° 12\x85fin"
    assert clean_header_text(dirty) == "Revue de presse n° 12 fin"


def test_a_subject_is_composed_whatever_the_keyboard() -> None:
    assert seen("Subject", "e\u0301te\u0301") == "\u00e9t\u00e9"


def test_no_character_is_split_between_two_encoded_words() -> None:
    raw = field("Subject", "é🙂ب" * 60)
    chunks = re.findall(r"=\?utf-8\?b\?([^?]*)\?=", raw.decode())
    assert len(chunks) > 5
    assert "".join(b64decode(chunk).decode() for chunk in chunks) == "é🙂ب" * 60


@pytest.mark.parametrize(
    "name",
    [
        "Revue de presse",
        'L"Économiste\\ du "matin"',
        "مجلس المستشارين — تقرير الصحافة",
        "Conseil, (de la) presse; <nous>",
        "=?utf-8?q?x?=",
        "Chambre des conseillers du Royaume du Maroc, service de la communication et de la presse",
    ],
)
def test_a_display_name_arrives_beside_its_address(name: str) -> None:
    raw = field("From", Mailbox(name, "presse@example.org")) + b"\r\n"
    assert shown_by_old_readers(raw, "From") == (name, "presse@example.org")
    [sender] = parsed(raw)["From"].addresses
    assert sender.addr_spec == "presse@example.org"
    # Python's newer parser puts a space between two encoded-words of a name: never in a word.
    assert sender.display_name.replace("  ", " ") == name


@given(st.text(max_size=200))
@example('"\\')
@example('"' * 70)
def test_any_display_name_round_trips_and_never_adds_a_recipient(name: str) -> None:
    raw = field("To", Mailbox(name, "amina@example.org")) + b"\r\n"
    assert [to.addr_spec for to in parsed(raw)["To"].addresses] == ["amina@example.org"]
    assert shown_by_old_readers(raw, "To") == (clean_header_text(name), "amina@example.org")


def test_a_subject_of_seventy_thousand_characters_is_still_a_field() -> None:
    assert seen("Subject", "é" * 70_000) == "é" * 70_000


def test_an_empty_subject_is_an_empty_field() -> None:
    assert field("Subject", "\x00 ") == b"Subject:\r\n"


def test_an_address_without_a_name_stands_alone() -> None:
    assert field("To", Mailbox("", "amina@example.org")) == b"To: amina@example.org\r\n"
    assert field("To", Mailbox("", "a@مثال.إختبار")) == b"To: a@xn--mgbh0fb.xn--kgbechtv\r\n"


def test_an_injection_through_an_address_is_refused() -> None:
    with pytest.raises(BadAddress):
        header_field("To", Mailbox("Amina", "amina@example.org\r\nBcc: all@example.org"))


def test_a_long_one_click_address_is_never_encoded_nor_cut() -> None:
    https = "https://lettres.example.org/unsubscribe/" + "t" * 300
    raw = field("List-Unsubscribe", list_unsubscribe(https, "mailto:stop@example.org"))
    assert raw.decode() == f"List-Unsubscribe: <{https}>,\r\n <mailto:stop@example.org>\r\n"


def test_a_structured_part_that_no_line_can_hold_is_refused() -> None:
    with pytest.raises(Refused, match="List-Unsubscribe"):
        header_field("List-Unsubscribe", list_unsubscribe("https://example.org/" + "t" * 1000))


@pytest.mark.parametrize("part", ["<https://é>", "<a\r\nb>", "a\x00", "", " a"])
def test_a_structured_part_is_printable_ascii(part: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        header_field("List-Unsubscribe", Structured((part,)))


@pytest.mark.parametrize("name", ["", "Sub ject", "Subject:", "Sujet\r\nBcc", "É", "X" * 41])
def test_a_field_name_is_a_field_name(name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        header_field(name, "x")


def test_a_list_id_has_a_name_and_a_stable_identifier() -> None:
    raw = field("List-Id", ListId("Revue de presse", "revue-de-presse.example.org"))
    assert raw == b'List-Id: "Revue de presse" <revue-de-presse.example.org>\r\n'
    assert b"<revue.example.org>" in field("List-Id", ListId("تقرير الصحافة", "revue.example.org"))


def test_a_feedback_id_has_at_most_four_fields_and_a_sender_of_5_to_15() -> None:
    assert feedback_id("mailer", "revue de presse", "n° 12") == Structured(
        ("revue-de-presse:n-12:mailer",)
    )
    for wrong in (("abcd",), ("a" * 16,), ("mailer", "a", "b", "c", "d"), ("mailer", "")):
        with pytest.raises(ValueError, match="Feedback-ID"):
            feedback_id(*wrong)


def test_a_date_has_a_numeric_zone() -> None:
    at_eight = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Africa/Casablanca"))
    assert re.fullmatch(r"Mon, 23 Nov 2026 08:00:00 \+0[01]00", date_text(at_eight))
    assert date_text(datetime(2026, 1, 2, tzinfo=UTC)) == "Fri, 02 Jan 2026 00:00:00 +0000"
    with pytest.raises(ValueError, match="zone"):
        date_text(datetime(2026, 1, 2))


@needs_shared_data
def test_the_headlines_of_real_feeds_arrive_as_subjects_word_for_word() -> None:
    headlines = []
    for path in sorted(shared("feeds/normal").iterdir())[:40]:
        if path.is_file():
            entries = feedparser.parse(path.read_bytes()).entries[:40]
            headlines += [entry.title for entry in entries if entry.get("title")]
    assert len(headlines) > 100
    for headline in headlines:
        assert seen("Subject", headline) == clean_header_text(headline)
