"""Signatures: exact whatever the values, and believed by a verifier that is not ours."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import example, given, settings

from mailer.errors import BadAddress
from mailer.mime.bodies import Attachment
from mailer.mime.dkim import DkimKey, Signer
from mailer.mime.headers import Mailbox, Structured
from mailer.mime.segments import Compiled, MissingValue, compile_message
from tests.mime.dkim import needs_mail_dkim, new_key, plain_signature, tags, verdicts
from tests.mime.test_segments import (
    AMINA,
    ARABIC,
    FRENCH,
    HOSTILE,
    NONCE,
    PIECES,
    VALUES,
    edition,
    headers,
    hole,
)
from tests.mime.wire import assert_header_is_fit, assert_message_is_fit

ENGLISH = "The drought,  the prices: what   the economy goes through. \n"
KEY = new_key("example.org")
AT = 1_763_884_800


def signed(compiled: Compiled, values: dict[str, str] = AMINA, key: DkimKey = KEY) -> bytes:
    return Signer(compiled, key).join(values, AT)


@pytest.mark.parametrize("language", [FRENCH, ARABIC, ENGLISH])
def test_the_signature_stands_before_the_very_bytes_that_would_leave_without_it(
    language: str,
) -> None:
    compiled = edition(text=language * 30, html="<p>" + language * 30)
    raw = signed(compiled)
    own, rest = re.split(rb"(?<=\r\n)(?![ \t])", raw, maxsplit=1)
    assert rest == compiled.join(AMINA)
    assert_header_is_fit(own)
    assert all(len(line) <= 76 for line in own.split(b"\r\n"))
    assert_message_is_fit(raw)


def test_its_tags_are_those_that_receivers_ask_for() -> None:
    told = tags(signed(edition()))
    assert list(told) == ["v", "a", "c", "t", "d", "s", "h", "bh", "b"]
    assert (told["v"], told["a"], told["c"]) == ("1", "rsa-sha256", "relaxed/relaxed")
    assert (told["d"], told["s"], told["t"]) == ("example.org", "s1", str(AT))
    assert told["h"] == (
        "from:from:to:subject:date:message-id:reply-to:mime-version:content-type:list-id:"
        "list-unsubscribe:list-unsubscribe-post:feedback-id"
    )


@settings(max_examples=60)
@given(PIECES, PIECES, VALUES, VALUES)
@example([hole("name"), hole("other"), hole("name")], [hole("name"), "ب" * 80], ".", "\n.")
@example(["ب" * 80, hole("name"), "a", hole("other"), hole("name")], [], "", " \n ")
@example(["a  b ", hole("name"), " \n", hole("other"), "\n\n"], ["  ", hole("name")], " ", "\t")
def test_it_is_the_signature_of_the_whole_message_whatever_the_values(
    text: list[str], html: list[str], name: str, other: str
) -> None:
    compiled = compile_message(headers(), "".join(text), "".join(html), nonce=NONCE)
    values = AMINA | {"name": name, "other": other}
    raw = signed(compiled, values)
    assert tags(raw)["b"] == plain_signature(raw, KEY)


@pytest.mark.parametrize("value", [value for value in HOSTILE if len(value) < 400])
def test_so_it_is_where_a_value_stands_in_the_subject_or_in_an_address(value: str) -> None:
    compiled = edition(subject=f"{hole('name')},  revue   de presse {hole('name')}")
    raw = signed(compiled, AMINA | {"name": value, "url": value, "date": f"Mon,  {value}"})
    assert tags(raw)["b"] == plain_signature(raw, KEY)


def test_a_letter_without_holes_is_signed_the_same_way() -> None:
    fields = [
        ("From", Mailbox("", "presse@example.org")),
        ("Subject", "Bonjour"),
        ("Message-ID", Structured(("<a@example.org>",))),
    ]
    raw = signed(compile_message(fields, "Bonjour  \n", "<p>Bonjour", nonce=NONCE), {})
    assert tags(raw)["b"] == plain_signature(raw, KEY)


def test_what_is_wrong_with_one_recipient_is_told_as_without_a_signature() -> None:
    with pytest.raises(BadAddress):
        signed(edition(), AMINA | {"address": "amina@example.org>\r\nBcc: <all@example.org"})
    with pytest.raises(MissingValue):
        signed(edition(), {})


def _mails(key: DkimKey, values: dict[str, str]) -> list[bytes]:
    """French, Arabic and English; quoted-printable and base64; with a file beside."""
    file = Attachment("تقرير.pdf", "application/pdf", bytes(range(256)) * 20)
    subjects = ["Revue de presse n° 12", "تقرير الصحافة", "{} – press review"]
    made: list[Compiled] = []
    for language, subject in zip([FRENCH, ARABIC, ENGLISH], subjects, strict=True):
        words = subject.format(hole("name"))
        made.append(edition(language * 30, "<p>\n\n  " + language * 30, words))
    made.append(edition(attachments=[file]))
    return [signed(compiled, values, key) for compiled in made]


@needs_mail_dkim
@pytest.mark.parametrize("name", ["Amina", "أمينة بنت  الحسن", "Zoë  \t<b>&", "", "x" * 300])
def test_an_independent_verifier_believes_it(name: str, tmp_path: Path) -> None:
    keys = [new_key("example.org", "2026a"), new_key("news.example.org", "k.two")]
    mails = [mail for key in keys for mail in _mails(key, AMINA | {"name": name})]
    encodings = {word for mail in mails for word in re.findall(rb"Encoding: (\S+)", mail)}
    assert encodings == {b"quoted-printable", b"base64"}
    assert verdicts(mails, keys, tmp_path) == ["pass"] * len(mails)


def _tampered(mail: bytes) -> list[bytes]:
    """The same mail, changed on its way in one place each."""
    head, _, body = mail.partition(b"\r\n\r\n")
    middle = body.index(b"\r\n\r\n", 10) + 40
    letter = b"A" if body[middle : middle + 1] != b"A" else b"B"
    return [
        mail.replace(b"amina@", b"youssef@"),
        mail.replace(b"Mon, 23", b"Mon, 24"),
        mail.replace(b"List-Unsubscribe: <https://", b"List-Unsubscribe: <http://"),
        head + b"\r\n\r\n" + body[:middle] + letter + body[middle + 1 :],
        mail + b"one more line\r\n",
        head + b"\r\nFrom: mallory@example.net\r\n\r\n" + body,
        mail.replace(b"From:", b"From: mallory@example.net\r\nFrom:", 1),
    ]


@needs_mail_dkim
def test_it_does_not_believe_a_mail_that_was_changed(tmp_path: Path) -> None:
    for mail in _mails(KEY, AMINA)[:3]:
        found = verdicts(_tampered(mail), [KEY], tmp_path)
        assert [word.partition(" ")[0] for word in found] == ["fail"] * len(found), found


@needs_mail_dkim
def test_it_believes_a_mail_whose_white_space_a_relay_has_changed(tmp_path: Path) -> None:
    mail = _mails(KEY, AMINA)[2]
    changed = mail.replace(b"\r\n List-Un", b"\r\n\tList-Un").replace(b"Subject: ", b"SUBJECT:   ")
    assert verdicts([changed + b"\r\n\r\n"], [KEY], tmp_path) == ["pass"]


@needs_mail_dkim
def test_it_asks_for_the_key_that_signed(tmp_path: Path) -> None:
    mail = signed(edition())
    other = new_key("example.org")
    assert verdicts([mail], [other], tmp_path)[0].startswith("fail")
    assert verdicts([mail], [new_key("example.net")], tmp_path)[0].startswith("invalid")


def _pem(private: object, password: bytes = b"") -> bytes:
    how = BestAvailableEncryption(password) if password else NoEncryption()
    assert isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def _unusable() -> Sequence[bytes]:
    return [
        b"",
        b"not a key",
        _pem(rsa.generate_private_key(65537, 1024)),
        _pem(ec.generate_private_key(ec.SECP256R1())),
        _pem(rsa.generate_private_key(65537, 2048), b"password"),
    ]


@pytest.mark.parametrize("number", range(5))
def test_what_is_no_key_for_this_is_refused(number: int) -> None:
    with pytest.raises(ValueError):
        DkimKey.from_pem("example.org", "s1", _unusable()[number])


def test_a_key_shows_where_it_is_published_and_nothing_of_itself() -> None:
    assert repr(KEY) == "DkimKey(domain='example.org', selector='s1')"
    assert re.fullmatch(r"v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{390,}=*", KEY.record)
