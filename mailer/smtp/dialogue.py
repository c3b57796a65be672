"""The dialogue of one connection once hands are shaken: what to write, what a reply means (pure).

    idle → MAIL RCPT DATA → 354 → body · dot · the next MAIL RCPT DATA → the dot's reply → …

With PIPELINING the three commands travel in one packet and the next three right behind the final
dot (RFC 2920 section 3.1); without it each waits for the reply to the one before. At most two
envelopes are in hand: the current one, and the next one behind its dot.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from mailer.smtp.capabilities import Capabilities
from mailer.smtp.envelope import NO_MESSAGE, Body, Envelope, Kind, Outcome, Stage
from mailer.smtp.reply import ProtocolError, Reply

Verb = Literal["mail", "rcpt", "data", "dot", "rset"]
_Step = tuple[Verb, bytes]

_KINDS: dict[int, Kind] = {2: "sent", 4: "deferred", 5: "refused"}
_PIPELINED: tuple[Verb, Verb, Verb] = ("mail", "rcpt", "data")
# RFC 4954 section 6: authentication or encryption is missing. That is between us and the relay,
# and must not refuse a whole list.
_RELAYS_OWN = {530, 538}
#: Where an envelope stands after a command was taken.
_AFTER: dict[Verb, Stage] = {"mail": "rcpt", "rcpt": "data"}
_DATA = b"DATA\r\n"
_RSET = b"RSET\r\n"


@dataclass(slots=True)
class Transaction:
    """An envelope on its way through a connection; `not_after` is in seconds of monotonic time."""

    envelope: Envelope
    body: Body
    mail: bytes
    rcpt: bytes
    not_after: float
    refusal: tuple[Stage, Reply] | None = None
    stage: Stage = "mail"
    dot_written: bool = field(default=False)

    def verdict(self) -> Outcome | None:
        """What the server has said of it, if it has said no already."""
        if self.refusal is None:
            return None
        stage, reply = self.refusal
        return _outcome(self, _KINDS[reply.code // 100], stage, reply)


class LeavingError(Exception):
    """The server takes its leave: 421, or a refusal in the middle of a body."""


class Dialogue:
    """The state of one connection; `limit` is how many messages it may carry.

    Its user writes `outgoing()`, hands each reply to `receive`, and when `wants_body` writes
    `body()` and then `dot()`. When the line is lost, `abandon` says what that means for each
    envelope in hand.
    """

    __slots__ = (
        "_current", "_dirty", "_expected", "_left", "_next", "_steps", "server", "wants_body",
    )  # fmt: skip

    def __init__(self, server: Capabilities, limit: int) -> None:
        self.server = server
        self.wants_body = False
        self._left = limit
        self._current: Transaction | None = None
        self._next: Transaction | None = None
        self._expected: deque[Verb] = deque()
        self._steps: deque[_Step] = deque()
        self._dirty = False

    @property
    def current(self) -> Transaction | None:
        """The envelope that the next replies speak of."""
        return self._current

    @property
    def exhausted(self) -> bool:
        """Whether the connection has carried all it may."""
        return self._left <= 0

    @property
    def may_overlap(self) -> bool:
        """Whether another envelope may be begun behind the final dot."""
        return self.server.pipelining and self._left > 0

    @property
    def awaited(self) -> Verb | None:
        """The command whose reply comes next."""
        return self._expected[0] if self._expected else None

    def begin(self, transaction: Transaction) -> None:
        """Start an envelope on an idle connection; `outgoing` has its commands."""
        self._left -= 1
        self._current = transaction
        if self._dirty:
            # A refusal before DATA leaves the server in the middle of a transaction, where the
            # next MAIL would be answered "503 nested MAIL".
            self._steps.append(("rset", _RSET))
            self._dirty = False
        self._steps.extend(
            (("mail", transaction.mail), ("rcpt", transaction.rcpt), ("data", _DATA))
        )

    def outgoing(self) -> bytes:
        """The commands that may be written now."""
        if not self._steps or (self._expected and not self.server.pipelining):
            return b""
        count = len(self._steps) if self.server.pipelining else 1
        steps = [self._steps.popleft() for _ in range(count)]
        self._expected.extend(verb for verb, _ in steps)
        return b"".join(command for _, command in steps)

    def body(self) -> Body:
        """The body of the current envelope; nothing for one whose recipient was refused."""
        current = self._in_hand()
        return NO_MESSAGE if current.refusal else current.body

    def dot(self, following: Transaction | None) -> bytes:
        """The final dot and, right behind it, the commands of `following` (see `may_overlap`).

        Behind a refusal the dot stands alone and sends nobody anything (RFC 2920 section 3.1).
        """
        current = self._in_hand()
        current.dot_written, current.body = True, NO_MESSAGE
        self.wants_body = False
        self._expected.append("dot")
        if following is None:
            return b".\r\n"
        self._left -= 1
        self._next = following
        self._expected.extend(_PIPELINED)
        return b".\r\n" + following.mail + following.rcpt + _DATA

    def receive(self, reply: Reply) -> Outcome | None:
        """Take one reply; the outcome of the current envelope, when this was the last word on it.

        Raises LeavingError or ProtocolError: the connection is to be given up, see `abandon`.
        """
        if not self._expected:
            raise self._unasked(reply)
        verb = self._expected.popleft()
        if (after := _AFTER.get(verb)) and 200 <= reply.code <= 299 and self._current:
            self._current.stage = after
            return None
        if verb == "dot":
            return self._on_dot(reply)
        if verb == "data":
            return self._on_data(reply)
        return self._on_command(verb, reply)

    def abandon(self, reason: str) -> list[Outcome]:
        """The line is lost: what became of the envelopes in hand."""
        in_hand, self._current, self._next = (self._current, self._next), None, None
        return [_lost(transaction, reason) for transaction in in_hand if transaction]

    def _on_command(self, verb: Verb, reply: Reply) -> Outcome | None:
        kind = reply.code // 100
        if kind not in _KINDS:
            raise ProtocolError(f"{reply.code} as a reply to {verb.upper()}")
        if reply.code == 421 and verb != "rcpt":
            raise LeavingError(reply.line)
        if kind == 2:
            return None
        if verb == "rset":
            raise ProtocolError(f"{reply.code} as a reply to RSET")
        if verb == "mail" and reply.code in _RELAYS_OWN:
            raise LeavingError(reply.line)
        self._refuse("mail" if verb == "mail" else "rcpt", reply)
        if reply.code == 421:
            raise LeavingError(reply.line)
        if self.server.pipelining:
            return None
        self._steps.clear()
        return self._settled()

    def _on_data(self, reply: Reply) -> Outcome | None:
        if reply.code == 354:
            self.wants_body = True
            return None
        if reply.code // 100 not in {4, 5}:
            raise ProtocolError(f"{reply.code} as a reply to DATA")
        self._refuse("data", reply)
        if reply.code == 421:
            raise LeavingError(reply.line)
        return self._settled()

    def _on_dot(self, reply: Reply) -> Outcome | None:
        current, kind = self._in_hand(), _KINDS.get(reply.code // 100)
        if kind is None:
            raise ProtocolError(f"{reply.code} as a reply to the final dot")
        if reply.code == 421:
            self._refuse("dot", reply)
            raise LeavingError(reply.line)
        outcome = current.verdict() or _outcome(current, kind, "dot", reply)
        self._current, self._next = self._next, None
        return outcome

    def _settled(self) -> Outcome | None:
        outcome = self._in_hand().verdict()
        self._current = None
        self._dirty = True
        return outcome

    def _refuse(self, stage: Stage, reply: Reply) -> None:
        current = self._in_hand()
        current.refusal = current.refusal or (stage, reply)

    def _in_hand(self) -> Transaction:
        if self._current is None:
            raise ProtocolError("no envelope in hand")
        return self._current

    def _unasked(self, reply: Reply) -> Exception:
        # While a body is being written this is the word on that message, of a server that will
        # not read to its end; at any other time it is 421 or nonsense.
        if self.wants_body and reply.code // 100 in {4, 5}:
            self._refuse("data", reply)
            return LeavingError(reply.line)
        if reply.code == 421:
            return LeavingError(reply.line)
        return ProtocolError(f"{reply.code} without a command")


def _outcome(transaction: Transaction, kind: Kind, stage: Stage, reply: Reply) -> Outcome:
    return Outcome(transaction.envelope.key, kind, stage, reply.code, reply.enhanced, reply.line)


def _lost(transaction: Transaction, reason: str) -> Outcome:
    if outcome := transaction.verdict():
        return outcome
    key = transaction.envelope.key
    if transaction.dot_written:
        return Outcome(key, "uncertain", "dot", text=reason)
    return Outcome(key, "returned", transaction.stage, text=reason)
