"""How a visit asks for what it needs (pure): it yields an Ask and is resumed with the answer.

So a visit reads as the plain sequence it is, and whoever carries it out decides when each request
may go: one at a time, or hundreds of visits side by side, each host in its turn (`errands.py`).

    answer = yield Ask(url)             a Fetched, whatever its status; a FetchError is raised here
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urljoin

from mailer.articles.answers import Fetched
from mailer.articles.canonical import shown
from mailer.errors import N_, FetchError

REDIRECTS = 5

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Ask:
    """One address whose answer is wanted.

    `etag` and `last_modified` make the request conditional, so a 304 may come. A `file://`
    address is read from the disk where `allow_local` says so.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    allow_local: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """One request to one host: an Ask, or where a redirect led it. `seconds` is all it may take."""

    url: str
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)
    allow_local: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """A redirect: where to, whether for good, and the seconds it took to say so."""

    location: str
    permanent: bool
    took: float


Asking = Generator[Ask, Fetched, _T]
Hops = Generator[Hop, Fetched | Pointer, _T]


def hops(asking: Asking[_T], seconds: float) -> Hops[_T]:
    """The visit as single requests, redirects followed; each Ask has `seconds` for all of its."""
    try:
        ask = next(asking)
        while True:
            try:
                answer = yield from followed(ask, seconds)
            except FetchError as refusal:
                ask = asking.throw(refusal)
            else:
                ask = asking.send(answer)
    except StopIteration as end:
        result: _T = end.value
        return result


def followed(ask: Ask, seconds: float) -> Hops[Fetched]:
    """One Ask as requests, the answer's `moved_to` set where all redirects were permanent."""
    conditions = {"If-None-Match": ask.etag, "If-Modified-Since": ask.last_modified}
    headers = {name: value for name, value in conditions.items() if value}
    target, permanent, allow_local = ask.url, True, ask.allow_local
    for _ in range(REDIRECTS + 1):
        answer = yield Hop(target, seconds, headers, allow_local)
        if isinstance(answer, Fetched):
            moved = permanent and target != ask.url and answer.status in (200, 304)
            return replace(answer, moved_to=target if moved else "")
        seconds = max(0.0, seconds - answer.took)
        permanent = permanent and answer.permanent
        target, allow_local = _joined(target, answer.location), False
    raise FetchError(
        N_("%(url)s redirects more than %(limit)s times. Check the address in a browser."),
        url=shown(ask.url),
        limit=REDIRECTS,
    )


def _joined(url: str, location: str) -> str:
    # Header bytes are UTF-8 in practice, and were read as Latin-1.
    named = location.encode("latin-1", "replace").decode("utf-8", "replace")
    named = "".join(char for char in named if char.isprintable())
    try:
        target = urljoin(url, named)
    except ValueError:
        target = named
    if not target.lower().startswith(("http://", "https://")):  # a redirect into our own disk
        raise FetchError(
            N_("%(url)s redirects to %(target)s, which is not on the web. Check it in a browser."),
            url=shown(url),
            target=target[:200],
        )
    return target
