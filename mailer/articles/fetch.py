"""The one door for outgoing requests (edge): guarded, bounded in time and size, conditional.

20 s in all, names and redirects included · 5 MB after decompression · 5 redirects
"""

import time
from datetime import datetime
from mimetypes import guess_type

import requests
from urllib3.exceptions import HTTPError

from mailer.articles import local
from mailer.articles.answers import LARGEST, Fetched, TooLarge
from mailer.articles.asking import Hop, Pointer
from mailer.articles.canonical import shown
from mailer.articles.deadline import Lines, within
from mailer.articles.door import Policy, get, open_session
from mailer.articles.schedule import freshness, retry_after
from mailer.errors import N_, FetchError

_POINTS = (301, 302, 303, 307, 308)


def fetch(hop: Hop, *, policy: Policy, now: datetime) -> Fetched | Pointer:
    """What the address answers, whatever its status; FetchError where there is no answer.

    A redirect is not followed here: where it leads is another host, perhaps, with a turn of its
    own.
    """
    if hop.url.startswith("file:"):
        body = local.read(hop.url, allowed=hop.allow_local, limit=LARGEST)
        return Fetched(200, _bounded(body, hop.url), guess_type(hop.url)[0] or "", hop.url)
    lines = Lines()
    try:
        return within(hop.seconds, lines, lambda: _request(hop, policy, now, lines))
    except TimeoutError:
        raise FetchError(
            N_("%(url)s took longer than %(seconds)s seconds. It is tried again later."),
            url=shown(hop.url),
            seconds=round(policy.seconds),
        ) from None


def _request(hop: Hop, policy: Policy, now: datetime, lines: Lines) -> Fetched | Pointer:
    began = time.monotonic()
    with open_session(policy, lines) as session:
        response = get(session, hop.url, hop.headers)
        location = response.headers.get("location", "")
        if response.status_code in _POINTS and location:
            response.close()
            took = time.monotonic() - began
            return Pointer(location, response.status_code in (301, 308), took)
        return _answer(response, hop.url, now)


def _printable(header: str) -> str:
    """The header without the control characters that no database takes."""
    return "".join(char for char in header if char.isprintable())


def _answer(response: requests.Response, url: str, now: datetime) -> Fetched:
    with response:
        body = _body(response, url) if response.status_code == 200 else b""
    named = response.headers
    return Fetched(
        status=response.status_code,
        body=body,
        content_type=named.get("content-type", ""),
        final_url=url,
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


def _too_large(url: str) -> TooLarge:
    return TooLarge(
        N_("%(url)s is larger than %(limit)s MB, so it was not read. Look for a shorter feed."),
        url=shown(url),
        limit=LARGEST // 1_000_000,
    )
