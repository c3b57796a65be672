"""Sending what waits in the outbox, on connections of its own: never behind a mailing."""

import asyncio
import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta

import uvloop
from django.conf import settings

from mailer.errors import MailerError, Misconfigured
from mailer.letters import settle
from mailer.letters.message import message
from mailer.letters.models import Letter
from mailer.mime.keyring import Keyring, keyring
from mailer.smtp.envelope import Envelope, Outcome
from mailer.smtp.pool import Pool
from mailer.smtp.relay import Relay, parse_relays
from mailer.smtp.timeouts import Timeouts
from mailer.smtp.weights import heaviest_first

log = logging.getLogger(__name__)

#: Orange takes two connections from an address at most; a letter is never in such a hurry.
_CONNECTIONS = 2
#: Seconds in which a letter must have begun. With the longest wait for a last reply it stays well
#: within the lease: a worker that was frozen, or met a relay that says nothing, sends nothing that
#: another may have sent since, and stands in nobody's way for long.
_FRESH = 60.0
_TIMEOUTS = Timeouts(
    connect=15, tls=15, banner=60, ehlo=60, auth=60, mail=60, rcpt=60, data=60, block=60, dot=120
)
#: Seconds between two writings of what came back: what was sent in them is sent again when this
#: process is killed.
_TURN = 0.2


def send_letters(
    now: datetime, limit: int = 500, *, draining: Callable[[], bool] = lambda: False
) -> int:
    """Send what is due, up to `limit` letters; returns how many were sent.

    Without a relay everything waits. `draining` tells when this process should end: then what has
    begun is finished. Raises Misconfigured for an SMTP_URL or a MAILER_DKIM that cannot be read,
    before any letter is claimed.
    """
    if not settings.SMTP_URL:
        return 0
    relays = [
        replace(relay, connections=min(relay.connections, _CONNECTIONS))
        for relay in heaviest_first(parse_relays(settings.SMTP_URL))
    ]
    keys = keyring(tuple(settings.MAILER_DKIM))
    sent = claimed = 0
    clock = _clock(now)
    while claimed < limit and not draining() and (letters := settle.claim(at := clock())):
        claimed += len(letters)
        by_key = {letter.pk: letter for letter in letters}
        envelopes = [one for letter in letters if (one := _envelope(letter, at, keys))]
        outcomes = _hand_over(relays, by_key, envelopes, at, draining)
        sent += sum(outcome.kind == "sent" for outcome in outcomes)
        if any(outcome.kind == "returned" for outcome in outcomes):
            break
    return sent


def _clock(start: datetime) -> Callable[[], datetime]:
    """The time, from `start` on, in whole seconds: a lease counts from the claim of its group."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=int(time.monotonic() - began))


def _hand_over(
    relays: Sequence[Relay],
    by_key: Mapping[int, Letter],
    envelopes: Sequence[Envelope],
    now: datetime,
    draining: Callable[[], bool],
) -> list[Outcome]:
    done: list[Outcome] = []
    with (
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        closing(_by_turns(runner, relays, envelopes, draining)) as conversation,
    ):
        for outcome in conversation:
            done.append(outcome)
            _settle(by_key[outcome.key], outcome, now)
    return done


def _settle(letter: Letter, outcome: Outcome, now: datetime) -> None:
    # A letter on which servers hang up uses up its attempts: it would come back for ever.
    broken = outcome.kind == "returned" and outcome.stage in {"rcpt", "data", "dot"}
    kind = "deferred" if broken else outcome.kind
    settle.settle(letter, kind, now, code=outcome.code, text=outcome.text)
    if outcome.kind != "sent":
        # The code alone: what a relay says often names the address.
        log.info("letter %d: %s %s", letter.pk, outcome.kind, outcome.code or outcome.stage)


def _envelope(letter: Letter, now: datetime, keys: Keyring) -> Envelope | None:
    """The envelope of a letter, or None when it is settled without one."""
    try:
        body = message(letter, now, keys.of(letter.sender))
    except Misconfigured as wrong:
        # Its key cannot be read: it waits as for a relay, rather than leave without a signature.
        log.error("letter %d waits: %s", letter.pk, wrong)
        settle.settle(letter, "returned", now, code=None, text=str(wrong))
        return None
    except MailerError as refusal:
        settle.refuse(letter, refusal.stored(), now)
        return None
    except Exception:
        log.exception("letter %d cannot be written; it is tried again in an hour", letter.pk)
        settle.put_aside(letter, now)
        return None
    return Envelope(letter.pk, letter.sender, letter.recipient, body)


def _by_turns(
    runner: asyncio.Runner,
    relays: Sequence[Relay],
    envelopes: Sequence[Envelope],
    draining: Callable[[], bool],
) -> Generator[Outcome, None, None]:
    """What becomes of each: what one relay does not take up in its part of the time, the next may.

    All of them together have no longer than one alone.
    """
    seconds = _FRESH / len(relays)
    for place, relay in enumerate(relays, 1):
        waiting = {envelope.key: envelope for envelope in envelopes}
        left: list[Envelope] = []
        with closing(_converse(runner, relay, envelopes, seconds, draining)) as conversation:
            for outcome in conversation:
                if place < len(relays) and _not_begun(outcome) and not draining():
                    left.append(waiting[outcome.key])
                else:
                    yield outcome
        if not left:
            return
        envelopes = left


def _not_begun(outcome: Outcome) -> bool:
    return outcome.kind == "returned" and outcome.stage == "queue"


def _converse(
    runner: asyncio.Runner,
    relay: Relay,
    envelopes: Sequence[Envelope],
    seconds: float,
    draining: Callable[[], bool],
) -> Generator[Outcome, None, None]:
    """What becomes of each, soon after it is known."""
    told: list[Outcome] = []
    pool = Pool(relay, on_outcomes=told.extend, timeouts=_TIMEOUTS)
    try:
        runner.run(_begin(pool, envelopes, seconds))
        while pool.pending and not draining():
            runner.run(_turn(pool))
            yield from _taken(told)
    finally:
        runner.run(pool.close())
    yield from _taken(told)


async def _begin(pool: Pool, envelopes: Sequence[Envelope], seconds: float) -> None:
    pool.submit(envelopes, not_after=time.monotonic() + seconds)


async def _turn(pool: Pool) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_TURN):
            await pool.drain()


def _taken(told: list[Outcome]) -> list[Outcome]:
    taken = told.copy()
    told.clear()
    return taken
