"""The guarded session that every outgoing request uses (edge), and how it says what went wrong."""

import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests_hardened import Config, HTTPSession

from mailer.articles.canonical import shown
from mailer.articles.deadline import Lines
from mailer.articles.guard import Allowed, GuardedAdapter
from mailer.errors import N_, FetchError

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)


#: Said of a name that no address belongs to.
NO_HOST = N_("There is no host named %(host)s. Check the address.")


@dataclass(frozen=True, slots=True)
class Policy:
    """How this installation fetches: who it says it is, its exceptions, and its patience."""

    user_agent: str
    allowed: tuple[Allowed, ...] = ()
    seconds: float = 20.0


class _Session(HTTPSession):  # type: ignore[misc]  # the library has no types
    """A session that follows no redirect by itself, not even half-way.

    requests reads the whole body of a redirect to free its connection, however large it is.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        del resp
        return None


def open_session(policy: Policy, lines: Lines) -> requests.Session:
    """A session that reaches only what `policy` lets it, over connections that `lines` can cut."""
    config = Config(
        ip_filter_enable=True,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(policy.seconds, policy.seconds),
        user_agent_override=policy.user_agent,
    )
    session = _Session(config)
    session.trust_env = False  # a proxy would resolve names behind the guard's back
    for scheme in ("http", "https"):
        session.mount(f"{scheme}://", _WatchedAdapter(scheme, policy.allowed, lines))
    return session


class _WatchedAdapter(GuardedAdapter):
    """A guarded adapter whose connections can be cut."""

    def __init__(self, scheme: str, allowed: tuple[Allowed, ...], lines: Lines) -> None:
        super().__init__(scheme, allowed)
        self._lines = lines

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        lines, plain = self._lines, pool.ConnectionCls

        class Watched(plain):  # type: ignore[misc,valid-type]  # a class known at run time
            def _new_conn(self) -> socket.socket:
                line: socket.socket = super()._new_conn()
                lines.watch(line)
                return line

        pool.ConnectionCls = Watched
        return pool


def get(session: requests.Session, url: str, headers: dict[str, str]) -> requests.Response:
    """The answer to one GET, its body unread; FetchError where there is none."""
    host = _host(url)
    sent = {"Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate", **headers}
    try:
        response: requests.Response = session.get(url, headers=sent, stream=True)
        return response
    except requests.exceptions.SSLError as error:
        raise FetchError(
            N_("%(host)s has no valid certificate. Its operator must mend it."), host=host
        ) from error
    except requests.exceptions.Timeout as error:
        raise FetchError(
            N_("%(host)s does not answer. It is tried again later."), host=host
        ) from error
    except requests.exceptions.ConnectionError as error:
        if isinstance(error.__cause__, socket.gaierror):
            raise FetchError(NO_HOST, host=host) from error
        raise FetchError(
            N_("%(host)s cannot be reached. It is tried again later."), host=host
        ) from error
    except (requests.RequestException, ValueError) as error:
        raise FetchError(N_("%(url)s is no usable address."), url=shown(url)[:200]) from error


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchError(N_("%(url)s is no usable address."), url=url[:200]) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError(N_("%(url)s is no http or https address."), url=shown(url)[:200])
    return parts.hostname
