"""Addresses: which can be used, and when two spellings are one person."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from mailer.errors import BadAddress
from mailer.subscribers.address import key, parse, shown


def test_amina_writes_her_address_with_capitals_and_spaces_and_is_one_person() -> None:
    address = parse("  Amina.Idrissi@Example.ORG ")
    assert address.typed == "Amina.Idrissi@Example.ORG"
    assert address.key == "amina.idrissi@example.org"


def test_an_arabic_domain_is_kept_as_typed_and_compared_by_its_a_label() -> None:
    address = parse("amina@مثال.موقع")
    assert address.typed == "amina@مثال.موقع"
    assert address.key == key("AMINA@xn--mgbh0fb.xn--4gbrim") == "amina@xn--mgbh0fb.xn--4gbrim"


def test_two_unicode_forms_of_one_name_are_one_person() -> None:
    assert key("hélène@example.org") == key("HE\u0301LE\u0300NE@example.org")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "There is no e-mail address"),
        ("   ", "There is no e-mail address"),
        ("amina@example.org\r\nBcc: all@example.org", "invisible character"),
        ("amina@example.org\n", "invisible character"),
        ("ami\0na@example.org", "invisible character"),
        ("ami\u202ena@example.org", "invisible character"),
        ("amina\ud800@example.org", "invisible character"),
        ("a" * 388 + "@example.org", "400 characters"),
        ("é" * 200 + "@example.org", "212 characters"),
        ("amina", "not an e-mail address"),
        ("amina@localhost", "not an e-mail address"),
        ("amina@site.invalid", "not an e-mail address"),
        ("amina@[127.0.0.1]", "not an e-mail address"),
        ('"a b"@example.org', "not an e-mail address"),
        ("Amina <amina@example.org>", "not an e-mail address"),
        ("amina@@example.org", "not an e-mail address"),
        ("a" * 65 + "@example.org", "not an e-mail address"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence_that_is_safe_to_show(
    typed: str, says: str
) -> None:
    with pytest.raises(BadAddress) as refusal:
        parse(typed)
    told = str(refusal.value)
    assert says in told
    assert told.isprintable()
    assert len(told) < 250


_PARTS = st.text("aA0.-_+'@xn—é ", max_size=12)
_TOPS = st.sampled_from(["org", "test", "LOCAL", "arpa", "onion", "c", "fr1", "xn--p1ai", ""])


@given(st.builds("{}@{}.{}".format, _PARTS, _PARTS, _TOPS))
@example("amina@ab--cd.org")
@example("amina@a-.org")
@example("amina@" + "a" * 64 + ".org")
@example("a.@example.org")
@example("a@" + "bcd." * 62 + "org")
def test_the_fast_path_gives_the_verdicts_of_email_validator(text: str) -> None:
    try:
        theirs = validate_email(text.strip(" "), check_deliverability=False, strict=True)
    except EmailNotValidError:
        with pytest.raises(BadAddress):
            parse(text)
    else:
        assert key(text) == f"{theirs.local_part.casefold()}@{theirs.ascii_domain.lower()}"


def test_what_is_shown_of_an_address_is_one_short_printable_line() -> None:
    assert shown("a\r\nb\0" + "c" * 100) == "a��b�" + "c" * 75 + "…"
