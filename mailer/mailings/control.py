"""A person's hand on a mailing: pause, resume, cancel, send again; and its end.

    running ⇄ paused → cancelled
       └────────────→ done (→ running, when a frozen worker comes back with mail unsent, or a
                            person asks again for the refused or the uncertain)

Each step is a compare-and-swap on the mailing's row. A worker looks at that row, locked, in the
transaction that begins a group: once a step is committed no further group begins, and what was on
the wire is through within seconds.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mailer.curation import signoff
from mailer.errors import N_, NotFound, Refused, StoredSentence
from mailer.mailings import ledger, spans
from mailer.mailings.fanout import DEADLINE
from mailer.mailings.models import DeliveryState, Lease, Mailing, MailingState, Span
from mailer.mailings.refusals import HOPEFUL, Chosen, chosen
from mailer.mailings.retry import Kind
from mailer.trail.models import Area
from mailer.trail.note import note_by

_log = logging.getLogger(__name__)

_NOT_NOW = {
    MailingState.RUNNING: N_("Mailing %(mailing)s is running."),
    MailingState.PAUSED: N_("Mailing %(mailing)s is paused already."),
    MailingState.DONE: N_("Mailing %(mailing)s is done: nothing of it is left to stop."),
    MailingState.CANCELLED: N_("Mailing %(mailing)s was cancelled."),
}

_STEPS = {
    MailingState.PAUSED: ("mailing.paused", N_("Mailing %(mailing)s was paused")),
    MailingState.RUNNING: ("mailing.resumed", N_("Mailing %(mailing)s went on")),
    MailingState.CANCELLED: (
        "mailing.cancelled",
        N_("What was not sent yet of mailing %(mailing)s was cancelled"),
    ),
}


def find(mailing_id: int) -> Mailing:
    """The mailing of an id; NotFound with a sentence."""
    found = Mailing.objects.filter(pk=mailing_id).first()
    if found is None:
        raise NotFound(
            N_(
                "There is no mailing %(mailing)s. `mailer send` prints the number of the one it"
                " starts."
            ),
            mailing=mailing_id,
        )
    return found


def pause(mailing_id: int, by: User | None, why: StoredSentence | None = None) -> None:
    """Let nothing more begin; `why` is shown to staff when no person asked for it."""
    told = {"paused_why": why, "stopped_by": by, "stopped_at": timezone.now()}
    _step(mailing_id, [MailingState.RUNNING], by, state=MailingState.PAUSED, **told)


def resume(mailing_id: int, by: User | None) -> None:
    """Let it go on where it stood; what time it stood still is added to its deadline."""
    told: dict[str, object] = {
        "paused_why": None,
        "stopped_by": None,
        "stopped_at": None,
        "relay_due_at": None,
    }
    mailing = find(mailing_id)
    if mailing.stopped_at is not None:
        deadline = mailing.deadline_at + max(timezone.now() - mailing.stopped_at, timedelta(0))
        told["deadline_at"] = deadline
    _step(mailing_id, [MailingState.PAUSED], by, state=MailingState.RUNNING, **told)


def cancel(mailing_id: int, by: User | None, now: datetime) -> int:
    """End it: all that has not begun is cancelled; how many that are."""
    with transaction.atomic():
        open_ones = [MailingState.RUNNING, MailingState.PAUSED]
        ended = {"finished_at": now, "paused_why": None, "stopped_by": by, "stopped_at": now}
        _step(mailing_id, open_ones, by, state=MailingState.CANCELLED, **ended)
        cancelled = ledger.cancel_rest(find(mailing_id), now)
        signoff.mark_sent(find(mailing_id).issue_id, now)
        return cancelled


def retry_refused(
    mailing_id: int, by: User, now: datetime, kinds: Collection[Kind] = HOPEFUL
) -> int:
    """Queue again who was refused for one of these reasons; how many.

    Nobody gets two copies: what was refused was not delivered. Raises NotFound and Refused.
    """
    return _again(mailing_id, DeliveryState.REFUSED, by, now, chosen(kinds))


def resend_uncertain(mailing_id: int, by: User, now: datetime) -> int:
    """Queue again all who may have got it and may not; how many. As `retry_refused`.

    Who did get it gets it twice, with one Message-ID, by which most mail programs show one.
    """
    return _again(mailing_id, DeliveryState.UNCERTAIN, by, now, lambda _code, _text: True)


_NOBODY = {
    DeliveryState.REFUSED: N_(
        "In mailing %(mailing)s nobody is refused for one of the chosen reasons: it is sent again"
        " to nobody. Addresses that do not exist, are closed or cannot be written to are left out"
        " unless they are chosen."
    ),
    DeliveryState.UNCERTAIN: N_(
        "In mailing %(mailing)s nobody is uncertain: there is nothing to send again."
    ),
}


def _again(
    mailing_id: int, state: DeliveryState, by: User, now: datetime, asked_for: Chosen
) -> int:
    """A done mailing runs again, a paused one stays paused; each until a new deadline."""
    find(mailing_id)
    with transaction.atomic():
        mailing = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing_id)
        _refuse_unless_kept(mailing)
        count = ledger.ask_again(mailing, state, by, now, asked_for)
        if not count:
            raise Refused(_NOBODY[state], mailing=mailing_id)
        if mailing.state == MailingState.DONE:
            mailing.state, mailing.finished_at = MailingState.RUNNING, None
        mailing.deadline_at = max(mailing.deadline_at, now + DEADLINE)
        mailing.save(update_fields=["state", "finished_at", "deadline_at"])
        told = N_("Mailing %(mailing)s was sent again to %(count)s people")
        note_by(
            by, "mailing.again", told, Area.MAILING, mailing_id, mailing=mailing_id, count=count
        )
    word = state.name.lower()
    _log.info("mailing %s: %s %s are sent again, by %s", mailing_id, count, word, by)
    return count


def _refuse_unless_kept(mailing: Mailing) -> None:
    if mailing.state == MailingState.CANCELLED:
        raise Refused(
            N_(
                "Mailing %(mailing)s was cancelled: nothing of it is sent again. Whoever is to have"
                " it after all finds it in the archive."
            ),
            mailing=mailing.pk,
        )
    if mailing.folded_at is not None:
        raise Refused(
            N_(
                "Of mailing %(mailing)s only the sums are kept: whom it was refused to is no longer"
                " known, so nothing of it is sent again."
            ),
            mailing=mailing.pk,
        )


def finish(mailing_id: int, now: datetime) -> bool:
    """Mark a running mailing done, and its issue sent, once nothing of it is left to do."""
    with transaction.atomic():
        running = Mailing.objects.select_for_update(of=("self",)).filter(
            pk=mailing_id, state=MailingState.RUNNING
        )
        mailing = running.first()
        # The end is taken from the rows themselves, once nothing beside them speaks against it.
        if mailing is None or has_work(mailing_id):
            return False
        if ledger.audit(mailing, now):
            _log.error("mailing %s: its sums were not those of its rows", mailing_id)
        if ledger.sums(mailing_id).open:
            return False
        running.update(
            state=MailingState.DONE, finished_at=now, relay_due_at=None, relay_error=None
        )
        signoff.mark_sent(mailing.issue_id, now)
        return True


def settle_ended(now: datetime) -> None:
    """Deliveries that came back to the queue after their mailing had ended.

    A worker may be frozen past its lease, or a relay hang up while a mailing is cancelled: of a
    cancelled one they are cancelled too, a done one goes on.
    """
    waiting = Span.objects.filter(mailing=OuterRef("pk"), lease=None)
    ended = Mailing.objects.filter(
        Exists(waiting), state__in=[MailingState.DONE, MailingState.CANCELLED]
    )
    for mailing in ended:
        if mailing.state == MailingState.CANCELLED:
            with transaction.atomic():
                ledger.cancel_rest(Mailing.objects.select_for_update().get(pk=mailing.pk), now)
        else:
            Mailing.objects.filter(pk=mailing.pk, state=MailingState.DONE).update(
                state=MailingState.RUNNING, finished_at=None
            )
            _log.warning("mailing %s goes on: a worker came back with mail of it", mailing.pk)


def has_work(mailing_id: int) -> bool:
    """Whether something of it waits, or is in somebody's hands."""
    return (
        Span.objects.filter(mailing=mailing_id).exists()
        or Lease.objects.filter(mailing=mailing_id).exists()
    )


def is_due(mailing_id: int, now: datetime) -> bool:
    """Whether a worker could do something for it at this moment."""
    return due(now).filter(pk=mailing_id).exists()


def others_due(mailing_id: int, now: datetime) -> bool:
    """Whether a worker could do something for another mailing, that nobody works on."""
    held = Lease.objects.filter(until__gt=now).values("mailing")
    return due(now).exclude(pk=mailing_id).exclude(pk__in=held).exists()


def due(now: datetime) -> QuerySet[Mailing]:
    """The running mailings with a delivery whose time has come.

    A mailing whose relay cannot be reached comes back when the relay's time has come.
    """
    waiting = spans.waiting(now).filter(mailing=OuterRef("pk"))
    resting = Q(relay_due_at__gt=now)
    return Mailing.objects.filter(~resting, Exists(waiting), state=MailingState.RUNNING)


def relay_is_down(mailing_id: int, again_at: datetime, why: StoredSentence) -> None:
    """Note that the relay cannot be reached; it is tried again at a time."""
    Mailing.objects.filter(pk=mailing_id).update(relay_due_at=again_at, relay_error=why)


def relay_is_up(mailing_id: int) -> None:
    """Forget that the relay could not be reached."""
    Mailing.objects.filter(pk=mailing_id, relay_due_at__isnull=False).update(
        relay_due_at=None, relay_error=None
    )


def _step(mailing_id: int, before: list[MailingState], by: User | None, **after: object) -> None:
    state = MailingState(str(after["state"]))
    with transaction.atomic():
        moved = Mailing.objects.filter(pk=mailing_id, state__in=before).update(**after)
        if not moved:
            raise Refused(_NOT_NOW[MailingState(find(mailing_id).state)], mailing=mailing_id)
        verb, told = _STEPS[state]
        note_by(by, verb, told, Area.MAILING, mailing_id, mailing=mailing_id)
    _log.info("mailing %s is %s, by %s", mailing_id, after["state"], by or "nobody named")
