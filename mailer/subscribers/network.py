"""Network addresses, as much of them as a proof of consent needs (pure)."""

from ipaddress import ip_address, ip_network


def truncated(address: str) -> str:
    """The network an address is in: IPv4 by /24, IPv6 by /48; "" for what is no address.

    A proof of consent names the network, not the household.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(known, "ipv4_mapped", None)
    known = mapped or known
    return str(ip_network((known, 24 if known.version == 4 else 48), strict=False))
