"""Whether a domain takes mail at all, asked of the DNS (an edge).

Asked behind the form and before the mail, of many domains at once, and never inside a transaction.
Only a clear no counts: the name does not exist, or says that it takes no mail (RFC 7505), or has
neither MX nor an address (RFC 5321 §5.1). A server that does not answer leaves every domain alive,
and so does one that knows its own house alone: it says of all the world that it does not exist.
"""

import logging
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import dns.exception
import dns.resolver
from django.conf import settings

_log = logging.getLogger(__name__)

#: Seconds that one question may take, and for which nobody is asked after it got no answer.
_PATIENCE, _REST = 3.0, 60.0
#: Seconds for which an answer is remembered, how many are, and how many questions go at once.
_REMEMBERED, _MOST, _AT_ONCE = 600.0, 10_000, 8

_known: dict[str, tuple[bool, float]] = {}
_quiet_until = 0.0
_knows_the_world_until = 0.0


def dead(domains: Collection[str]) -> frozenset[str]:
    """Those of the domains (A-labels) that certainly take no mail."""
    if settings.MAILER_DNS == "none":
        return frozenset()
    now = time.monotonic()
    new = [one for one in set(domains) if now > _known.get(one, (False, 0.0))[1]]
    if new and now > _quiet_until:
        _ask(new)
    return frozenset(one for one in domains if _known.get(one, (False, 0.0))[0])


def forget() -> None:
    """What was learned, and that nobody answered."""
    global _quiet_until, _knows_the_world_until
    _known.clear()
    _quiet_until = _knows_the_world_until = 0.0


def _ask(domains: list[str]) -> None:
    if len(_known) > _MOST:
        _known.clear()
    try:
        resolver = _resolver()
    except dns.exception.DNSException as error:
        _rest(error)
        return
    if not _knows_the_world(resolver):
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for domain, is_dead in zip(
            domains, pool.map(lambda one: _is_dead(resolver, one), domains), strict=True
        ):
            if is_dead is not None:
                _known[domain] = is_dead, time.monotonic() + _REMEMBERED


def _resolver() -> dns.resolver.Resolver:
    named = settings.MAILER_DNS
    resolver = dns.resolver.Resolver(configure=named == "system")
    if named != "system":
        host, _, port = named.rpartition(":")
        resolver.nameservers = [host or named]
        resolver.port = int(port) if host else 53
    resolver.lifetime = _PATIENCE
    return resolver


def _knows_the_world(resolver: dns.resolver.Resolver) -> bool:
    """Whether it can name the servers of the root, of which each domain hangs (RFC 1034 §4.2.2)."""
    global _knows_the_world_until
    if time.monotonic() > _knows_the_world_until:
        try:
            resolver.resolve(".", "NS", search=False)
        except (dns.exception.DNSException, OSError) as error:
            _rest(error)
            return False
        _knows_the_world_until = time.monotonic() + _REMEMBERED
    return True


def _is_dead(resolver: dns.resolver.Resolver, domain: str) -> bool | None:
    """None: nobody knows."""
    if time.monotonic() <= _quiet_until:
        return None
    try:
        return _says_no(resolver, domain)
    except dns.resolver.NXDOMAIN:
        return True
    except (dns.exception.DNSException, OSError) as error:
        if isinstance(error, dns.exception.Timeout | OSError):
            _rest(error)
        return None


def _rest(error: Exception) -> None:
    global _quiet_until
    _quiet_until = time.monotonic() + _REST
    _log.warning("the DNS cannot tell; no domain is looked up for a minute: %s", error)


def _says_no(resolver: dns.resolver.Resolver, domain: str) -> bool:
    mails = resolver.resolve(domain, "MX", raise_on_no_answer=False, search=False)
    if mails.rrset:
        return all(str(one.exchange) == "." for one in mails)
    return not any(
        resolver.resolve(domain, kind, raise_on_no_answer=False, search=False).rrset
        for kind in ("A", "AAAA")
    )
