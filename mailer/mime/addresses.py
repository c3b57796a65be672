"""Addresses as they stand in a header or an SMTP command: ASCII only (pure)."""

import re
from functools import lru_cache

import idna

from mailer.errors import N_, BadAddress

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")

#: RFC 5321 §4.5.3.1: octets of a local part, of a domain, of a path without its brackets.
MAX_LOCAL, MAX_DOMAIN, MAX_ADDRESS = 64, 253, 254


def ascii_address(address: str) -> str:
    """The address with its domain as A-labels (RFC 5891).

    Only dot-atoms are taken (RFC 5322 §3.2.3): no quoted local part, no domain literal, no
    comment. A local part that is not ASCII would need SMTPUTF8 (RFC 6531) of every server on
    the way, and is refused.

    Raises BadAddress, also for line breaks and every other control character.
    """
    if len(address) > MAX_ADDRESS:
        raise _too_long(address)
    local, _, domain = address.rpartition("@")
    # This settles nearly every address, and the domains of a list are few.
    if not (_is_ascii_domain(domain) and _LOCAL.fullmatch(local)):
        address = _with_ascii_domain(address)
    if len(address) > MAX_ADDRESS or address.rindex("@") > MAX_LOCAL:
        raise _too_long(address)
    return address


@lru_cache(maxsize=4096)
def _is_ascii_domain(domain: str) -> bool:
    return _DOMAIN.fullmatch(domain) is not None


def _too_long(address: str) -> BadAddress:
    return BadAddress(
        N_("The address “%(address)s” is too long: a mail server would refuse it."),
        address=_shown(address),
    )


def _with_ascii_domain(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if at and local.isprintable() and not local.isascii():
        raise BadAddress(
            N_(
                "The address “%(address)s” has letters before the @ that mail servers do not"
                " all carry: use an address with plain letters there."
            ),
            address=_shown(address),
        )
    if not _LOCAL.fullmatch(local):
        raise BadAddress(
            N_("“%(address)s” is not an e-mail address: it should look like name@example.org."),
            address=_shown(address),
        )
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """A domain name as A-labels: `مثال.إختبار` is `xn--mgbh0fb.xn--kgbechtv`.

    Raises BadAddress when it is no domain name.
    """
    try:
        name = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError as error:  # idna's own errors are of this kind
        raise _no_domain(domain) from error
    if len(name) > MAX_DOMAIN or not _DOMAIN.fullmatch(name):
        raise _no_domain(domain)
    return name


def _no_domain(domain: str) -> BadAddress:
    return BadAddress(
        N_("“%(domain)s” is not the name of a mail domain: check its spelling."),
        domain=_shown(domain),
    )


def _shown(text: str) -> str:
    """What may stand in a sentence or a log: no control character, not endless."""
    return "".join(char if char.isprintable() else "�" for char in text[:100])
