"""How long each step of the dialogue may take (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds, after RFC 5321 section 4.5.3.2 where it names them.

    `connect`, `tls` and `auth` are ours: a relay that needs longer than these to shake hands is
    down for our purpose. `idle` is how long an unused connection is kept, well below the five
    minutes after which servers hang up. `block` covers the writing of one whole body. `goodbye`
    bounds the closing of a pool.
    """

    connect: float = 30
    tls: float = 60
    banner: float = 300
    ehlo: float = 300
    auth: float = 120
    mail: float = 300
    rcpt: float = 300
    data: float = 120
    block: float = 180
    dot: float = 600
    rset: float = 300
    idle: float = 60
    goodbye: float = 5
