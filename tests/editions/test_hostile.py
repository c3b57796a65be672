"""Every field of an issue written by an enemy: the mail stays whole, safe and readable."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from lxml import html as markup

from mailer.editions.layout import HEADLINE, SUBJECT
from mailer.languages import LANGUAGES
from mailer.mailings.message import compile_copy
from mailer.mime.segments import marker
from tests.mime.wire import assert_message_is_fit

from .mails import CODES, composed, hostile
from .sample import draft, hole

HOSTILE = {
    "markup": "<b>gras</b><img src=x onerror=alert(1)><!-- ]]> --></td></table></div><h1>Ha</h1>",
    "script": "<script>alert(1)</script><svg onload=alert(1)>",
    "style": "</style><style>*{display:none}</style> @media{*{color:red}} url(https://x.example)",
    "attribute": "\" onmouseover=alert(1) x=\" ' style='display:none' `",
    "emoji": "👩‍👩‍👧‍👦🇲🇦👍🏽 " * 20,
    "a long word": "x" * 10_000,
    "a long text": "Le mot de trop. " * 625,
    "overrides": "\u202egnirevo\u202d \u2066isolate\u2069 \u200fmark\u200e \ufeffhidden",
    "controls": "nul\x00 bell\x07 escape\x1b[31m delete\x7f next\x85line\u2028separator",
    "line ends": "un\r\nBcc: tous@example.org\r\n\r\n.\r\nQUIT\r\nFrom tous\n",
    "templates": "{{ 7*7 }}{% raw %}{{ settings.SECRET_KEY }}{# rien #}${7*7}%(name)s%s{0}",
    "encoded words": "=?utf-8?q?=41?= =?utf-8?b?QQ==?= =3D=41 &lt;b&gt; &#60;",
    "surrogates": "un\ud800deux \udfff",
    "marks": "e" + "\u0301" * 500 + " ش" + "\u0651" * 300,
    "comments": "<!--[if mso]><table><tr><td><![endif]--> <!--[if !mso]><!-->",
    "formulas": "=HYPERLINK(\"https://x.example\";\"x\") +1-1 @SUM(A1)",
}  # fmt: skip
_NONCE = "00c0ffee00c0ffee"
_VALUES = {
    "address": "amina@example.org",
    "unsubscribe_url": "https://presse.example/unsubscribe/abc",
    "unsubscribe_token": "t" * 52,
    "preferences_url": "https://presse.example/preferences/abc",
    "message_id": "<0123456789abcdef@presse.example>",
    "date": "Wed, 21 May 2025 07:30:00 +0100",
}
#: How often each tag stands in the sample issue; an enemy's words add none.
_BONES = ("html", "body", "main", "table", "tr", "td", "h1", "h2", "h3", "style", "script", "img")
_BONES += ("svg", "title", "form", "iframe", "object", "link", "base", "meta", "strong", "b")

each = pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
in_each_language = pytest.mark.parametrize("code", CODES)


def bones(html: str) -> dict[str, int]:
    page = markup.document_fromstring(html)
    return {tag: len(page.xpath(f"//{tag}")) for tag in _BONES}


def tame(code: str) -> str:
    """The same issue, its words without a sting; a short word stands where the enemy's did."""
    return composed(hostile(code, "Paisible")).html


@each
@in_each_language
def test_an_enemys_words_are_words(code: str, words: str) -> None:
    mail = composed(hostile(code, words))
    assert bones(mail.html) == bones(tame(code))
    page = markup.document_fromstring(mail.html)
    assert {table.get("dir") for table in page.iter("table")} == {LANGUAGES[code].dir}
    allowed = {"href", "style", "class", "lang", "dir", "hreflang"}
    for link in page.iter("a"):
        assert set(link.keys()) <= allowed
        assert re.fullmatch(r"(?:https?://|hole)[!-~]+", link.get("href", ""))
    assert not [one for one in page.iter() if any(key.startswith("on") for key in one.attrib)]
    assert len(mail.subject) <= SUBJECT
    assert all(len(title.text_content()) <= HEADLINE + 4 for title in page.iter("h3"))
    for part in (mail.html, mail.text, mail.subject, mail.preheader):
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", part
        )


@each
@in_each_language
def test_the_message_is_whole_and_says_the_same_on_the_other_side(code: str, words: str) -> None:
    mail = composed(hostile(code, words))
    html, text = (_with_markers(part) for part in (mail.html, mail.text))
    headers = {
        "From": [words, "revue@presse.example"],
        "Reply-To": ["", "redaction@presse.example"],
        "List-Id": [words, "revue.presse.example"],
        "Content-Language": code,
    }
    raw = compile_copy(7, headers, mail.subject, text, html, _NONCE).compiled.join(_VALUES)
    assert_message_is_fit(raw)
    read = cast("EmailMessage", message_from_bytes(raw, policy=policy.default))
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert read["Subject"] == mail.subject
    assert read["Bcc"] is None
    assert [one.addr_spec for one in read["From"].addresses] == ["revue@presse.example"]
    shown = read.get_body(("html",))
    assert shown is not None
    assert bones(shown.get_content()) == bones(tame(code))


def _with_markers(part: str) -> str:
    for name in ("unsubscribe_url", "preferences_url"):
        part = part.replace(hole(name), marker(_NONCE, name))
    return part


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [
        ("https://a.ma/\"><script>x</script>", "https://a.ma/%22%3E%3Cscript%3Ex%3C/script%3E"),
        ("https://a.ma/a b\tc\nd", "https://a.ma/a%20b%09c%0Ad"),
        ("https://a.ma/?q='1'&r=<2>", "https://a.ma/?q=%271%27&r=%3C2%3E"),
        ("HTTPS://A.MA/é", "HTTPS://A.MA/%C3%A9"),
        ("javascript:alert(1)//https://a.ma", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("//a.ma/x", None),
        ("https://[::1", None),
        ("file:///etc/passwd", None),
    ],
)  # fmt: skip
def test_an_address_leads_where_it_says_or_nowhere(url: str, leads_to: str | None) -> None:
    given = draft("fr", 1)
    mail = composed(replace(given, items=(replace(given.items[0], url=url),)))
    page = markup.document_fromstring(mail.html)
    links = [link.get("href") for link in page.xpath("//h3//a")]
    assert links == ([leads_to] if leads_to else [])
    assert (leads_to in mail.text.splitlines()) if leads_to else ("a.ma" not in mail.text)


@in_each_language
@pytest.mark.parametrize("count", [1, 2, 100])
def test_an_issue_of_any_size_is_whole(code: str, count: int) -> None:
    mail = composed(draft(code, count))
    page = markup.document_fromstring(mail.html)
    assert len(page.xpath("//h3")) == count
    assert len(page.xpath("//h1")) == 1
    links = set(page.xpath("//h3//a/@href"))
    assert links <= set(mail.text.splitlines())
    assert len(links) == count
    assert {f"article-{at}-" in mail.html for at in (0, count - 1)} == {True}
