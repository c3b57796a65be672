import pytest

from mailer.errors import BadAddress
from mailer.mime.addresses import ascii_address, ascii_domain


@pytest.mark.parametrize(
    "address",
    [
        "amina@example.org",
        "youssef.el-idrissi+presse@mail.example.ma",
        "claire@localhost",
        "a@1.fr",
    ],
)
def test_an_ordinary_address_is_left_alone(address: str) -> None:
    assert ascii_address(address) == address


def test_an_arabic_and_an_accented_domain_are_sent_as_a_labels() -> None:
    assert ascii_address("amina@مثال.إختبار") == "amina@xn--mgbh0fb.xn--kgbechtv"
    assert ascii_address("claire@Mairie-Orléans.fr") == "claire@xn--mairie-orlans-khb.fr"


def test_letters_before_the_at_that_are_not_ascii_are_refused_with_the_reason() -> None:
    with pytest.raises(BadAddress) as refusal:
        ascii_address("أمينة@example.org")
    assert "before the @" in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "amina@example.org\r\nBcc: all@example.org",
        "amina@example.org\n",
        "amina\x00@example.org",
        "amina@exa\x00mple.org",
        "amina@example.org>, <youssef@example.org",
        "amina@example.org,youssef@example.org",
        "amina @example.org",
        "amina@example.org ",
        "\u202eamina@example.org",
        "amina@exam\u202eple.org",
        "amina@[127.0.0.1]",
        '"amina"@example.org',
        "amina..b@example.org",
        ".amina@example.org",
        "amina@-example.org",
        "amina@example..org",
        "amina@",
        "@example.org",
        "amina",
        "",
        "a@b@example.org",
        "a" * 65 + "@example.org",
        "amina@" + "a" * 64 + ".org",
        "amina@" + "a.é" * 200,
        "amina@" + "abcdefg." * 31 + "example.org",
        "x" * 70_000,
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence_without_controls(address: str) -> None:
    with pytest.raises(BadAddress) as refusal:
        ascii_address(address)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_a_domain_name_is_refused_or_ascii() -> None:
    assert ascii_domain("Lettres.Example.ORG") == "Lettres.Example.ORG"
    for name in ("", "a b", "exa_mple.org", "é" * 300, "example.org\n"):
        with pytest.raises(BadAddress):
            ascii_domain(name)
