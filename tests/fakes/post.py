"""Envelopes for a small cast, and a pool run to its end: what the tests of the wire share."""

import asyncio
import time
from collections.abc import Callable, Sequence

import uvloop

from mailer.smtp.envelope import Envelope, Outcome
from mailer.smtp.fleet import way_out
from mailer.smtp.marks import Marks
from mailer.smtp.relay import parse_relays
from mailer.smtp.timeouts import Timeouts

#: Short enough for a test, long enough for a busy machine.
QUICK = Timeouts(
    **dict.fromkeys(
        ("connect", "tls", "banner", "ehlo", "auth", "mail", "rcpt", "data", "block", "dot"), 2.0
    ),
    goodbye=2.0,
)


def letter(
    key: int, recipient: str, *, size: int = 300, sender: str = "revue@press.test"
) -> Envelope:
    """An envelope whose Message-ID names its key."""
    head = f"Message-ID: <{key}@press.test>\r\nTo: {recipient}\r\nSubject: Revue\r\n\r\n"
    line = "Bonjour, voici la revue de presse de ce matin.\r\n"
    body = head + line * max(1, (size - len(head)) // len(line))
    return Envelope(key, sender, recipient, body.encode())


def letters(*recipients: str) -> list[Envelope]:
    """One for each, with the keys 1, 2, 3…"""
    return [letter(key, recipient) for key, recipient in enumerate(recipients, 1)]


def crowd(count: int) -> list[Envelope]:
    """So many, to reader1@example.org and so on."""
    return letters(*(f"reader{number}@example.org" for number in range(1, count + 1)))


def post(
    url: str,
    envelopes: Sequence[Envelope],
    *,
    timeouts: Timeouts = QUICK,
    marks: Marks | None = None,
    patience: float = 60.0,
    run: Callable[..., object] = uvloop.run,
) -> dict[int, Outcome]:
    """Send these by one relay or several; the outcome of each key, of which it has just one."""
    outcomes: dict[int, Outcome] = {}

    def record(batch: list[Outcome]) -> None:
        for outcome in batch:
            assert outcome.key not in outcomes, f"two outcomes: {outcomes[outcome.key]}, {outcome}"
            outcomes[outcome.key] = outcome

    async def go() -> None:
        pool = way_out(parse_relays(url), on_outcomes=record, marks=marks, timeouts=timeouts)
        pool.submit(envelopes, not_after=time.monotonic() + patience)
        async with asyncio.timeout(60):
            await pool.drain()
        await pool.close()
        assert pool.pending == 0

    run(go())
    return outcomes


def kinds(outcomes: dict[int, Outcome]) -> dict[str, int]:
    """How many of each kind."""
    count: dict[str, int] = {}
    for outcome in outcomes.values():
        count[outcome.kind] = count.get(outcome.kind, 0) + 1
    return count
