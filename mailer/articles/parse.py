"""From the bytes of a feed to cleaned entries (pure).

    gunzip → decode → JSON: WordPress, JSON Feed
                   └→ cut to the root → refuse entities → feedparser → fastfeedparser
                                     └→ a web page: name its feeds

Meant to run in a child process with limits (`child.py`): the libraries below it are large, and
what they read is anybody's.
"""

import json
import re
import zlib
from collections.abc import Collection
from datetime import datetime
from urllib.parse import urljoin

from mailer.articles import jsonfeed, wordpress, xmlfeed
from mailer.articles.agency import agency_of, is_agency
from mailer.articles.answers import LARGEST
from mailer.articles.autodiscovery import WebPage, is_page, named
from mailer.articles.boilerplate import author_name, without_site_name, without_tails
from mailer.articles.canonical import canonical, host_of
from mailer.articles.charset import decode, without_declaration
from mailer.articles.clean import cut, lines, one_line, plain, visible
from mailer.articles.dates import parse_date, plausible
from mailer.articles.feed import Entry, ParsedFeed, RawEntry, RawFeed
from mailer.articles.language import language_of
from mailer.articles.title_key import title_key
from mailer.errors import N_, ParseError
from mailer.languages import LANGUAGES

MOST_ENTRIES = 1000  # of one visit; the longest honest feed measured has 200
_LONGEST_MARKUP = 200_000  # characters of one entry that are looked at
_ROOT = re.compile(r"<\?xml[\s?]|<(?:\w+:)?(?:rss|feed)[\s>]|<rdf:RDF[\s>]", re.IGNORECASE)
_ADDRESS_ALONE = re.compile(r"https?://\S+")
_ENTITIES = re.compile(r"<!ENTITY", re.IGNORECASE)


def parse(
    body: bytes,
    *,
    content_type: str,
    url: str,
    hint: str = "",
    enabled: Collection[str] = tuple(LANGUAGES),
) -> ParsedFeed:
    """The feed in `body` as it was fetched from `url`.

    `hint` is the source's language, `enabled` the languages that texts are told apart among.
    Raises ParseError, whose sentence names the feeds of a web page that came instead.
    """
    text = decode(_gunzipped(body, url), content_type).lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise ParseError(N_("%(url)s answered with nothing. Check the address."), url=url)
    raw = _read_json(text, url) if text.startswith(("{", "[")) else _read_xml(text, url)
    return _cleaned(raw, url, hint or raw.language, enabled)


def _gunzipped(body: bytes, url: str) -> bytes:
    """The body without the gzip around it, however often; ParseError for one that swells."""
    for _ in range(2):
        if not body.startswith(b"\x1f\x8b"):
            break
        try:
            body = zlib.decompressobj(31).decompress(body, LARGEST + 1)
        except zlib.error as error:
            raise ParseError(
                N_("%(url)s is a damaged gzip file. Try again later."), url=url
            ) from error
    if len(body) > LARGEST:
        raise ParseError(
            N_("%(url)s is larger than %(limit)s MB, so it was not read. Look for a shorter feed."),
            url=url,
            limit=LARGEST // 1_000_000,
        )
    return body


def _read_json(text: str, url: str) -> RawFeed:
    """What a WordPress says, else a JSON Feed."""
    try:
        found = wordpress.read(json.loads(text))
    except (ValueError, RecursionError):
        found = None  # and is told as what it is not
    return found or jsonfeed.read(text, url)


def _read_xml(text: str, url: str) -> RawFeed:
    if _ENTITIES.search(text):
        raise ParseError(
            N_("%(url)s declares XML entities, which can be a trap, so it was not read."), url=url
        )
    root = _ROOT.search(text)
    found = xmlfeed.read(without_declaration(text[root.start() :]), url) if root else None
    if found is None:
        raise _no_feed(text, url)
    return found


def _no_feed(text: str, url: str) -> ParseError:
    if not is_page(text):
        return ParseError(
            N_("%(url)s is neither RSS, Atom nor JSON Feed. Check the address."), url=url
        )
    found = named(text, url)
    if not found.feeds:
        return WebPage(
            N_("%(url)s is a web page and names no feed. Look on the site for “RSS” or “flux”."),
            url=url,
            places=[],
            api=found.api,
        )
    return WebPage(
        N_("%(url)s is a web page, not a feed. Add the feed that it names instead: %(feeds)s"),
        url=url,
        feeds=" ".join(found.feeds),
        places=found.feeds,
        api=found.api,
    )


def _cleaned(raw: RawFeed, url: str, hint: str, enabled: Collection[str]) -> ParsedFeed:
    title = plain(raw.title[:1000])[:200]
    kept = raw.entries[:MOST_ENTRIES]
    return ParsedFeed(
        title=title,
        language=raw.language[:20],
        ttl_minutes=raw.ttl_minutes,
        entries=tuple(_entry(entry, url, title, hint, enabled) for entry in kept),
        dropped=len(raw.entries) - len(kept),
    )


def _entry(raw: RawEntry, base: str, site: str, hint: str, enabled: Collection[str]) -> Entry:
    body = _paragraphs(raw.content or raw.summary)
    lead = _lead(raw, body)
    outlet = plain(raw.outlet[:1000])[:200]
    title = without_site_name(plain(raw.title[:2000]), outlet or site)[:500] or cut(lead, 90)
    byline = plain(raw.author[:1000])
    address = _absolute(base, raw.url)
    identity = canonical(address)
    language = (
        raw.language
        if raw.language in enabled
        else language_of(f"{title}\n{lead}", hint=hint, enabled=enabled)
    )
    return Entry(
        guid=one_line(visible(raw.guid)),
        url=address,
        canonical_url=identity,
        title=title,
        lead=lead,
        body="\n".join(body)[:20_000],
        author="" if is_agency(byline) else author_name(byline),
        agency=agency_of(byline, body),
        outlet=outlet or _gathered_from(address, identity) or site or host_of(address),
        language=language,
        image_url=_absolute(base, raw.image_url),
        categories=_categories(raw.categories),
        published_at=_moment(raw.published, language) or _moment(raw.updated, language),
        updated_at=_moment(raw.updated, language),
        title_key=title_key(title),
    )


def _categories(raw: tuple[str, ...]) -> tuple[str, ...]:
    """The outlet's own words for what it is about, cleaned, each once, at most twenty."""
    named = (plain(name[:300])[:100] for name in raw[:100])
    return tuple(dict.fromkeys(name for name in named if name))[:20]


def _gathered_from(address: str, identity: str) -> str:
    """The outlet behind a redirector's link: a search alert's feed is not the outlet."""
    host = host_of(identity)
    return host if host != host_of(address) else ""


def _lead(raw: RawEntry, body: list[str]) -> str:
    summary = _paragraphs(raw.summary) if raw.content else body
    for text in (" ".join(summary), " ".join(body)):
        lead = without_tails(text)
        if lead:
            return cut(lead, 500)
    return ""


def _paragraphs(markup: str) -> list[str]:
    """The lines of a text, but for those that are an address and nothing else.

    The tails of the last ones, which no person wrote, are cut off.
    """
    found = [line for line in lines(markup[:_LONGEST_MARKUP]) if not _ADDRESS_ALONE.fullmatch(line)]
    while found and not (last := without_tails(found[-1])):
        found.pop()
    return [*found[:-1], last] if found else []


def _absolute(base: str, address: str) -> str:
    """The address, absolute, as a mail can carry it; empty when it is none or not http(s)."""
    address = one_line(visible(address))
    try:
        joined = urljoin(base, address) if address else ""
    except ValueError:
        return ""
    return joined if joined.startswith(("http://", "https://")) and len(joined) <= 2000 else ""


def _moment(value: str | datetime | None, language: str) -> datetime | None:
    return parse_date(value, language=language) if isinstance(value, str) else plausible(value)
