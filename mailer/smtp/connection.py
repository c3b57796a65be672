"""One open connection that carries mails, on the loop's own transports (an edge).

It decides nothing: `Dialogue` does. A connection reads and judges replies when they come, and
writes only when the pool's turn tells it to, after the marks (see `pool`).
"""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Literal, Protocol

from mailer.smtp.capabilities import Capabilities
from mailer.smtp.dialogue import Dialogue, LeavingError, Transaction
from mailer.smtp.envelope import NO_MESSAGE, Outcome
from mailer.smtp.handshake import Line
from mailer.smtp.reply import ProtocolError, ReplyParser
from mailer.smtp.timeouts import Timeouts

#: A body up to this size goes out in one write with its dot. A larger one goes first, and its dot
#: once the socket has swallowed it: a line lost before that leaves no doubt.
ONE_WRITE = 64 * 1024

#: A body whose DATA was accepted this many seconds after `not_after` is not sent any more: together
#: with the two seconds an envelope may wait, five at most after its consent was checked.
GRACE = 3.0

#: What was in its hands when a connection was lost: nothing, an envelope that had got nowhere, or
#: one that had.
LostAt = Literal["idle", "mail", "later"]

Take = Callable[[Capabilities], Transaction | None]


class Owner(Protocol):
    """What a connection tells the pool that keeps it."""

    def touched(self, connection: "Connection") -> None:
        """It has something to write, or to be given, in the next turn."""

    def settled(self, outcome: Outcome) -> None:
        """An envelope in its hands has come to its end."""

    def proven(self, connection: "Connection") -> None:
        """It has had its first verdict."""

    def lost(self, connection: "Connection", reason: str) -> None:
        """It carries nothing any more."""

    def gone(self, connection: "Connection") -> None:
        """Its socket is closed."""


class Connection(asyncio.Protocol):
    """A line, its dialogue and its deadline (`deadline`, seconds of monotonic time).

    `fruitful` tells whether the server has given at least one verdict here.
    """

    def __init__(self, line: Line, owner: Owner, limit: int, timeouts: Timeouts) -> None:
        self.born = time.monotonic()
        self.fruitful = False
        self.waiting = False
        self.deadline = 0.0
        self.lost_at: LostAt = "idle"
        self._owner = owner
        self._timeouts = timeouts
        self._dialogue = Dialogue(line.server, limit)
        self._parser = ReplyParser()
        self._transport = line.transport
        self._retired = False
        self._body_out = False
        self._full = False
        line.transport.set_protocol(self)
        line.transport.set_write_buffer_limits(high=ONE_WRITE, low=0)

    @property
    def idle(self) -> bool:
        """Whether no envelope is in its hands."""
        return self._dialogue.current is None

    @property
    def retired(self) -> bool:
        """Whether it has been given up."""
        return self._retired

    # What the transport calls.

    def data_received(self, data: bytes) -> None:
        try:
            for reply in self._parser.feed(data):
                if self._retired:
                    return
                if (outcome := self._dialogue.receive(reply)) is not None:
                    self._owner.settled(outcome)
                    if not self.fruitful:
                        self.fruitful = True
                        self._owner.proven(self)
        except (ProtocolError, LeavingError) as error:
            self.retire(str(error))
            return
        self._owner.touched(self)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._owner.touched(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.retire(str(exc or "the relay closed the connection"))
        self._owner.gone(self)

    # What the pool's turn calls, in this order.

    def dot_due(self, now: float) -> int | None:
        """The key to mark, when this turn writes its final dot.

        A body that comes too late retires the connection: behind 354 there is no other way back.
        """
        dialogue, current = self._dialogue, self._dialogue.current
        if not dialogue.wants_body or current is None or current.refusal or self._retired:
            return None
        if not self._body_out:
            if now > current.not_after + GRACE:
                self.retire("the relay was too slow to take the message in time")
                return None
            if current.body.size > ONE_WRITE:
                return None
        return None if self._full else current.envelope.key

    def advance(self, take: Take, now: float) -> None:
        """Write what is due."""
        if self._retired:
            return
        if self._dialogue.wants_body:
            self._write_body(take)
        elif self._dialogue.current is None:
            self._begin(take, now)
        elif commands := self._dialogue.outgoing():
            self._transport.write(commands)
        if not self._retired:
            self._set_deadline(now)

    def quit(self) -> None:
        """Take leave of the server, without waiting for its answer."""
        if not self._retired:
            self._retired, self.deadline = True, math.inf
            self._transport.write(b"QUIT\r\n")
            self._transport.close()
            self._owner.lost(self, "")

    def retire(self, reason: str) -> None:
        """Give the connection up, and whatever was in its hands back."""
        if self._retired:
            return
        self._retired, self.deadline = True, math.inf
        self._transport.abort()
        outcomes = self._dialogue.abandon(reason)
        if outcomes:
            at_mail = all(outcome.stage == "mail" for outcome in outcomes)
            self.lost_at = "mail" if at_mail else "later"
        for outcome in outcomes:
            self._owner.settled(outcome)
        self._owner.lost(self, reason)

    def expire(self) -> None:
        """The deadline has passed."""
        if self.idle:
            self.quit()
        else:
            self.retire(f"no reply in time ({self._dialogue.awaited or 'body'})")

    def abort(self) -> None:
        """Close the socket at once, whatever is still unsent."""
        self._transport.abort()

    def _begin(self, take: Take, now: float) -> None:
        if self._dialogue.exhausted or 0 < self.deadline < now:
            # Full measure, or so long unused that the server may have hung up.
            self.quit()
        elif transaction := take(self._dialogue.server):
            self._dialogue.begin(transaction)
            self._transport.write(self._dialogue.outgoing())

    def _write_body(self, take: Take) -> None:
        dialogue = self._dialogue
        body = NO_MESSAGE if self._body_out else dialogue.body()
        if body.size > ONE_WRITE:
            self._body_out = True
            self._transport.writelines(body.pieces)
            # Its dot has not been marked: it goes in the turn after this, or when there is room.
            if not self._full:
                self._owner.touched(self)
            return
        if self._full:
            return
        self._body_out = False
        following = take(dialogue.server) if dialogue.may_overlap else None
        self._transport.writelines((*body.pieces, dialogue.dot(following)))

    def _set_deadline(self, now: float) -> None:
        if self.idle:
            seconds = self._timeouts.idle
        elif verb := self._dialogue.awaited:
            seconds = getattr(self._timeouts, verb)
        else:
            seconds = self._timeouts.block
        self.deadline = now + seconds
