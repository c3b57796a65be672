import pytest
from jinja2 import Environment
from premailer import Premailer

from mailer.mime.markers import marker, split

NONCE = "q7w8e9r0t1y2u3i4"


def test_a_text_is_cut_at_its_markers() -> None:
    text = f"Bonjour {marker(NONCE, 'name')}, {marker(NONCE, 'unsubscribe_url')}"
    assert split(text, NONCE) == ("Bonjour ", "name", ", ", "unsubscribe_url", "")
    assert split("", NONCE) == ("",)


def test_a_marker_is_letters_and_digits_whatever_the_name() -> None:
    made = marker(NONCE, "preferences_url")
    assert made.isalnum()
    assert made.isascii()
    assert made == made.lower()


def test_markers_survive_jinja_and_premailer() -> None:
    template = Environment(autoescape=True).from_string(
        "<style>a{color:red}</style><p title='{{ m }}'>{{ m }}<a href='https://x.example/{{ m }}'>a"
        "</a><a href='{{ m }}?a=b&amp;c'>b</a></p>"
    )
    html = Premailer(
        template.render(m=marker(NONCE, "token_2")), allow_network=False, disable_validation=True
    ).transform()
    assert split(html, NONCE)[1::2] == ("token_2",) * 4


def test_a_marker_of_another_compilation_is_only_text() -> None:
    text = marker("anothernonce1234", "name")
    assert split(text, NONCE) == (text,)


@pytest.mark.parametrize("damage", [str.upper, lambda text: text[:-1], lambda text: text[4:]])
def test_a_damaged_marker_is_found_out(damage) -> None:  # type: ignore[no-untyped-def]  # a lambda
    with pytest.raises(ValueError, match="damaged marker"):
        split("Bonjour " + damage(marker(NONCE, "name")), NONCE)


@pytest.mark.parametrize(
    ("nonce", "name"), [("", "name"), ("short", "name"), ("ABCDEFGHIJ", "name"), (NONCE, "a b")]
)
def test_a_nonce_and_a_name_are_what_they_should_be(nonce: str, name: str) -> None:
    with pytest.raises(ValueError, match="name of a hole"):
        marker(nonce, name)
