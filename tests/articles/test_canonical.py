import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.articles.canonical import canonical, host_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://WWW.Lematin.MA:80/a?utm_source=x#xtor=RSS-1", "http://www.lematin.ma/a"),
        ("https://h.ma:443/caf%c3%a9", "https://h.ma/caf%C3%A9"),
        ("https://h.ma/café", "https://h.ma/caf%C3%A9"),
        ("https://h.ma/?p=1609", "https://h.ma/?p=1609"),
        ("https://h.ma/a?b=2&a=1&fbclid=zz&mc_cid=1", "https://h.ma/a?b=2&a=1"),
        ("https://h.ma/a?xtor=RSS-3&at_medium=x&srsltid=1&q=", "https://h.ma/a?q="),
        ("https://h.ma:8443/a", "https://h.ma:8443/a"),
        ("https://user:secret@h.ma/a", "https://h.ma/a"),
        ("https://h.ma", "https://h.ma/"),
        ("https://هسبريس.المغرب/", "https://xn--ngbsec0hva.xn--mgbc0a9azcg/"),
        (" https://h.ma/a\n", "https://h.ma/a"),
        ("https://h.ma/a b", "https://h.ma/a%20b"),
    ],
)
def test_two_links_to_one_article_become_one(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?rct=j&sa=t&url=https%3A%2F%2Fh.ma%2Fa%3Futm_source%3Dg&ct=ga",
        "https://www.google.co.ma/url?q=https://h.ma/a",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fh.ma%2Fa&data=05",
        "https://a.safelinks.protection.outlook.com/?url=http%3A%2F%2Fgoogle.ma%2Furl%3Fq%3Dhttps%253A%252F%252Fh.ma%252Fa",
    ],
)
def test_a_redirector_is_unwrapped(url: str) -> None:
    assert canonical(url) == "https://h.ma/a"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://h.ma/a",
        "javascript:alert(1)",
        "https://",
        "https://[::1",
        "https://h.ma:99999/",
        "https://h ma/" + "x" * 3000,
        "//h.ma/a",
    ],
)
def test_what_is_no_web_address_has_no_canonical_form(url: str) -> None:
    assert canonical(url) == ""


@given(
    st.one_of(
        st.text(max_size=80),
        st.text(max_size=80).map(lambda rest: "https://h.ma/" + rest),
        st.text(max_size=60).map(lambda rest: "https://www.google.com/url?url=http://h.ma/" + rest),
        st.text(alphabet="%2fF5aÀ؟&=?#:@[]/.h", max_size=60).map(lambda r: "http://h.ma" + r),
    )
)
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
    assert once.isascii()
    assert len(once) <= 2000


def test_a_host_is_compared_without_its_www() -> None:
    assert host_of("https://WWW.H.ma/a") == host_of("http://h.ma/b") == "h.ma"
    assert host_of("https://[") == ""
