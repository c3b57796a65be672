"""The canonical form of an address (pure): what two links to one article have in common.

Lower-case host, upper-case escapes, no default port, no fragment, no user, known tracking keys
dropped, redirectors unwrapped. What is not known for tracking is kept: `?p=1609` is an identity.
`canonical(canonical(url)) == canonical(url)` for every text.
"""

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit, urlunsplit

LONGEST_URL = 2000  # bytes; a unique index of PostgreSQL takes 2,704

_TRACKING_PREFIXES = ("utm_", "mtm_", "at_", "mc_")
_TRACKING = frozenset(
    {
        *("xtor", "wt_mc", "wt_zmc", "traffic_source", "srsltid", "ocid", "ftag", "spm"),
        *("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "yclid", "igshid"),
        *("ref_src", "mkt_tok", "_hsenc", "_hsmi", "oly_enc_id", "vero_id", "s_cid", "ncid"),
        *("pk_campaign", "pk_kwd", "pk_source", "pk_medium", "ns_campaign", "ns_mchannel"),
    }
)
DEFAULT_PORTS = {"http": 80, "https": 443}
_GOOGLE = re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}\Z")
_OUTLOOK = ".safelinks.protection.outlook.com"
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]"
)


def canonical(url: str) -> str:
    """The canonical address, ASCII only; empty when it is not http(s), has no host, or is too long.

    An international host name becomes its IDNA form, other letters become their escapes.
    """
    target = _trimmed(url)
    while True:
        parts = _split(target)
        if not parts:
            return ""
        scheme, host, port, path, query = parts
        inner = _unwrapped(host, path, query)
        if not inner:
            break
        target = inner  # shorter than what held it, so this ends
    netloc = host if port in (None, DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    kept = "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))
    result = f"{scheme}://{netloc}{_escaped(path) or '/'}" + (f"?{_escaped(kept)}" if kept else "")
    return result if len(result) <= LONGEST_URL else ""


def host_of(url: str) -> str:
    """The host of an address, lower-case, without "www."; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def registrable_domain(url: str) -> str:
    """What its owner registered: `lematin.co.ma` of `www.lematin.co.ma`; an address is its own."""
    from tld import get_fld  # 10 MB of public suffixes: only where pages are read

    host = host_of(url)
    return get_fld(f"https://{host}/", fail_silently=True) or host if host else ""


def ascii_host(host: str) -> str:
    """The host as it goes over the wire: IDNA, lower-case, IPv6 in brackets; empty for no host."""
    host = host.rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return name.lower() if re.fullmatch(r"[A-Za-z0-9._-]{1,253}", name) else ""


def shown(url: str) -> str:
    """The URL as a sentence or a log may show it: without a user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _trimmed(url: str) -> str:
    return _UNSEEN.sub("", url).strip()


def _split(url: str) -> tuple[str, str, int | None, str, str] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = ascii_host(parts.hostname or "")
    if parts.scheme not in DEFAULT_PORTS or not host:
        return None
    return parts.scheme, host, port, parts.path, parts.query


def _unwrapped(host: str, path: str, query: str) -> str:
    """The address inside a redirector's; empty when this is none."""
    if _GOOGLE.match(host) and path == "/url":
        names = ["url", "q"]
    elif host.endswith(_OUTLOOK):
        names = ["url"]
    else:
        return ""
    try:
        values = parse_qs(query, max_num_fields=50)
    except ValueError:
        return ""
    found = next((values[name][0] for name in names if name in values), "")
    inner = _trimmed(found)
    return inner if inner.lower().startswith(("http://", "https://")) and _split(inner) else ""


def _is_tracking(pair: str) -> bool:
    key = unquote(pair.partition("=")[0]).lower()
    return key in _TRACKING or key.startswith(_TRACKING_PREFIXES)


def _escaped(text: str) -> str:
    encoded = quote(text.encode("utf-8", "replace"), safe=_SAFE)
    return _ESCAPE.sub(lambda found: found.group().upper(), encoded)
