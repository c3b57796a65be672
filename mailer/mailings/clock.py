"""The clock: drafts the issue of a date, and sends it at its hour.

Two clocks, or one that was down, are harmless: an issue is unique per date, and every step is a
compare-and-swap that the second one loses.

    from a day before its hour      a draft is made, once there is something to put in
    at its hour   approved          it is sent
                  automatic         what came since is taken, the clock signs, it is sent
                  not approved, or not by two where two must: it waits
    past the grace                  it is held, and staff are told
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from mailer.curation import compose, signoff
from mailer.curation.calendar import Calendar, open_slots
from mailer.curation.models import Issue, IssueState, Mode, Publication
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.printing import print_issue
from mailer.errors import N_, MailerError, Refused
from mailer.mailings.fanout import lacking, start

log = logging.getLogger(__name__)


def keep_calendar(now: datetime) -> list[int]:
    """Do for every publication what is due at `now`; returns the ids of the mailings started.

    A publication that cannot go on is logged, and stops no other.
    """
    started: list[int] = []
    for publication in Publication.objects.filter(clock_on=True).order_by("slug"):
        try:
            started += _keep(publication, now)
        except MailerError as refusal:
            log.warning("%s: %s", publication.slug, refusal)
        except Exception:
            log.exception("%s: the clock could not do what was due", publication.slug)
    return started


def calendar_of(publication: Publication) -> Calendar:
    """The publication's days and hour as plain values."""
    return Calendar(frozenset(publication.weekdays), publication.hour, publication.zone)


def _keep(publication: Publication, now: datetime) -> list[int]:
    _draft_open_slots(publication, now)
    started: list[int] = []
    due = publication.issues.filter(
        send_at__lte=now, state__in=[IssueState.DRAFT, IssueState.APPROVED]
    )
    for issue in due:
        try:
            started += _at_its_hour(issue, issue.send_at or now, now)
        except Refused as refusal:
            # A refusal is the issue's own trouble: the next one is tried all the same.
            log.warning("issue %s: %s", issue.pk, refusal)
    return started


def _draft_open_slots(publication: Publication, now: datetime) -> None:
    slots = open_slots(
        calendar_of(publication),
        now,
        draft=timedelta(minutes=publication.draft_minutes),
        grace=timedelta(minutes=publication.grace_minutes),
    )
    for slot in slots:
        if publication.issues.filter(slot=slot.date).exists():
            continue
        try:
            issue = compose.draft_issue(publication, now=now, slot=slot.date, send_at=slot.at)
        except Refused:
            # Nothing to put in yet, or another clock was first: both are well.
            log.debug("%s: no draft for %s", publication.slug, slot.date)
        else:
            compile_issue(issue.pk, now)


def _at_its_hour(issue: Issue, hour: datetime, now: datetime) -> list[int]:
    publication = issue.publication
    if now > hour + timedelta(minutes=publication.grace_minutes):
        _hold(issue, now)
        return []
    if issue.state == IssueState.DRAFT and publication.mode == Mode.AUTOMATIC:
        compose.take_new(issue.pk, now)
        compile_issue(issue.pk, now)
        print_issue(issue.pk, now)
        sign(issue.pk, issue_checksum(issue.pk), None, now)
    elif issue.state != IssueState.APPROVED:
        return []
    if lacking(issue):
        return []
    return [start(issue.pk, None, now).pk]


_MISSED = N_(
    "The hour to send it was missed while nothing ran. Send it yourself if it is still wanted."
)
_UNSIGNED = N_("Nobody approved it in time. Approve and send it yourself if it is still wanted.")
_HALF_SIGNED = N_(
    "It was not signed by two publishers in time, as a mailing to more than %(most)s people must"
    " be. Let both approve it, and send it yourself if it is still wanted."
)


def _hold(issue: Issue, now: datetime) -> None:
    if issue.state != IssueState.APPROVED:
        why = Refused(_UNSIGNED)
    elif lacking(issue):
        why = Refused(_HALF_SIGNED, most=settings.MAILER_SECOND_PUBLISHER)
    else:
        why = Refused(_MISSED)
    signoff.hold(issue.pk, why.stored(), now)
    log.warning("issue %s is held: %s", issue.pk, why)
