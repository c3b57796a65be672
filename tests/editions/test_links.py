"""Which addresses may stand in a mail."""

import pytest

from mailer.editions.links import host, web_link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.ma/x",
        "https://",
        "ftp://a.ma",
        "",
        "http://[x",
    ],
)
def test_what_leads_nowhere_on_the_web_is_no_link(url: str) -> None:
    assert web_link(url) == ""


def test_a_link_is_ascii_and_cannot_leave_its_attribute_or_its_line() -> None:
    assert web_link(' https://a.ma/"><b>\n x') == "https://a.ma/%22%3E%3Cb%3E%0A%20x"
    assert web_link("https://a.ma/ماي?p=1&q=%20") == ("https://a.ma/%D9%85%D8%A7%D9%8A?p=1&q=%20")


def test_readers_know_a_site_without_its_www() -> None:
    assert host("https://www.lematin.ma/a") == "lematin.ma"
    assert host("http://[x") == ""
