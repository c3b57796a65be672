"""Network addresses: whose request this is, and how much of them is kept (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

_Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Kept = Literal["truncated", "whole", "none"]
KEPT: tuple[Kept, ...] = ("truncated", "whole", "none")
#: What a proxy says it forwards, where our own socket's other end is no network address.
UNIX = "unix"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `bucket` is the network whose requests are counted together, "" where unknown."""

    address: str
    bucket: str


def truncated(address: str) -> str:
    """The network an address is in: IPv4 by /24, IPv6 by /48; "" for what is no address.

    A proof of consent names the network, not the household.
    """
    known = _parsed(address)
    if known is None:
        return ""
    return str(ip_network((known, 24 if known.version == 4 else 48), strict=False))


def kept(address: str, how: Kept) -> str:
    """As much of an address as the operator keeps with a proof."""
    if how == "truncated":
        return truncated(address)
    known = _parsed(address) if how == "whole" else None
    return str(known) if known else ""


def trusted(words: Sequence[str]) -> tuple[frozenset[Network], bool]:
    """The networks of the proxies that are named, and whether `unix` is. Raises ValueError."""
    networks = frozenset(ip_network(word, strict=False) for word in words if word != UNIX)
    return networks, UNIX in words


def caller(peer: str, forwarded: str, proxies: tuple[frozenset[Network], bool]) -> Caller:
    """Who asks: the other end of the connection, or whom a trusted proxy names.

    `forwarded` is X-Forwarded-For. It is read from its end, past every trusted proxy: what stands
    before the first other address was written by that one, and is anybody's word.

    A proxy on this machine or in this house that was not named makes all readers look the same:
    they are then counted together with everybody only, rather than shut each other out.
    """
    networks, unix = proxies
    end = _parsed(peer)
    if not _trusts(end, networks, unix):
        unnamed = bool(forwarded.strip()) and (end is None or _is_ours(end))
        return Caller(peer, "" if unnamed else _bucket(end))
    for word in reversed(forwarded.split(",")):
        named = _parsed(word.strip())
        if named is None:
            break
        end = named
        if not _trusts(end, networks, unix=False):
            break
    return Caller(str(end or ""), _bucket(end))


def _trusts(address: _Address | None, networks: frozenset[Network], unix: bool) -> bool:
    if address is None:
        return unix
    return any(address in network for network in networks if network.version == address.version)


def _is_ours(address: _Address) -> bool:
    return address.is_loopback or address.is_private or address.is_link_local


def _bucket(address: _Address | None) -> str:
    """An IPv4 address by itself, IPv6 by /64: a house is given that many at the least."""
    if address is None:
        return ""
    return str(ip_network((address, 32 if address.version == 4 else 64), strict=False))


def _parsed(text: str) -> _Address | None:
    try:
        known = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(known, "ipv4_mapped", None) or known
