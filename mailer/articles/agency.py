"""The news agency a text comes from, named in its byline, dateline or last line (pure)."""

import re

# How each agency signs itself, in the scripts of our three languages. Case matters: "AP" and
# "MAP" are signatures, "ap" and "map" are words.
_SIGNS: dict[str, tuple[str, ...]] = {
    "MAP": ("MAP", r"و\s?\.?\s?م\s?\.?\s?ع\.?", "وكالة المغرب العربي للأنباء", "لاماب"),
    "AFP": ("AFP", r"أ\s?\.?\s?ف\s?\.?\s?ب\.?", "فرانس برس", "وكالة الأنباء الفرنسية"),
    "EFE": ("EFE", "إفي", "وكالة إفي"),
    "Reuters": ("Reuters", "REUTERS", "رويترز"),
    "AP": ("AP", "(?<!Australian )Associated Press", "أسوشيتد برس"),
    "APS": ("APS", "وكالة الأنباء الجزائرية"),
    "TAP": ("TAP", "وكالة تونس إفريقيا للأنباء"),
    "ANSA": ("ANSA",),
    "Belga": ("Belga", "BELGA"),
    "DPA": ("DPA", "dpa", r"د\s?\.?\s?ب\s?\.?\s?أ\.?"),
}
_OF = {name: re.compile("|".join(signs)) for name, signs in _SIGNS.items()}
# A sign stands alone, never within a word.
_SIGN = r"(?<!\w)((?:" + "|".join(sign for signs in _SIGNS.values() for sign in signs) + r"))(?!\w)"
_BYLINE = re.compile(_SIGN)
# "RABAT, 12 mai (MAP) – …", "الرباط - (و م ع) …", "PARIS (Reuters) -", "Rabat – MAP – …"
_DATELINE = re.compile(rf"^[^.!?()]{{0,60}}(?:[(\[]\s*{_SIGN}\s*[)\]]|[-–—/]\s*{_SIGN}\s*[-–—:])")
_WITH = r"(?i:avec|with|from|par|by|sources?|المصدر|عن)"
_LAST = re.compile(rf"^[\s(\[–—-]*(?:{_WITH}\s*:?\s*(?:[lL][’'])?)?{_SIGN}[\s)\].]*$")
_ENDING = re.compile(
    rf"(?:[(\[]\s*(?:{_WITH}\s*:?\s*(?:[lL][’'])?)?{_SIGN}\s*[)\]]|"
    rf"(?i:\b(?:avec|source\s*:|المصدر\s*:))\s*(?:[lL][’'])?{_SIGN})[\s.]*$"
)


def agency_of(byline: str, text_lines: list[str]) -> str:
    """The agency's short name ("MAP", "AFP", …), or empty.

    `text_lines` are the lines of the text, first to last.
    """
    found = _BYLINE.search(byline)
    if not found and text_lines:
        found = _DATELINE.match(text_lines[0][:120]) or _in_last(text_lines[-1])
    return _name(found) if found else ""


def is_agency(byline: str) -> bool:
    """Does the byline name an agency and nobody else?"""
    return bool(_LAST.match(byline))


def _in_last(line: str) -> re.Match[str] | None:
    whole = _LAST.match(line) if len(line) <= 60 else None
    return whole or _ENDING.search(line[-60:])


def _name(found: re.Match[str]) -> str:
    sign = next(group for group in found.groups() if group)
    return next(name for name, pattern in _OF.items() if pattern.fullmatch(sign))
