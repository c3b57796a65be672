"""The ledger: what becomes of each delivery. This package is the only writer of their states.

    queued → leased → sending → sent
               │         ├────→ refused (5xx, with code and text)
               │         ├────→ deferred (4xx) → leased again at its time
               │         ├────→ uncertain (the line broke after the final dot, before the reply)
               │         └────→ queued (the line was lost before the dot, or it was not begun)
               └────→ queued again when the lease lapses, or is given back
    queued, leased, deferred → refused (the mailing's deadline passed)
    queued, leased, deferred → suppressed (left, bounced, erased since the fan-out) · cancelled
    uncertain → whatever the worker that was believed dead says when it comes back
    uncertain → sent (a report that came back later shows that it was accepted)
    uncertain, refused → queued (a person asks)
    any, once its mailing ended long ago → gone; the sums stay (`retention`, which writes no state)

    write_queued   everybody, before the first mail leaves
    claim          queued, deferred → leased      a group in one worker's hands, under a lease
    begin          leased → sending | suppressed  the hand-over: from here on a mail may leave
    settle         sending → …                    what the wire brought back
    give_back      leased → queued                not begun after all
    take_back      leased, sending → …            what a dead or frozen worker held
    ask_again      uncertain, refused → queued    a person asked for it
    cancel_rest    queued, leased, deferred → cancelled
    close_late     queued, leased, deferred → refused    the deadline passed
    settle_late    uncertain → sent               a report about it came back
    audit          the rows, and what is kept beside them, made to agree

What waits, and what a lease holds, is told by spans (`spans`): `leased` is a waiting row in a span
under a lease. The sums stand in tallies (`tallies`), moved in the same transaction as the rows.

The lease is the fence. Whoever acts on a group names its lease in the statement itself; a worker
that was frozen finds its lease gone and sends nothing. Locks are taken in one order: mailing,
lease, spans, subscriptions, deliveries.
"""

from mailer.mailings.hands import Group, News, Recipient
from mailer.mailings.ledger.ending import OPEN, ask_again, audit, cancel_rest, close_late
from mailer.mailings.ledger.handing import LEASE, begin, claim, heartbeat, write_queued
from mailer.mailings.ledger.returning import give_back, take_back
from mailer.mailings.ledger.settling import end_leases, settle, settle_late
from mailer.mailings.report import Sums, rows, sums

__all__ = [
    "LEASE",
    "OPEN",
    "Group",
    "News",
    "Recipient",
    "Sums",
    "ask_again",
    "audit",
    "begin",
    "cancel_rest",
    "claim",
    "close_late",
    "end_leases",
    "give_back",
    "heartbeat",
    "rows",
    "settle",
    "settle_late",
    "sums",
    "take_back",
    "write_queued",
]
