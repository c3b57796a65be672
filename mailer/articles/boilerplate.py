"""What publishing systems add to a text and nobody wrote (pure): tails, site names, non-authors."""

import re
import unicodedata

# Patterns are anchored at the end and their gaps are bounded: no text can make them slow.
_TAILS = tuple(
    re.compile(pattern + r"\s*$", re.IGNORECASE)
    for pattern in (
        r"\bThe post .{1,400}? (?:first )?appeared first on .{1,200}",
        r"\bL[’']article .{1,400}? est apparu en premier sur .{1,200}",
        r"\bCet article .{1,400}? est apparu en premier sur .{1,200}",
        r"ظهرت المقالة .{1,400}? أولاً? على .{1,200}",
        r"The post .{1,400}? first appeared on .{1,200}",
        r"[\[(]\s*(?:…|\.\.\.|&hellip;)\s*[\])]",
        r"(?:…|\.\.\.)?\s*\bLire la suite\b\s*[\w’' ]{0,40}[.…»>→]*",
        r"(?:…|\.\.\.)?\s*\b(?:Continue reading|Read more)\b\s*[.…»>→]*",
        r"(?:…|\.\.\.)?\s*(?:اقرأ المزيد|إقرأ المزيد|قراءة المزيد)\s*[.…»←]*",
    )
)
_SUFFIX = re.compile(r"\s+[-–—|·•:»]\s+(?=[^\s])")
_GENERIC = frozenset(
    {
        "redaction",
        "la redaction",
        "redaction web",
        "equipe de redaction",
        "l'equipe de redaction",
        "admin",
        "administrator",
        "administrateur",
        "administrateur du site",
        "webmaster",
        "editor",
        "editorial",
        "editorial team",
        "newsroom",
        "staff",
        "staff writer",
        "web desk",
        "unknown",
        "anonymous",
        "anonyme",
        "author",
        "auteur",
        "user",
        "root",
        "هيئة التحرير",
        "هيية التحرير",
        "التحرير",
        "فريق التحرير",
        "المحرر",
        "ادارة التحرير",
        "ادمن",
        "مدير الموقع",
    }
)
_ADDRESSED = re.compile(r"^\S+@\S+\s*\(([^()]{1,200})\)$|^([^<>]{1,200}?)\s*<\S+@[^<>]+>$")
_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_BY = re.compile(r"^(?:by|par|بقلم|كتب)\s*:?\s+", re.IGNORECASE)


def without_tails(text: str) -> str:
    """The text without "The post … appeared first on …", "[…]", "Lire la suite" and their like."""
    for _ in range(3):  # "… […] Lire la suite" wears two of them
        shorter = text
        for tail in _TAILS:
            # A tail is at the end: nothing further away than this can match.
            start = max(0, len(shorter) - 700)
            shorter = shorter[:start] + tail.sub("", shorter[start:]).rstrip()
        if shorter == text:
            break
        text = shorter
    return text


def without_site_name(title: str, site: str) -> str:
    """The title without a last part equal to the site's name: "Titre – Le Matin", "عنوان | هسبريس".

    A title that is the site's name and nothing else stays.
    """
    parts = list(_SUFFIX.finditer(title))
    if not site or not parts or _folded(title[parts[-1].end() :]) != _folded(site):
        return title
    return title[: parts[-1].start()].rstrip() or title


def author_name(byline: str) -> str:
    """The person in a byline; empty for "Rédaction", "Admin", an address, or the site itself."""
    found = _ADDRESSED.match(byline)
    name = next((group for group in found.groups() if group), "") if found else byline
    name = _BY.sub("", _ADDRESS.sub("", name)).strip(" ,;-–—()\"'")
    return "" if _folded(name) in _GENERIC else name[:200]


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    return "".join(char for char in folded if not unicodedata.combining(char)).strip()
