"""What the editor wrote is what a standard parser reads: subjects, names, bodies, three scripts."""

import unicodedata
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.mailings.message import HOLES, compile_copy
from mailer.mime.segments import marker
from tests.mime.wire import as_old_readers_see, assert_message_is_fit, body

pytestmark = pytest.mark.once
NONCE = "00c0ffee00c0ffee"
VALUES = {
    "address": "amina@example.org",
    "unsubscribe_url": "https://presse.example/unsubscribe/" + "a" * 43,
    "unsubscribe_token": "t" * 52,
    "preferences_url": "https://presse.example/preferences/" + "a" * 43,
    "message_id": "<0123456789abcdef@presse.example>",
    "date": "Wed, 21 May 2025 07:30:00 +0100",
}
_FRENCH = "Les Marocains du monde à l’épreuve : « où vont-ils ? » œuvre naïve Noël 4,2 % N° 214 ça"
_ARABIC = "النشرة الإخبارية لمغاربة العالم، العدد 214: «هل يعودون؟» شُكرًا 4,2% الأربعاء 21 ماي"
_ENGLISH = (
    "Press review – Moroccans abroad: “who stays?” it's 50/50 (at best) #1 & more; yes_no = ?"
)
_ODD = '👩‍👩‍👧‍👦 🇲🇦 =?utf-8?q?=41?= {{x}} <b> " \\ , ; : @ . = == __ <!-- %s 𝔘𝔫𝔦 漢字 é'

words = st.sampled_from(f"{_FRENCH} {_ARABIC} {_ENGLISH} {_ODD}".split())
letters = st.text(
    st.sampled_from('aéœçÀ ’«»–ءأبتث،؟ًabc XYZ 0129 ?=_.,()<>@"\\%&#👍\u200f\u00a0\u202f'),
    max_size=120,
)


def as_typed(text: str) -> str:
    """A line as an editor's field keeps it: NFC, no blank ends."""
    return unicodedata.normalize("NFC", text).strip(" ")


lines = st.one_of(
    st.lists(words, min_size=1, max_size=30).map(" ".join), letters.map(as_typed).filter(bool)
).map(as_typed)
bodies = st.lists(st.one_of(lines, st.just("")), min_size=1, max_size=12).map("\n".join)


def message(subject: str, name: str, text: str, html: str) -> bytes:
    """One reader's copy of an edition."""
    headers = {
        "From": [name, "revue@presse.example"],
        "Reply-To": ["", "redaction@presse.example"],
        "List-Id": [name, "revue-de-presse.presse.example"],
        "Content-Language": "fr",
    }
    holes = " ".join(marker(NONCE, name) for name in HOLES[1:3])
    compiled = compile_copy(
        7, headers, subject, f"{text}\n{holes}\n", f"<p>{html}</p>\n{holes}\n", NONCE
    ).compiled
    return compiled.join(VALUES)


@settings(max_examples=400)
@given(lines, lines.map(lambda name: name.replace("@", "")).map(as_typed), bodies, bodies)
def test_what_was_written_is_read_back_exactly(
    subject: str, name: str, text: str, html: str
) -> None:
    raw = message(subject, name, text, html)
    assert_message_is_fit(raw)
    read = cast("EmailMessage", message_from_bytes(raw, policy=policy.default))
    assert read["Subject"] == as_old_readers_see(raw, "Subject") == subject
    told, _, address = as_old_readers_see(raw, "From").rpartition(" ")
    assert unquoted(told) == name
    assert address.strip("<>") == "revue@presse.example"
    links = f"{VALUES['unsubscribe_url']} {VALUES['preferences_url']}"
    assert body(raw, "plain").rstrip("\n") == f"{text}\n{links}"
    assert body(raw, "html").rstrip("\n") == f"<p>{html}</p>\n{links}"
    assert read["List-Unsubscribe"].startswith(f"<{VALUES['unsubscribe_url']}>")
    assert read["To"] == VALUES["address"]


def unquoted(name: str) -> str:
    """A display name without the quotation marks of its quoted-string (RFC 5322 §3.2.4)."""
    if not (name.startswith('"') and name.endswith('"') and len(name) > 1):
        return name
    return name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
