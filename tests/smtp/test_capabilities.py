"""What a server says it can do."""

from mailer.smtp.capabilities import Capabilities, capabilities
from mailer.smtp.reply import Reply


def test_the_first_line_only_greets() -> None:
    assert capabilities(Reply(250, "", "PIPELINING")) == Capabilities()


def test_each_other_line_names_an_extension_in_any_case() -> None:
    text = (
        "mx.test\npipelining\nSIZE 35882577\n8BITMIME\nSMTPUTF8\nSTARTTLS\nAUTH plain LOGIN\nX-NEW"
    )
    server = capabilities(Reply(250, "", text))
    assert server == Capabilities(
        pipelining=True,
        eight_bit=True,
        smtputf8=True,
        starttls=True,
        takes_size=True,
        size=35882577,
        auth=frozenset({"PLAIN", "LOGIN"}),
    )


def test_the_old_spelling_of_auth_is_read_and_joined() -> None:
    server = capabilities(Reply(250, "", "mx.test\nAUTH=LOGIN\nAUTH PLAIN"))
    assert server.auth == {"LOGIN", "PLAIN"}


def test_a_size_that_is_no_number_limits_nothing() -> None:
    for size in ("", "0", "many", "9" * 40, "-5", "٣"):
        server = capabilities(Reply(250, "", f"mx.test\nSIZE {size}"))
        assert (server.takes_size, server.size) == (True, 0)


def test_empty_lines_are_passed_over() -> None:
    assert capabilities(Reply(250, "", "mx.test\n\n8BITMIME")).eight_bit
