"""The fan-out: who gets an issue, told beforehand, then written before the first mail leaves."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mailer.curation import signoff
from mailer.curation.models import Issue
from mailer.editions.freeze import edition_checksum, issue_checksum
from mailer.errors import N_, Refused
from mailer.mailings import ledger
from mailer.mailings.models import Mailing, MailingKind
from mailer.mailings.statements import COUNT_AUDIENCE, moment, with_lists

#: How long deferred mail is tried again: a press review of the day before yesterday is no news.
DEADLINE = timedelta(hours=48)


@dataclass(frozen=True)
class Verdict:
    """Who would get an issue now.

    `left_out` counts by reason: erased, unsubscribed, unconfirmed, suppressed, paused,
    no_edition.
    `by_language` counts by the language of the edition they would get.
    """

    would_send: int
    left_out: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, int] = field(default_factory=dict)


def verdict(issue_id: int) -> Verdict:
    """What sending the issue now would do, without doing it. Raises NotFound."""
    issue = signoff.find(issue_id)
    return _verdict(issue, _lists(issue), timezone.now())


def lacking(issue: Issue) -> Refused | None:
    """Why an approved issue waits for a second publisher's signature; None when it does not."""
    if not settings.MAILER_SECOND_PUBLISHER:
        return None
    return signoff.lacking(issue.pk, _verdict(issue, _lists(issue), timezone.now()).would_send)


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
    if kind is MailingKind.FULL:
        _refuse_second(issue_id)
    checksum = _signed(issue)
    lists = _lists(issue)
    verdict = _verdict(issue, lists, now)
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
        lists=lists,
        left_out=verdict.left_out,
        requested_by=by,
        created_at=now,
        deadline_at=now + DEADLINE,
    )
    if kind is MailingKind.FULL:
        signoff.mark_sending(issue_id, now)
    ledger.write_queued(mailing, issue.publication.fallback, now)
    return mailing


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
    first = Mailing.objects.filter(issue=issue_id, kind=MailingKind.FULL).first()
    if first is not None:
        raise Refused(
            N_("Issue %(issue)s was mailed already: it is mailing %(mailing)s of %(date)s."),
            issue=issue_id,
            mailing=first.pk,
            date=f"{first.created_at:%Y-%m-%d %H:%M} UTC",
        )


def _lists(issue: Issue) -> list[int]:
    return sorted(issue.publication.lists.values_list("pk", flat=True))


def _verdict(issue: Issue, lists: list[int], now: datetime) -> Verdict:
    statement, places = with_lists(COUNT_AUDIENCE, lists)
    with connection.cursor() as cursor:
        parameters = [*places, moment(now), issue.pk, issue.pk, issue.publication.fallback]
        cursor.execute(statement, parameters)
        counted = cursor.fetchall()
    left_out: dict[str, int] = {}
    for reason, _, count in counted:
        if reason:
            left_out[reason] = left_out.get(reason, 0) + count
    by_language = {language: count for reason, language, count in counted if not reason}
    return Verdict(sum(by_language.values()), left_out, by_language)
