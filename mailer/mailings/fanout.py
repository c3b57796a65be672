"""The fan-out: who gets an issue, told beforehand, then written before the first mail leaves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mailer.curation import signoff
from mailer.curation.models import Issue
from mailer.editions.archive import write_down
from mailer.editions.freeze import edition_checksum, issue_checksum
from mailer.errors import N_, Refused
from mailer.mailings import ledger
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.mailings.statements import COUNT_AUDIENCE, COUNT_UP_TO, Audience
from mailer.subscribers.models import Segment
from mailer.trail.models import Area
from mailer.trail.note import note_by

#: How long deferred mail is tried again: a press review of the day before yesterday is no news.
DEADLINE = timedelta(hours=48)


@dataclass(frozen=True)
class Verdict:
    """Who would get an issue now.

    `left_out` counts by reason: erased, unsubscribed, unconfirmed, suppressed, paused, outside (of
    the issue's segment), no_edition.
    `by_language` counts by the language of the edition they would get.
    """

    would_send: int
    left_out: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, int] = field(default_factory=dict)


def verdict(issue_id: int) -> Verdict:
    """What sending the issue now would do, without doing it. Raises NotFound."""
    issue = signoff.find(issue_id)
    return _verdict(_audience(issue), timezone.now())


def lacking(issue: Issue) -> Refused | None:
    """Why an approved issue waits for a second publisher's signature; None when it does not."""
    most = settings.MAILER_SECOND_PUBLISHER
    if signoff.lacking(issue.pk, most + 1) is None:
        return None
    return signoff.lacking(issue.pk, _count_up_to(most + 1, _audience(issue), timezone.now()))


def start(issue_id: int, by: User | None, now: datetime, kind: str = MailingKind.FULL) -> Mailing:
    """Write the mailing and a queued delivery for everybody who gets it, in one transaction.

    Raises NotFound, and Refused: there is a full mailing already (it is named), nobody signed, or
    one alone where two must, or the editions are no longer those that were signed.
    """
    try:
        with transaction.atomic():
            return _start(issue_id, by, now, MailingKind(kind))
    except IntegrityError:
        # Two asked at once: the other's row stands by now, and the constraint refused ours.
        _refuse_second(issue_id)
        raise


def _start(issue_id: int, by: User | None, now: datetime, kind: MailingKind) -> Mailing:
    issue = signoff.hold_still(issue_id)
    if issue.corrects_id:
        kind = MailingKind.CORRECTION
        _refuse_unfinished(issue.corrects_id)
    first = kind is MailingKind.FULL or issue.corrects_id is not None
    if first:
        _refuse_second(issue_id)
    # Nobody changes the segment between the look at the signature and the rows.
    list(Segment.objects.select_for_update().filter(pk=issue.segment_id or 0))
    checksum = _signed(issue)
    audience = _audience(issue)
    verdict = _verdict(audience, now)
    if not verdict.would_send:
        raise Refused(
            N_(
                "Nobody would get issue %(issue)s: no reader of its lists is confirmed and has an"
                " edition. Import readers, or let them sign up, then send it."
            ),
            issue=issue_id,
        )
    if lack := signoff.lacking(issue_id, verdict.would_send):
        raise lack
    mailing = Mailing.objects.create(
        issue=issue,
        kind=kind,
        checksum=checksum,
        editions={str(one.pk): edition_checksum(one) for one in issue.editions.all()},
        lists=audience.lists,
        segment=audience.segment,
        left_out=verdict.left_out,
        requested_by=by,
        created_at=now,
        deadline_at=now + DEADLINE,
    )
    if first:
        signoff.mark_sending(issue_id, now)
        write_down(issue)
    count = ledger.write_queued(mailing, audience, now)
    told = N_("No. %(number)s began to be sent to %(count)s people")
    values = {"number": issue.number, "count": count}
    note_by(by, "mailing.started", told, Area.MAILING, mailing.pk, **values)
    return mailing


def _refuse_unfinished(issue_id: int) -> None:
    """A correction goes to who received the issue: that must be known, to the last of them."""
    under_way = Mailing.objects.filter(
        issue=issue_id, state__in=[MailingState.RUNNING, MailingState.PAUSED]
    ).first()
    if under_way:
        raise Refused(
            N_(
                "Mailing %(mailing)s, which this corrects, is not over: cancel the rest of it, or"
                " wait for its end."
            ),
            mailing=under_way.pk,
        )


def _signed(issue: Issue) -> str:
    """The checksum that a person, or the clock, signed and that still is the editions'."""
    approval = signoff.standing(issue.pk)
    if approval is None:
        raise Refused(
            N_("Issue %(issue)s is not approved: approve its editions first."), issue=issue.pk
        )
    if approval.checksum != issue_checksum(issue.pk):
        raise Refused(
            N_(
                "Issue %(issue)s is no longer what was approved: look at its editions again and"
                " approve them anew."
            ),
            issue=issue.pk,
        )
    return approval.checksum


def _refuse_second(issue_id: int) -> None:
    firsts = [MailingKind.FULL, MailingKind.CORRECTION]
    first = Mailing.objects.filter(issue=issue_id, kind__in=firsts).first()
    if first is not None:
        raise Refused(
            N_("Issue %(issue)s was mailed already: it is mailing %(mailing)s of %(date)s."),
            issue=issue_id,
            mailing=first.pk,
            date=f"{first.created_at:%Y-%m-%d %H:%M} UTC",
        )


def _audience(issue: Issue) -> Audience:
    return Audience(
        lists=sorted(issue.publication.lists.values_list("pk", flat=True)),
        segment=issue.segment.definition if issue.segment else None,
        issue=issue.pk,
        fallback=issue.publication.fallback,
        corrects=issue.corrects_id,
    )


def _count_up_to(most: int, audience: Audience, now: datetime) -> int:
    """How many would get it, counted to `most` and no further: a page asks at each look."""
    statement, values = audience.of(COUNT_UP_TO, now)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, most])
        return int(cursor.fetchone()[0])


def _verdict(audience: Audience, now: datetime) -> Verdict:
    with connection.cursor() as cursor:
        cursor.execute(*audience.of(COUNT_AUDIENCE, now))
        counted = cursor.fetchall()
    left_out: dict[str, int] = {}
    for reason, _, count in counted:
        if reason:
            left_out[reason] = left_out.get(reason, 0) + count
    by_language = {language: count for reason, language, count in counted if not reason}
    return Verdict(sum(by_language.values()), left_out, by_language)
