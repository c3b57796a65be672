"""The breaker: when a mailing should stand still, before more of it is lost (pure).

A refusal is of the message (by policy, by size, "no"), and then the next reader's server will say
the same; or of the mailbox (unknown, closed, full), which says nothing of the others. It opens when

    message / ENOUGH_MESSAGE + mailbox / ENOUGH_MAILBOX ≥ 1           it is no accident any more,
    message / share + mailbox / (MAILBOX_WEIGHT × share) ≥ answers    and too large a part

of the last answers. One provider's policy is that provider's: of its refusals only a few count
there, and it has a rule of its own. Only final answers count: what is put off (4yz) is tried again
and loses nothing, and what never left says nothing about servers. So 3 refused of 10 do not open
it, nor 10 of 10: so small a mailing is over before anybody could look.

Measured, 50,000 answers in batches of 500: 0.2 ms where all are well, 9 ms where one in nine is a
refusal.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mailer.errors import N_, Refused
from mailer.mailings.limits import provider
from mailer.mailings.retry import Kind

#: Answers that are looked at. An old list's dead mailboxes stand in heaps (of one closed provider,
#: of one import): over 200 answers heaps even out, and 200 are gone in an instant when all is well.
WINDOW = 200
#: Refusals below which nothing is told. A relay that refuses everybody is stopped after so many:
#: where it blames the mailboxes, twice as many, for a few dead ones in a row are nothing unusual.
ENOUGH_MESSAGE, ENOUGH_MAILBOX = 15, 30
#: The part of refused messages that is too much. Two in a hundred, from strict servers of small
#: offices, are common; ten are a sender that has a name for it.
SHARE = 0.10
#: A dead mailbox weighs a quarter of a refused message: a list with one in ten dead is old, one
#: with two in five is no list of subscribers.
MAILBOX_WEIGHT = 4
#: One provider's policy refusals, as the rule for all counts them. A server of a ministry that
#: takes no mail from us must not stop everybody's, where its thirty readers stand in one heap.
MOST_OF_ONE = 10
#: Its part of the mailing stands still when it refuses half of its mail since it began to, and
#: these are so many of all: a twentieth of all answers until then, or simply too many to lose
#: without asking.
ENOUGH_OF_ONE, TOO_MANY_OF_ONE = 20, 200
PART_OF_ITS_ANSWERS, PART_OF_ALL = 0.5, 0.05
#: Accepted ones that are counted at once.
_HEAP = 50
#: Of what a server said, as much as people read in a sentence.
_SAID = 160

_MESSAGE = (Kind.POLICY, Kind.REFUSED, Kind.TOO_BIG)
_MAILBOX = (Kind.NO_MAILBOX, Kind.DISABLED, Kind.FULL)
_ADDRESS = re.compile(r"\S+@\S+")

BY_POLICY = N_(
    "Of the last %(answers)s answers, %(refused)s refused the message by policy, such as"
    " “%(said)s”. The mailing was paused before more readers lose it. Look at the sender’s"
    " authentication (SPF, DKIM, DMARC) and at the relay’s reputation, then let it go on."
)
BY_ONE = N_(
    "Of the last %(answers)s answers for %(domain)s, %(refused)s refused the message by policy,"
    " such as “%(said)s”. Its part of the mailing was paused before more of its readers lose it;"
    " everybody else’s goes on. Look at what this provider asks of senders, limit the pace to it"
    " perhaps, then let its part go on."
)
FOR_GOOD = N_(
    "Of the last %(answers)s answers, %(refused)s refused the message for good, such as"
    " “%(said)s”. The mailing was paused before more readers lose it. Look at the relay and at"
    " what it says, then let it go on."
)
TOO_BIG = N_(
    "Of the last %(answers)s answers, %(refused)s said that the message is too large, such as"
    " “%(said)s”. The mailing was paused before more readers lose it. Ask for a relay that takes"
    " it and let it go on, or cancel it and make the next issue shorter."
)
NO_MAILBOXES = N_(
    "Of the last %(answers)s answers, %(refused)s said that the mailbox does not exist, is closed"
    " or is full, such as “%(said)s”. The mailing was paused before more readers lose it. Look"
    " whether the relay refuses everybody, and where the list comes from, then let it go on."
)


_SENTENCES = {Kind.POLICY: BY_POLICY, Kind.REFUSED: FOR_GOOD, Kind.TOO_BIG: TOO_BIG}


class Refusal(NamedTuple):
    """What a server answered for one recipient of a domain; `said` as it said it, `550 5.7.1 …`."""

    kind: Kind
    domain: str
    said: str


@dataclass(slots=True)
class _Sum:
    """How many answered; how many refused for the mailbox, and of whom, why, for the message."""

    answers: int = 0
    mailbox: int = 0
    message: int = 0
    of: Counter[tuple[Kind, str]] = field(default_factory=Counter)

    def add(self, other: "_Sum") -> None:
        self.answers += other.answers
        self.mailbox += other.mailbox
        self.message += other.message
        self.of.update(other.of)

    def take(self, other: "_Sum") -> None:
        self.answers -= other.answers
        self.mailbox -= other.mailbox
        self.message -= other.message
        for key, count in other.of.items():
            self.of[key] -= count
            if not self.of[key]:
                del self.of[key]


@dataclass(slots=True)
class _Provider:
    """One provider, since it first refused by policy."""

    answers: int = 0
    refused: int = 0
    said: str = ""


class Breaker:
    """One worker's count for one mailing. After a person let it go on, a new one begins.

    `share` is the part of refused messages that opens it; 0 never does.
    """

    def __init__(self, share: float = SHARE) -> None:
        self._share = share
        self._batches: deque[_Sum] = deque()
        self._window = _Sum()
        self._answers = 0
        self._providers: dict[str, _Provider] = {}
        self._said: dict[Kind, str] = {}
        self._why: Refused | None = None
        self._well = 0

    @property
    def calm(self) -> bool:
        """Whether it needs to know no domains: nobody has refused by policy, and it is not open."""
        return not self._providers and self._why is None

    def well(self, accepted: int) -> None:
        """So many were accepted, and nothing was refused: what is said in nearly every turn.

        It cannot open it, and is counted in heaps: with a sum for each turn of the loop this took
        a fifth of what a mail costs.
        """
        self._well += accepted
        if self._well >= _HEAP:
            self._count_well()

    def _count_well(self) -> None:
        if self._well and self._share > 0:
            self._slide(_Sum(answers=self._well))
        self._well = 0

    def feed(self, accepted: Sequence[str], refusals: Iterable[Refusal]) -> Refused | None:
        """Count a batch: the domains that accepted one each, and the final refusals.

        Returns why the mailing should be paused, if it should; from then on, always.
        """
        self._count_well()
        if self._why is None and self._share > 0:
            batch = _Sum(answers=len(accepted))
            for refusal in refusals:
                self._refusal(batch, refusal)
            self._accepted(accepted)
            self._slide(batch)
            self._why = self._by_one(batch) or self._by_all()
        return self._why

    def _accepted(self, domains: Sequence[str]) -> None:
        if self._providers:
            for domain, count in Counter(domains).items():
                if one := self._providers.get(provider(domain)):
                    one.answers += count

    def _refusal(self, batch: _Sum, refusal: Refusal) -> None:
        kind, name = refusal.kind, provider(refusal.domain)
        if kind not in _MESSAGE and kind not in _MAILBOX:
            return
        batch.answers += 1
        self._said[kind] = refusal.said
        if kind in _MAILBOX:
            batch.mailbox += 1
        else:
            batch.message += 1
            batch.of[kind, name] += 1
        if kind is Kind.POLICY:
            one = self._providers.setdefault(name, _Provider())
            one.refused, one.said = one.refused + 1, refusal.said
        if name in self._providers:
            self._providers[name].answers += 1

    def _slide(self, batch: _Sum) -> None:
        """The batch comes in at one end, and what the window can do without goes at the other."""
        self._answers += batch.answers
        self._batches.append(batch)
        self._window.add(batch)
        while self._window.answers - self._batches[0].answers >= WINDOW:
            self._window.take(self._batches.popleft())

    def _by_one(self, batch: _Sum) -> Refused | None:
        for kind, name in batch.of:
            if kind is Kind.POLICY and self._is_too_much(one := self._providers[name]):
                return _sentence(
                    BY_ONE, one.said, domain=name, refused=one.refused, answers=one.answers
                )
        return None

    def _is_too_much(self, one: _Provider) -> bool:
        many = ENOUGH_OF_ONE if one.refused >= self._answers * PART_OF_ALL else TOO_MANY_OF_ONE
        return one.refused >= max(many, one.answers * PART_OF_ITS_ANSWERS)

    def _by_all(self) -> Refused | None:
        seen = self._window
        if not self._opens(seen.message):
            return None
        message = seen.message - sum(
            max(0, count - MOST_OF_ONE)
            for (kind, _), count in seen.of.items()
            if kind is Kind.POLICY
        )
        return self._told() if self._opens(message) else None

    def _opens(self, message: int) -> bool:
        """Whether so many refusals of the message, and the window's of mailboxes, are too many."""
        mailbox = self._window.mailbox
        enough = message / ENOUGH_MESSAGE + mailbox / ENOUGH_MAILBOX
        weight = message / self._share + mailbox / min(1.0, MAILBOX_WEIGHT * self._share)
        return enough >= 1 and weight >= self._window.answers

    def _told(self) -> Refused:
        seen = self._window
        if seen.mailbox > MAILBOX_WEIGHT * seen.message:
            said = next(self._said[kind] for kind in _MAILBOX if kind in self._said)
            return _sentence(NO_MAILBOXES, said, refused=seen.mailbox, answers=seen.answers)
        of = Counter[Kind]()
        for (kind, _), count in seen.of.items():
            of[kind] += count
        ((most, _),) = of.most_common(1)
        return _sentence(
            _SENTENCES[most], self._said[most], refused=seen.message, answers=seen.answers
        )


def _sentence(message: str, said: str, **values: str | int) -> Refused:
    # Servers like to repeat the address, and not everybody at the desk may see readers' addresses.
    shown = _ADDRESS.sub("…", " ".join(said.split()))[:_SAID]
    return Refused(message, said=shown, **values)
