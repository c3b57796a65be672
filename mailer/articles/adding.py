"""Adding a source (verb)."""

from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from django.db import IntegrityError, transaction
from django.utils import timezone

from mailer.articles import wordpress
from mailer.articles.canonical import DEFAULT_PORTS, ascii_host, shown
from mailer.articles.models import Kind, Rights, Source
from mailer.errors import N_, Refused
from mailer.languages import known

_FEED_SCHEMES = {"feed", "rss"}  # as buttons "subscribe" write them
_LONGEST = 2000  # bytes; a unique index of PostgreSQL takes 2,704


class KnownAlready(Refused):
    """The address is a source's already."""


def add_source(
    url: str,
    *,
    title: str = "",
    language: str = "",
    rights: str = Rights.QUOTE,
    weight: int = 1,
    allow_local: bool = False,
    interval_minutes: int = 60,
    now: datetime | None = None,
) -> Source:
    """A new source, due at once; a WordPress's where the address is that of its interface.

    Refused when the address is no http(s) one (a `file://` one is let in by `allow_local`), when
    it is a source already, or when the language is none of ours.
    """
    address = normalised(url, allow_local=allow_local)
    posts = wordpress.endpoint(address)
    if language and not known(language):
        raise Refused(
            N_("“%(language)s” is none of the languages in use. Choose fr, ar or en."),
            language=language,
        )
    hint = known(language)
    source = Source(
        url=posts or address,
        kind=Kind.WORDPRESS if posts else Kind.FEED,
        title=title.strip()[:300],
        language=hint.code if hint else "",
        rights=rights,
        weight=weight,
        allow_local=allow_local and address.startswith("file:"),
        interval_minutes=interval_minutes,
        next_fetch_at=now or timezone.now(),
    )
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise _known_already(source.url) from None
    return source


def normalised(url: str, *, allow_local: bool = False) -> str:
    """The address of a source as it is stored: with a scheme, a lower-case host, no fragment.

    Unlike an article's canonical address it keeps its user and its whole query: they may be what
    the publisher lets in.
    """
    text = "".join(url.split())
    if text.partition(":")[0].lower() in _FEED_SCHEMES:
        text = text.partition(":")[2]
        text = "http:" + text if text.startswith("//") else text
    elif "://" not in text:
        if "." not in text.partition("/")[0]:
            raise _no_address(url)
        text = "https://" + text
    try:
        parts = urlsplit(text)
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        raise _no_address(url) from None
    if parts.scheme == "file":
        return _local(text, allow_local)
    if parts.scheme not in ("http", "https") or not host or len(text.encode()) > _LONGEST:
        raise _no_address(url)
    user = parts.netloc.rpartition("@")[0]
    is_default = port in (None, DEFAULT_PORTS[parts.scheme])
    place = host if is_default else f"{host}:{port}"
    netloc = f"{user}@{place}" if user else place
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def _local(url: str, allow_local: bool) -> str:
    if not allow_local:
        raise Refused(
            N_("%(url)s is a file of this machine. Add it with --allow-local if it is meant."),
            url=url,
        )
    return url


def _no_address(url: str) -> Refused:
    return Refused(
        N_("“%(url)s” is no http or https address. Copy it from the browser."),
        url=shown(url)[:200] if "[" not in url else url[:200],
    )


def _known_already(url: str) -> KnownAlready:
    source = Source.objects.filter(url=url).first()
    return KnownAlready(
        N_("%(url)s is a source already: number %(number)s."),
        url=shown(url),
        number=source.pk if source else 0,
    )
