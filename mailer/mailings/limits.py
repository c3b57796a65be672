"""How fast mail may go: the limits, whom each covers, and the decision of a pace (pure).

A pace is two moments, in microseconds, kept under one key that all workers share:

    spent   the bucket: each mail moves it on by one step (1/rate). One may go while it is no more
            than a second ahead, so a bucket that stood full gives a second's worth and one more.
            (GCRA: ITU-T I.371, annex A.)
    last    the horizon: up to here, moments were given out to those who may not go yet.

An era ends when everybody who waits is let go: the moments given out in it are nobody's any more.
`decide` is the whole rule; `throttle.py` holds it once more, in the language of Redis, and a test
holds the two together.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from urllib.parse import urlsplit

from mailer.errors import N_, BadAddress, Refused
from mailer.mime.addresses import ascii_domain
from mailer.smtp.relay import Relay

SECOND = 1_000_000.0
#: The name of the limit that holds for every domain, by itself, that has none of its own.
EVERY = "*"
#: One mail in 17 minutes is as slow as anybody means; no relay takes a hundred thousand a second.
LEAST, MOST = Decimal("0.001"), Decimal(100_000)

# Domains whose mail one provider takes in, so that it counts them together. The first names them.
_TOGETHER: tuple[tuple[str, ...], ...] = (
    # "Ends in @gmail.com or @googlemail.com": Google, Email sender guidelines.
    ("gmail.com", "googlemail.com"),
    # All on one platform since 2017: Validity, "Microsoft: Outlook.com and Hotmail overview".
    (
        *("outlook.com", "hotmail.com", "live.com", "msn.com", "windowslive.com"),
        *("outlook.fr", "hotmail.fr", "live.fr", "hotmail.be", "live.be", "hotmail.ca", "live.ca"),
        *("hotmail.co.uk", "hotmail.es", "outlook.es", "hotmail.it", "hotmail.de", "outlook.de"),
    ),
    # One platform since 2018: Validity, "Oath to combine Yahoo and AOL email infrastructures".
    (
        *("yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "aim.com", "yahoo.fr"),
        *("yahoo.co.uk", "yahoo.ca", "yahoo.es", "yahoo.it", "yahoo.de"),
    ),
    # postmaster.orange.fr speaks for both.
    ("orange.fr", "wanadoo.fr"),
    # Bought by SFR, and on its servers since 2009.
    ("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr"),
    # support.apple.com/102322: iCloud Mail.
    ("icloud.com", "me.com", "mac.com"),
)
_PROVIDER = {domain: domains[0] for domains in _TOGETHER for domain in domains}
_COVERED = {domains[0]: domains[1:] for domains in _TOGETHER}


def provider(domain: str) -> str:
    """The domain under which a provider counts mail for `domain`: most often the domain itself."""
    return _PROVIDER.get(domain, domain)


def covered(name: str) -> tuple[str, ...]:
    """The further domains that a limit of this name covers."""
    return _COVERED.get(name, ())


def names_of_providers() -> tuple[str, ...]:
    """The names that cover several domains."""
    return tuple(_COVERED)


class Rate(NamedTuple):
    """So many a second, counted under a key. `step`: microseconds from one mail to the next.

    `lane` is the step of the moments given out to those who may not go yet; 0 gives out none.
    """

    key: str
    step: float
    lane: float


class Book(NamedTuple):
    """A pace as it is kept: two moments in microseconds, and the era of the second."""

    spent: float
    last: float
    era: float


class Turn(NamedTuple):
    """What a pace answered: `go` may go now; the n-th of the others in `wait + n * lane`, n from 0.

    In microseconds. With nobody left over, `wait` tells when the next one could go, if positive.
    """

    go: int
    wait: float


def new_book(rate: Rate, since: float, era: float = 0) -> Book:
    """A pace nobody has asked for: empty at `since`, and full a second and a step later.

    `since` is when the memory of paces began: what went out before it was forgotten is not known.
    """
    return Book(since + SECOND + rate.step, 0.0, era)


def decide(book: Book, rate: Rate, wanted: int, now: float, era: float = 0) -> tuple[Turn, Book]:
    """How many of `wanted` may go at `now`, and from when on the others. `wanted` < 0 gives back.

    Whoever may not go gets the next free moment after all that were given out: they come again at
    the very pace at which the bucket fills, and each once.
    """
    spent, last, before = book
    latest = now + SECOND + rate.step
    if era != before or spent > latest:
        # So far ahead it is when the clock went back, or a very slow pace was raised: the horizon
        # is as wrong.
        last = 0.0
    spent = max(now, min(spent, latest))
    room = math.floor((now + SECOND - spent) / rate.step) + 1 if spent <= now + SECOND else 0
    go = min(wanted, room)
    spent = math.floor(spent + go * rate.step)
    start = max(last, spent - SECOND)
    last = math.floor(start + (wanted - go) * rate.lane) if rate.lane else 0.0
    return Turn(go, start - now), Book(spent, last, era)


@dataclass(frozen=True)
class Limits:
    """The limits as they stand. `relays` by `host:port`; `every` holds for the other domains."""

    relays: Mapping[str, Rate] = field(default_factory=dict)
    domains: Mapping[str, Rate] = field(default_factory=dict)
    every: Rate | None = None

    def __bool__(self) -> bool:
        return bool(self.relays or self.domains or self.every)

    def of_domain(self, domain: str) -> Rate | None:
        """The pace of mail to `domain`, if it has one; each provider has its own key."""
        name = provider(domain)
        own = self.domains.get(name)
        if own or not self.every:
            return own
        return self.every._replace(key=f"domain:{name}")


def limits(rows: Iterable[tuple[str, str, Decimal]]) -> Limits:
    """The limits of rows (scope, name, per second)."""
    relays: dict[str, Rate] = {}
    domains: dict[str, Rate] = {}
    for scope, name, per_second in rows:
        step, key = SECOND / float(per_second), f"{scope}:{name}"
        if scope == "relay":
            relays[name] = Rate(key, step, 0.0)
        else:
            domains[name] = Rate(key, step, step)
    return Limits(relays, domains, domains.pop(EVERY, None))


def relay_name(typed: str) -> str:
    """`host:port` as a relay calls itself (Relay.name). Raises Refused."""
    text = typed.strip()
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port
    except ValueError:
        port = None
    if not port or not parts.hostname or parts.netloc != text or "@" in text:
        raise Refused(
            N_("“%(typed)s” is not the name of a relay: write host:port, as in SMTP_URL."),
            typed=text[:100],
        )
    return Relay(parts.hostname, port).name


def domain_name(typed: str) -> str:
    """The domain that a limit is named after, in A-labels; `*` for every other. Raises Refused.

    One of a provider's domains stands for all of them.
    """
    text = typed.strip().removeprefix("@").rstrip(".").lower()
    if text == EVERY:
        return EVERY
    try:
        return provider(ascii_domain(text))
    except BadAddress as error:
        raise Refused(error.message, **error.values) from error


def per_second(typed: str) -> Decimal:
    """A figure as people type it, with a point or a comma, to a thousandth. Raises Refused."""
    try:
        found = Decimal(typed.strip().replace(",", ".").replace("٫", "."))
        if LEAST <= found <= MOST:
            return found.quantize(LEAST)
    except InvalidOperation:
        pass
    raise Refused(
        N_("“%(typed)s” is no pace: write how many mails a second, from 0.001 to 100000."),
        typed=typed.strip()[:40],
    )
