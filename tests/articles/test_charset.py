import codecs

import pytest

from mailer.articles.charset import decode

ARABIC = "افتتاح مقر مجلس الجالية المغربية بالخارج في الرباط أمس الأربعاء"
FRENCH = "« L’été à Rabat » : les Marocains du monde et leur cœur, Noël déjà, où – 5 €"


def document(text: str, declared: str = "") -> str:
    encoding = f' encoding="{declared}"' if declared else ""
    return f'<?xml version="1.0"{encoding}?><rss><title>{text}</title></rss>'


@pytest.mark.parametrize(
    ("text", "declared", "http", "real"),
    [
        (ARABIC, "windows-1256", "", "cp1256"),
        (ARABIC, "windows-1256", "text/xml; charset=ISO-8859-1", "cp1256"),
        (ARABIC, "", "text/xml; charset=windows-1256", "cp1256"),
        (ARABIC, "iso-8859-1", "text/xml; charset=iso-8859-1", "utf-8"),
        (FRENCH, "ISO-8859-1", "", "cp1252"),
        (FRENCH, "utf-8", "", "cp1252"),
        (FRENCH, "utf-8", "text/xml; charset=windows-1252", "cp1252"),
        (FRENCH, "", "text/xml", "utf-8"),
        (FRENCH, "utf-16", "", "utf-8"),
        (FRENCH, "no-such-charset", "", "utf-8"),
        (FRENCH, "rot13", "", "utf-8"),
        ("加西公社温哥华", "gb2312", "", "gb18030"),
        ("日本語のニュース", "iso-2022-jp", "", "iso-2022-jp"),
        (ARABIC, "utf-16", "", "utf-16-le"),
        (ARABIC, "utf-16", "", "utf-16-be"),
        (ARABIC, "utf-32", "", "utf-32-le"),
    ],
)
def test_a_document_is_read_whatever_it_declares(
    text: str, declared: str, http: str, real: str
) -> None:
    body = document(text, declared).encode(real)
    assert text in decode(body, http)


@pytest.mark.parametrize(
    ("mark", "real"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_wins_and_goes(mark: bytes, real: str) -> None:
    body = mark + document(ARABIC, "windows-1256").encode(real)
    assert decode(body, "text/xml; charset=latin-1").startswith("<?xml")


def test_a_few_broken_bytes_cost_a_few_characters() -> None:
    body = document(ARABIC + FRENCH, "utf-8").encode().replace("é".encode(), b"\xe9", 1)
    text = decode(body)
    assert ARABIC in text
    assert text.count("\ufffd") == 1


def test_an_undeclared_charset_is_guessed() -> None:
    long = " ".join([ARABIC] * 5)
    assert ARABIC in decode(document(long).encode("cp1256"))
