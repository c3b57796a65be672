"""The one door for outgoing requests (edge): guarded, bounded in time and size, conditional.

20 s in all, names and redirects included · 5 MB after decompression · 5 redirects
"""

from datetime import datetime
from mimetypes import guess_type
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from mailer.articles import local
from mailer.articles.answers import LARGEST, Fetched
from mailer.articles.canonical import shown
from mailer.articles.deadline import Lines, within
from mailer.articles.door import Policy, get, open_session
from mailer.articles.schedule import freshness, retry_after
from mailer.errors import N_, FetchError

_REDIRECTS = 5


def fetch(
    url: str,
    *,
    policy: Policy,
    now: datetime,
    etag: str = "",
    last_modified: str = "",
    allow_local: bool = False,
) -> Fetched:
    """What `url` answers, whatever its status; FetchError where there is no answer to be had.

    `etag` and `last_modified` make the request conditional, so a 304 may come. A `file://`
    address is read from the disk where `allow_local` says so.
    """
    if url.startswith("file:"):
        body = local.read(url, allowed=allow_local, limit=LARGEST)
        return Fetched(200, _bounded(body, url), guess_type(url)[0] or "", url)
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in conditions.items() if value}
    lines = Lines()
    try:
        return within(policy.seconds, lines, lambda: _follow(url, headers, policy, now, lines))
    except TimeoutError:
        raise FetchError(
            N_("%(url)s took longer than %(seconds)s seconds. It is tried again later."),
            url=shown(url),
            seconds=round(policy.seconds),
        ) from None


def _follow(
    url: str, headers: dict[str, str], policy: Policy, now: datetime, lines: Lines
) -> Fetched:
    permanent = True
    target = url
    with open_session(policy, lines) as session:
        for _ in range(_REDIRECTS + 1):
            response = get(session, target, headers)
            location = response.headers.get("location", "")
            if response.status_code not in (301, 302, 303, 307, 308) or not location:
                return _answer(response, target, target if permanent and target != url else "", now)
            response.close()
            permanent = permanent and response.status_code in (301, 308)
            target = _joined(target, location)
    raise FetchError(
        N_("%(url)s redirects more than %(limit)s times. Check the address in a browser."),
        url=shown(url),
        limit=_REDIRECTS,
    )


def _joined(url: str, location: str) -> str:
    # Header bytes are UTF-8 in practice, and were read as Latin-1.
    named = _printable(location.encode("latin-1", "replace").decode("utf-8", "replace"))
    try:
        return urljoin(url, named)
    except ValueError:
        return named  # and is refused as no address


def _printable(header: str) -> str:
    """The header without the control characters that no database takes."""
    return "".join(char for char in header if char.isprintable())


def _answer(response: requests.Response, url: str, moved_to: str, now: datetime) -> Fetched:
    with response:
        body = _body(response, url) if response.status_code == 200 else b""
    named = response.headers
    return Fetched(
        status=response.status_code,
        body=body,
        content_type=named.get("content-type", ""),
        final_url=url,
        moved_to=moved_to if response.status_code in (200, 304) else "",
        etag=_printable(named.get("etag", ""))[:1000],
        last_modified=_printable(named.get("last-modified", ""))[:100],
        fresh_for=freshness(named.get("cache-control", ""), named.get("expires", ""), now),
        retry_after=retry_after(named.get("retry-after", ""), now),
    )


def _body(response: requests.Response, url: str) -> bytes:
    """The decoded body, read piece by piece: a compressed bomb is left when it passes the limit."""
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in response.raw.stream(65536, decode_content=True):
            size += len(piece)
            if size > LARGEST:
                raise _too_large(url)
            pieces.append(piece)
    except (HTTPError, OSError) as error:
        raise FetchError(
            N_("%(url)s broke off in the middle. It is tried again later."), url=shown(url)
        ) from error
    return b"".join(pieces)


def _bounded(body: bytes, url: str) -> bytes:
    if len(body) > LARGEST:
        raise _too_large(url)
    return body


def _too_large(url: str) -> FetchError:
    return FetchError(
        N_("%(url)s is larger than %(limit)s MB, so it was not read. Look for a shorter feed."),
        url=shown(url),
        limit=LARGEST // 1_000_000,
    )
