"""Sending what waits in the outbox, on connections of its own: never behind a mailing."""

import asyncio
import logging
import time
from dataclasses import replace
from datetime import datetime

import uvloop
from django.conf import settings

from mailer.errors import MailerError
from mailer.letters import settle
from mailer.letters.message import message
from mailer.letters.models import Letter
from mailer.smtp.envelope import Envelope, Outcome
from mailer.smtp.pool import Pool
from mailer.smtp.relay import Relay, parse_relay

log = logging.getLogger(__name__)

#: Orange takes two connections from an address at most; a letter is never in such a hurry.
_CONNECTIONS = 2


def send_letters(now: datetime, limit: int = 500) -> int:
    """Send what is due, up to `limit` letters; returns how many were sent.

    Without a relay everything waits. Raises Misconfigured for an SMTP_URL that cannot be read,
    before any letter is claimed.
    """
    if not settings.SMTP_URL:
        return 0
    relay = parse_relay(settings.SMTP_URL)
    relay = replace(relay, connections=min(relay.connections, _CONNECTIONS))
    sent = claimed = 0
    while claimed < limit and (letters := settle.claim(now)):
        claimed += len(letters)
        outcomes = _hand_over(relay, letters, now)
        sent += sum(outcome.kind == "sent" for outcome in outcomes)
        if any(outcome.kind == "returned" for outcome in outcomes):
            break
    return sent


def _hand_over(relay: Relay, letters: list[Letter], now: datetime) -> list[Outcome]:
    by_key = {letter.pk: letter for letter in letters}
    envelopes = [envelope for letter in letters if (envelope := _envelope(letter, now))]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        outcomes = runner.run(_converse(relay, envelopes))
    for outcome in outcomes:
        letter = by_key[outcome.key]
        settle.settle(letter, outcome.kind, now, code=outcome.code, text=outcome.text)
        if outcome.kind != "sent":
            log.info("letter %d: %s %s", letter.pk, outcome.kind, outcome.text)
    return outcomes


def _envelope(letter: Letter, now: datetime) -> Envelope | None:
    """The envelope of a letter, or None when it is settled without one."""
    try:
        body = message(letter, now)
    except MailerError as refusal:
        settle.refuse(letter, refusal.stored(), now)
        return None
    except Exception:
        log.exception("letter %d cannot be written; it is tried again in an hour", letter.pk)
        settle.put_aside(letter, now)
        return None
    return Envelope(letter.pk, letter.sender, letter.recipient, body)


async def _converse(relay: Relay, envelopes: list[Envelope]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    pool = Pool(relay, on_outcomes=outcomes.extend)
    # A worker that was frozen past its lease sends nothing: another may have sent it since.
    until = time.monotonic() + settle.LEASE.total_seconds() / 2
    try:
        pool.submit(envelopes, not_after=until)
        await pool.drain()
    finally:
        await pool.close()
    return outcomes
