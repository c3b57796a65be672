"""Which addresses may be reached: the rules are pure, the adapter is an edge.

Every URL that a person or a feed gave us goes through here: only public addresses, only ports 80
and 443, checked when the connection is made, so that neither a redirect nor a name that changes
its address gets around it. `MAILER_ALLOW_PRIVATE` names the exceptions, one by one.
"""

import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from mailer.articles.canonical import DEFAULT_PORTS
from mailer.errors import N_, FetchError, Misconfigured

# Its warning also comes for our exceptions; our own refusal is noted on the source.
logging.getLogger("requests_hardened").setLevel(logging.ERROR)

IPAddress = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Allowed:
    """One exception: a name or a network, on one port or on every port (None)."""

    name: str
    network: IPv4Network | IPv6Network | None
    port: int | None

    def covers(self, host: str, address: IPAddress | None, port: int) -> bool:
        """Is `host`, resolved to `address` (None: not yet), this exception?"""
        if self.port not in (None, port):
            return False
        if self.network is None:
            return self.name == host.lower().rstrip(".")
        return address is not None and address in self.network


def exceptions(entries: Iterable[str]) -> tuple[Allowed, ...]:
    """The exceptions of MAILER_ALLOW_PRIVATE.

    An entry is a name, an address or a network, with a port or without: `feeds.local`,
    `feeds.local:8080`, `10.1.0.0/16`, `127.0.0.1:9000`, `::1`, `[fd00::/8]:8080`.
    Raises Misconfigured for anything else.
    """
    return tuple(_exception(entry) for entry in entries)


def address_of(host: str) -> IPAddress | None:
    """The address that a host spells out, without looking anything up; None for a name."""
    try:
        found = ip_address(host.strip("[]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def port_of(url: str) -> int:
    """The port a URL means, by itself or by its scheme. Raises ValueError for one out of range."""
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS.get(parts.scheme, 0)


def is_excepted(url: str, allowed: tuple[Allowed, ...]) -> bool:
    """Is the host of this URL one of the exceptions, by its name or by its address?

    Only where a network is excepted is a name looked up.
    """
    host, port = urlsplit(url).hostname or "", port_of(url)
    if any(entry.covers(host, address_of(host), port) for entry in allowed):
        return True
    if not any(entry.network for entry in allowed):
        return False
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
    except OSError:
        return False
    return any(entry.covers(host, address_of(str(found)), port) for entry in allowed)


def _exception(entry: str) -> Allowed:
    host, port = _split(entry)
    if port is not None and not 0 < port < 65536:
        raise _misspelt(entry)
    try:
        return Allowed("", ip_network(host, strict=False), port)
    except ValueError:
        if "/" in host or ":" in host or not host:
            raise _misspelt(entry) from None
        return Allowed(host.lower().rstrip("."), None, port)


def _split(entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, closed, port = entry[1:].partition("]")
        port = port.removeprefix(":")
        if not closed:
            raise _misspelt(entry)
    elif entry.count(":") == 1:
        host, _, port = entry.partition(":")
    else:  # a name, an IPv4 network, or IPv6 without a port
        host, port = entry, ""
    if port and not port.isdecimal():
        raise _misspelt(entry)
    return host, int(port) if port else None


def _misspelt(entry: str) -> Misconfigured:
    return Misconfigured(
        N_("MAILER_ALLOW_PRIVATE: “%(entry)s” is no name, address or network. Write host:port."),
        entry=entry,
    )


class GuardedAdapter(IPFilterAdapter):  # type: ignore[misc]  # the library has no types
    """requests-hardened's filter, which resolves, refuses and pins; with our exceptions and ports.

    A refusal is a FetchError: it passes through requests untouched.
    """

    def __init__(self, scheme: str, allowed: tuple[Allowed, ...]) -> None:
        super().__init__(is_https_proto=scheme == "https")
        self._allowed = allowed

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """urllib3's host and pool parameters, the host being an address that may be reached."""
        url = request.url or ""
        host, port = urlsplit(url).hostname or "", port_of(url)
        try:
            host_params, pool_kwargs = super().build_connection_pool_key_attributes(
                request, verify, cert
            )
            address = address_of(str(host_params["host"]))
        except InvalidIPAddress as refusal:
            address = refusal.args[0]
            if not self._covers(host, address, port):
                raise _private(host) from refusal
            host_params, pool_kwargs = self._pinned(request, verify, cert, host, str(address))
        if port not in DEFAULT_PORTS.values() and not self._covers(host, address, port):
            raise FetchError(
                N_("%(host)s is to be reached on port %(port)s; only 80 and 443 are allowed."),
                host=host,
                port=port,
            )
        return host_params, pool_kwargs

    def _covers(self, host: str, address: IPAddress | None, port: int) -> bool:
        return any(entry.covers(host, address, port) for entry in self._allowed)

    def _pinned(
        self, request: PreparedRequest, verify: Any, cert: Any, host: str, address: str
    ) -> tuple[Any, Any]:
        """What the filter would have built for this address, had it not refused it."""
        host_params, pool_kwargs = HTTPAdapter.build_connection_pool_key_attributes(
            self, request, verify, cert
        )
        host_params["host"] = f"[{address}]" if ":" in address else address
        if host_params["scheme"] == "https":
            names = {"assert_hostname": host, "server_hostname": host}
            return host_params, {**pool_kwargs, **names}
        return host_params, pool_kwargs


def _private(host: str) -> FetchError:
    return FetchError(
        N_(
            "%(host)s is not on the public internet, so it is not fetched. "
            "If it is meant, an operator adds it to MAILER_ALLOW_PRIVATE."
        ),
        host=host,
    )
