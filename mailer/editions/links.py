"""Addresses as they may stand in a mail (pure)."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

#: Gives the marker that a reader's own value of this name replaces when the mail is sent.
Hole = Callable[[str], str]

# RFC 3986 reserved and unreserved characters, and "%" for what is escaped already. Quotes and
# brackets are escaped: they end an attribute or an autolinked line.
_KEPT = "-._~:/?#[]@!$&()*+,;=%"


def web_link(url: str) -> str:
    """`url` in ASCII without spaces when it is http or https with a host, else an empty string.

    So a `javascript:` address out of a feed becomes no link at all.
    """
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return quote(url.strip(), safe=_KEPT) if usable else ""


def host(url: str) -> str:
    """The name readers know a site by: `lematin.ma` of `https://www.lematin.ma/a`."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.").removeprefix("m.")
