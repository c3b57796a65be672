"""The characters of a document whose encoding is declared here, there, wrongly, or nowhere (pure).

Three voices name an encoding: the HTTP header, the XML declaration, and the bytes themselves. The
bytes are asked first, because they cannot be misconfigured: a text with other than ASCII that
decodes as strict UTF-8 is UTF-8. Then the declaration inside the document, which travels with it,
then the header, which is often a server's default for all its files, then a guess.
"""

import codecs
import re

_BOMS = (  # the longer first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# "<?" or "<r" without a mark, as XML 1.0 appendix F reads it.
_WIDE = (
    (re.compile(rb"<\0\0\0[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{]\0[^\0]"), "utf-16-be"),
)
# What the names mean on the web (WHATWG Encoding Standard): the larger set of the same family.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE
)
_HTTP = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_TEXT_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>\s*")


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`, without a byte order mark; never fails, replaces what cannot be read."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for pattern, encoding in _WIDE:
        if pattern.match(body):
            return body.decode(encoding, "replace")
    declared = [name for name in (_declared(body), _http(content_type)) if name]
    # ISO-2022 hides its letters in ASCII, so strict UTF-8 would take it for English.
    candidates = declared if "iso2022" in "".join(declared) else ["utf-8", *declared]
    for encoding in candidates:
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, ValueError):
            continue
    return _guessed(body, declared)


def without_declaration(text: str) -> str:
    """The text without its XML declaration, whose encoding is no longer true once decoded."""
    return _TEXT_DECLARATION.sub("", text, count=1)


def _declared(body: bytes) -> str:
    head = body[:2000]
    found = _DECLARED.search(head) or _META.search(head)
    return _known(found.group(1).decode("ascii")) if found else ""


def _http(content_type: str) -> str:
    found = _HTTP.search(content_type)
    return _known(found.group(1)) if found else ""


def _known(name: str) -> str:
    """Python's name for the encoding; empty for one that does not exist or is no charset.

    A wide encoding that is only declared was refuted by the bytes already: no mark, no zeros.
    """
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # `rot13` and `base64` are codecs, but not of text
    except (LookupError, ValueError, TypeError):
        return ""
    if found.name.startswith(("utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode", "raw")):
        return ""
    return _MEANT.get(found.name, found.name)


def _guessed(body: bytes, declared: list[str]) -> str:
    """The text when every strict reading failed.

    A few bad bytes in UTF-8 (a cut download, a pasted quote) are replaced; where more than one in
    ten of the non-ASCII bytes is bad, the document is in something else.
    """
    high = sum(1 for byte in body if byte > 127)
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 10 <= high:
        return text
    fitting = next((name for name in declared if name != "utf-8"), "")
    if fitting:
        return body.decode(fitting, "replace")
    return body.decode(_family(body, high), "replace")


def _family(body: bytes, high: int) -> str:
    """The likeliest of the one-byte charsets, by the share of its letters.

    Ours are the likeliest: Arabic fills windows-1256 with Arabic letters, while the accents of
    French or English are one letter in five at most. Any other is left to a detector.
    """
    arabic = sum(1 for char in body.decode("cp1256") if "\u0600" <= char <= "\u06ff")
    if arabic >= 0.8 * high:
        return "cp1256"
    letters = sum(1 for byte in body if chr(byte).isalpha())
    if 5 * high <= letters:
        return "cp1252"
    from charset_normalizer import from_bytes  # 20 ms to load, and seldom needed

    best = from_bytes(body[:200_000]).best()
    return best.encoding if best else "cp1252"
