"""A report becomes a row, and what follows from it is done (a verb).

    1. what says nothing about a mail of ours is counted, or not even that
    2. whose it is must be proven; else it is counted, and changes nothing
    3. one transaction: a copy of what is known already ends it; a doubt of the ledger is settled;
       the act is decided and done; the row is written, with its evidence
    4. many policy refusals of one provider hold its part of a mailing that still goes on

Safe to repeat, at once and by several processes: the key of the report is unique.
"""

import hashlib
import logging
import zlib
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from mailer.mailings import ledger
from mailer.mailings.hands import domain_of
from mailer.mailings.limits import provider
from mailer.mailings.meaning import without_addresses
from mailer.mailings.models import Alarm, Delivery, DeliveryState
from mailer.receipts import provider_part
from mailer.receipts.deciding import Act, decide
from mailer.receipts.models import Original, Outcome, Receipt, Stray, Way
from mailer.receipts.notice import Notice
from mailer.receipts.verdicts import SOFT, Finding, Verdict
from mailer.receipts.whose import Owner, asker, owner
from mailer.subscribers import optout, suppressing
from mailer.subscribers.consents import Where
from mailer.subscribers.models import Suppression

_log = logging.getLogger(__name__)

#: Of a report, so many bytes are kept as evidence: with its text, and the head of what it returns.
KEPT = 48 * 1024
#: Deliveries to a reader that are looked at for soft bounces in a row.
_BACK = 15
#: So many in so long ask to leave without a proof, and are believed.
_FEW, _LATELY = 20, timedelta(hours=1)
_LEFT = (DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.UNCERTAIN)


class Taken(StrEnum):
    """What became of a report: which folder of the box it goes to, or what a command says."""

    DONE = "done"
    COPY = "copy"
    IGNORED = "ignored"
    UNKNOWN = "unknown"
    FORGED = "forged"


def record(notice: Notice, now: datetime) -> Taken:
    """Take one report; what became of it."""
    verdicts = {one.verdict for one in notice.findings}
    if verdicts <= {Verdict.REPLY, Verdict.MAIL}:
        count(notice.way, "reply" if Verdict.REPLY in verdicts else "mail", now)
        return Taken.IGNORED
    whose = owner(notice)
    if whose is None and Verdict.UNSUBSCRIBE in verdicts:
        whose = asker(notice)
    if whose is None:
        # Who shows what looks like a proof, and is none, forges; or writes of what is long gone.
        why = Taken.FORGED if notice.clues else Taken.UNKNOWN
        count(notice.way, why, now)
        return why
    try:
        with transaction.atomic():
            return _record(notice, whose, now)
    except IntegrityError:
        # Another process took a copy of it at this very moment.
        _log.info("a report was taken twice at once: %s", notice.key)
        return Taken.COPY


def _record(notice: Notice, whose: Owner, now: datetime) -> Taken:
    key = notice.key
    if not notice.trusted:
        # Who may write anything may also write another's Message-ID into a report of theirs.
        key = hashlib.sha256(f"{key}:{whose.subscriber.pk}".encode()).hexdigest()
    if Receipt.objects.filter(key=key).exists():
        return Taken.COPY
    finding = _about(notice, whose)
    _settle(notice, whose, now)
    receipt = _row(notice, whose, finding, now)
    receipt.key = key
    act = decide(
        finding.verdict,
        softs=_softs(whose) if finding.verdict in SOFT else (),
        proven=bool(whose.proof) or _is_no_wave(now),
        doubtful=_is_doubtful(receipt),
    )
    receipt.outcome = _do(act, receipt, notice, whose.audience, now)
    receipt.save(force_insert=True)
    if notice.original and whose.subscriber.email_key is not None:
        Original.objects.create(receipt=receipt, raw=zlib.compress(notice.original[:KEPT]))
    if finding.verdict is Verdict.POLICY and whose.delivery is not None:
        provider_part.look(whose.delivery.mailing, receipt, now)
    return Taken.DONE


def _about(notice: Notice, whose: Owner) -> Finding:
    """What it says of this reader, where it names them; else the gravest thing it says."""
    order = list(Verdict)
    ours = [one for one in notice.findings if one.recipient.lower() == whose.subscriber.email_key]
    return min(ours or notice.findings, key=lambda one: order.index(one.verdict))


def _settle(notice: Notice, whose: Owner, now: datetime) -> None:
    """Only an accepted mail comes back: a delivery that was in doubt had been sent."""
    delivery = whose.delivery
    shown = whose.proof in {"verp", "message-id", "link"} and notice.way != Way.DIALOGUE
    if delivery is not None and shown and delivery.state == DeliveryState.UNCERTAIN:
        ledger.settle_late(delivery.mailing_id, [delivery.pk], now)


def _row(notice: Notice, whose: Owner, finding: Finding, now: datetime) -> Receipt:
    delivery, person = whose.delivery, whose.subscriber
    domain = domain_of(person.email)
    text = finding.text.replace("\0", "")[:1000]
    return Receipt(
        way=notice.way,
        received_at=now,
        verdict=finding.verdict.value,
        mailing=delivery.mailing if delivery else None,
        delivery=delivery.pk if delivery else None,
        subscriber=person,
        domain=domain,
        provider=provider(domain),
        status=finding.status[:12],
        code=finding.code,
        text=text if person.email else without_addresses(text),
        proof=whose.proof,
    )


def _do(act: Act, receipt: Receipt, notice: Notice, audience: int, now: datetime) -> Outcome:
    person = receipt.subscriber
    if act in {Act.BOUNCE, Act.SOFT, Act.COMPLAINT}:
        fresh = suppressing.suppress(
            person, act.value, origin=origin(receipt), evidence=receipt.text, now=now
        )
        return Outcome.SUPPRESSED if fresh else Outcome.KNOWN
    if act is Act.LEAVE:
        ended = optout.leave_by_mail(
            person,
            audience,
            where=Where(f"mail ({receipt.way})"),
            now=now,
            message_id=notice.clues.message_id,
            answer=not notice.machine,
        )
        receipt.undo = {"subscriptions": ended}
        return Outcome.UNSUBSCRIBED if ended else Outcome.KNOWN
    if act is Act.ASK:
        return Outcome.ASKS
    return Outcome.DOUBTED if act is Act.DOUBT else Outcome.COUNTED


def origin(receipt: Receipt) -> str:
    """By what a suppression names the report that caused it."""
    return f"receipt:{receipt.key}"


def _softs(whose: Owner) -> list[int]:
    """Soft bounces of the newest deliveries, this one's included; since staff last undid some."""
    receipts = Receipt.objects.filter(subscriber=whose.subscriber)
    undone = receipts.aggregate(last=Max("undone_at"))["last"]
    soft = receipts.filter(verdict__in=[one.value for one in SOFT])
    if undone:
        soft = soft.filter(received_at__gt=undone)
    counts: dict[int | None, int] = {}
    for delivery in soft.order_by().values_list("delivery", flat=True):
        counts[delivery] = counts.get(delivery, 0) + 1
    left = Delivery.objects.filter(subscriber=whose.subscriber, state__in=_LEFT)
    newest = left.order_by("-mailing_id").values_list("pk", flat=True)[:_BACK]
    this = whose.delivery.pk if whose.delivery else None
    return [counts.get(one, 0) + (one == this) for one in newest]


def _is_no_wave(now: datetime) -> bool:
    """Whether few ask to leave of late without a proof: what is in From anybody can write.

    A few are believed, as of any list: a farewell tells them. A wave of them waits for staff.
    """
    lately = Receipt.objects.filter(received_at__gt=now - _LATELY, proof="")
    return lately.filter(verdict=Verdict.UNSUBSCRIBE.value).count() < _FEW


def _is_doubtful(receipt: Receipt) -> bool:
    """Whether a relay's own answer calls an address dead, in a mailing stopped for its answers."""
    return (
        receipt.way == Way.DIALOGUE
        and receipt.verdict == Verdict.HARD
        and Alarm.objects.filter(mailing=receipt.mailing, provider="").exists()
    )


def is_suppressed(receipt: Receipt) -> bool:
    """Whether it is this report that still suppresses its reader."""
    key = receipt.subscriber.email_key or ""
    return Suppression.objects.filter(email_key=key, origin=origin(receipt)).exists()


def count(way: str, why: str, now: datetime) -> None:
    """Count a report that changes nothing."""
    day = now.date()
    counted = Stray.objects.filter(day=day, way=way, why=why)
    if not counted.update(count=F("count") + 1):
        Stray.objects.get_or_create(day=day, way=way, why=why)
        counted.update(count=F("count") + 1)
