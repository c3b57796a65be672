"""What an article's page says of it (pure, but heavy: meant for the parsing child).

    JSON-LD → OpenGraph and other <meta> → trafilatura

Each answers what the one before it left open. The text is trafilatura's, save where the page's
own `articleBody` is the longer one.
"""

import html
import re
from collections.abc import Collection
from copy import deepcopy
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from mailer.articles import jsonld
from mailer.articles.agency import agency_of, is_agency
from mailer.articles.boilerplate import author_name, without_site_name, without_tails
from mailer.articles.canonical import canonical, registrable_domain
from mailer.articles.charset import decode
from mailer.articles.clean import cut, lines, one_line, plain, visible
from mailer.articles.dates import parse_date
from mailer.articles.facts import PageFacts
from mailer.articles.language import language_of
from mailer.languages import LANGUAGES

_COMMENTS = re.compile(
    r"(?:^|\s)(?:comments?|commentlist|comment-(?:list|meta|body|author|content|text)|disqus_thread)"
    r"(?:\s|$)"
)
_LONGEST_BODY = 60_000
_SHORT_BODY = 400  # characters under which an extraction has missed the text
_LONGEST_LEAD = 500
_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publish-date",
    "sailthru.date",
    "parsely-pub-date",
)
_UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod")
_AUTHOR = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")


def read_page(
    body: bytes,
    *,
    content_type: str,
    url: str,
    hint: str = "",
    enabled: Collection[str] = tuple(LANGUAGES),
) -> PageFacts:
    """What the page in `body`, as it was fetched from `url`, says; empty where it says nothing."""
    tree = _tree(decode(body, content_type))
    if tree is None:
        return PageFacts()
    named = _Named(tree)
    data = jsonld.article(jsonld.documents(tree))
    extracted, found = _extracted(tree, url)
    paragraphs = _paragraphs(data, extracted)
    site = plain(named.first("og:site_name") or jsonld.name(data.get("publisher")))[:200]
    title = _title(named, data, found, site)
    lead = _lead(named, data, [line for line in paragraphs if line != title])
    byline = plain(jsonld.authors(data) or named.author() or found.author or "")[:300]
    language = hint or (tree.get("lang") or "")[:20]
    image = jsonld.image(data) or named.first("og:image", "twitter:image") or found.image or ""
    published = (data.get("datePublished"), *named.all(*_PUBLISHED), found.date)
    return PageFacts(
        title=title,
        lead=lead,
        body="\n".join(paragraphs)[:_LONGEST_BODY],
        author="" if is_agency(byline) else author_name(byline),
        agency=agency_of(byline, paragraphs),
        outlet=site,
        language=language_of(f"{title}\n{lead}", hint=language, enabled=enabled),
        image_url=_absolute(url, image),
        categories=_categories(named, data),
        published_at=_moment(language, *published),
        updated_at=_moment(language, data.get("dateModified"), *named.all(*_UPDATED)),
        canonical_url=_canonical(tree, url),
        paywalled=jsonld.is_paywalled(data) or named.first("article:content_tier") == "locked",
        is_article=bool(data) or named.first("og:type").lower() == "article",
    )


def _tree(text: str) -> HtmlElement | None:
    # A declared encoding would be applied to what is decoded already; XML's makes lxml refuse.
    try:
        return document_fromstring(text.encode("utf-8", "replace"), HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


class _Named:
    """The page's <meta> by their lower-case name or property, the first of each first."""

    def __init__(self, tree: HtmlElement) -> None:
        self._values: dict[str, list[str]] = {}
        for meta in tree.iter("meta"):
            name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
            content = (meta.get("content") or "").strip()
            if name and content:
                self._values.setdefault(name.strip().lower(), []).append(content)

    def first(self, *names: str) -> str:
        """The first value of the first of the names that has one."""
        return next((self._values[name][0] for name in names if name in self._values), "")

    def all(self, *names: str) -> list[str]:
        """Every value of the names, in their order."""
        return [value for name in names for value in self._values.get(name, [])]

    def author(self) -> str:
        """The first author that is no address of a profile."""
        return next((value for value in self.all(*_AUTHOR) if "://" not in value), "")


def _title(named: _Named, data: dict[str, Any], found: Any, site: str) -> str:
    candidates = (
        str(data.get("headline") or ""),
        named.first("og:title", "twitter:title"),
        found.title or "",
    )
    title = next((title for each in candidates if (title := plain(each[:2000]))), "")
    return without_site_name(title, site)[:500]


def _lead(named: _Named, data: dict[str, Any], paragraphs: list[str]) -> str:
    described = (
        str(data.get("description") or ""),
        named.first("og:description", "description", "twitter:description"),
        *paragraphs[:1],
    )
    leads = (without_tails(plain(text[:5000])) for text in described)
    return cut(next((lead for lead in leads if lead), ""), _LONGEST_LEAD)


def _extracted(tree: HtmlElement, url: str) -> tuple[str, Any]:
    """The text that trafilatura finds, and its guesses at `title`, `author`, `date`, `image`."""
    # 0.6 s and 20 MB to load: only where pages are read.
    from trafilatura import bare_extraction, extract_metadata

    told = extract_metadata(_uncommented(tree), default_url=url)
    found = bare_extraction(tree, url=url, include_comments=False, include_tables=False)
    return getattr(found, "text", None) or "", told


def _uncommented(tree: HtmlElement) -> HtmlElement:
    """The page without its readers' comments, whose dates and names are not the article's."""
    found = [each for each in tree.iter() if _is_comment(each)]
    if not found:
        return tree
    bare = deepcopy(tree)
    for each in [each for each in bare.iter() if _is_comment(each)]:
        if each.getparent() is not None:
            each.drop_tree()
    return bare


def _is_comment(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in ("html", "body", "main", "article"):
        return False
    return bool(_COMMENTS.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _paragraphs(data: dict[str, Any], extracted: str) -> list[str]:
    """The text's paragraphs: the extracted ones, or the page's own word where those are few."""
    cleaned = (one_line(visible(line)) for line in html.unescape(extracted).split("\n"))
    found = [line.removeprefix("- ") for line in cleaned if line]
    if sum(map(len, found)) >= _SHORT_BODY:
        return found
    body = data.get("articleBody")
    own = lines(body[:200_000]) if isinstance(body, str) else []
    return own if sum(map(len, own)) > sum(map(len, found)) else found


def _moment(language: str, *values: object) -> datetime | None:
    """The first of the values that is a date."""
    dates = (parse_date(value, language=language) for value in values if isinstance(value, str))
    return next((date for date in dates if date), None)


def _categories(named: _Named, data: dict[str, Any]) -> tuple[str, ...]:
    sections = jsonld.texts(data.get("articleSection")) or named.all("article:section")
    keywords = jsonld.texts(data.get("keywords")) or named.all("article:tag")
    words = [word for text in (*sections, *keywords) for word in text.split(",")]
    cleaned = (plain(word[:300])[:100] for word in words[:100])
    return tuple(dict.fromkeys(word for word in cleaned if word))[:20]


def _canonical(tree: HtmlElement, url: str) -> str:
    """The page's own word for its address, on the same registrable domain only; else its address.

    A site that calls its front page the canonical address of every article is not believed.
    """
    own = canonical(url)
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            named = canonical(_absolute(url, link.get("href") or ""))
            front = urlsplit(named).path == "/" and not urlsplit(named).query
            same = registrable_domain(named) == registrable_domain(own)
            return named if named and same and not front else own
    return own


def _absolute(base: str, address: str) -> str:
    address = one_line(visible(address))
    try:
        joined = urljoin(base, address) if address else ""
    except ValueError:
        return ""
    return joined if joined.startswith(("http://", "https://")) and len(joined) <= 2000 else ""
