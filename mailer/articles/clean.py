"""Text out of what feeds call text (pure): no tags, no entities, no control characters, NFC."""

import html
import re
import unicodedata

import ftfy
import nh3

_BLOCKS = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figure|figcaption|section|"
    r"article|header|footer|hr|dd|dt|pre)\b)",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"<(?=(?:/p|/div|br|/li|/h[1-6]|/tr|/blockquote)\b)", re.IGNORECASE)
_ESCAPED_TWICE = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});|</?[a-zA-Z][^<>]{0,500}>"
)
# UTF-8 read as windows-1252: é as Ã©, ’ as â€™, « as Â«, Arabic as Ø§ Ù„.
_MOJIBAKE = re.compile(
    r"Ã[\u0080-\u00bf\u0152-\u0192\u2013-\u2122]|Â[\u0080-\u00bf]|â€|â\u0080|"
    r"[ØÙ][\u0080-\u00bf\u0152-\u0192\u2013-\u2122]"
)
_SPACES = re.compile(r"\s+")
_KEPT_SPACES = {"\u00a0", "\u202f"}  # one of them before « : » is French typography
# Joiners change how Persian words and emoji are drawn; every other invisible sign only misleads.
_KEPT_FORMATS = {"\u200c", "\u200d"}


def plain(markup: str) -> str:
    """One line of text from HTML or text; entities unescaped twice, as titles need it."""
    return one_line(_text(markup))


def lines(markup: str) -> list[str]:
    """The lines of a text as its paragraphs and breaks cut it; none of them empty."""
    text = _text(_BREAKS.sub("\n<", markup))
    return [line for line in (one_line(piece) for piece in text.split("\n")) if line]


def one_line(text: str) -> str:
    """The text with its runs of space collapsed; a lone no-break space stays."""
    return _SPACES.sub(_one_space, text).strip()


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word and marked with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    kept = head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head
    return kept.rstrip(" ,;:،؛–-") + "…"


def visible(text: str) -> str:
    """The text in NFC without control, private-use, surrogate and misleading format characters."""
    kept = "".join(char for char in text if _is_visible(char))
    return unicodedata.normalize("NFC", kept)


def _text(markup: str) -> str:
    text = _stripped(markup)
    if _ESCAPED_TWICE.search(text):  # `&amp;eacute;`, `&lt;b&gt;`
        text = _stripped(html.unescape(text))
    if _MOJIBAKE.search(text):
        text = ftfy.fix_encoding(text)
    return visible(text)


def _stripped(markup: str) -> str:
    if "<" not in markup:
        return html.unescape(markup)
    spaced = _BLOCKS.sub(" <", markup)
    return html.unescape(nh3.clean(spaced, tags=set(), attributes={}, link_rel=None))


def _one_space(run: re.Match[str]) -> str:
    return run.group() if run.group() in _KEPT_SPACES else " "


def _is_visible(char: str) -> bool:
    return char.isprintable() or char.isspace() or char in _KEPT_FORMATS
