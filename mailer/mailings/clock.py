"""The clock: drafts the issue of a date, and sends it at its hour.

Two clocks, or one that was down, are harmless: an issue is unique per date, and every step is a
compare-and-swap that the second one loses.

    from a day before its hour      a draft is made, once there is something to put in
    at its hour   approved          it is sent
                  automatic         what came since is taken, the clock signs, it is sent
                  not approved, or not by two where two must: it waits
                  thin and automatic: it is held, and staff are told
                  nothing to put in: staff are told, once
    past the grace                  it is held, and staff are told
"""

import logging
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from mailer.articles.refresh import policy
from mailer.curation import compose, signoff
from mailer.curation.calendar import Calendar, Moved, Period, Slot, open_slots, slots
from mailer.curation.models import Issue, IssueState, Mode, Notice, Publication
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.illustrations import fetch_for
from mailer.editions.printing import print_issue
from mailer.errors import N_, MailerError, Refused
from mailer.mailings.fanout import lacking, start

log = logging.getLogger(__name__)

#: Seconds that an automatic number waits at its hour for the pictures of what came last.
_PICTURES = 15.0


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
    """The publication's days and hours, and what is otherwise by hand, as plain values."""
    return Calendar(
        frozenset(publication.weekdays),
        publication.hour,
        publication.zone,
        frozenset(publication.monthdays),
        {one.date: Moved(one.to, one.hour, one.why) for one in publication.moves.all()},
        tuple(Period(one.first, one.last, one.hour, one.why) for one in publication.hours.all()),
    )


def at_of(calendar: Calendar, day: date) -> datetime | None:
    """The moment (UTC) of the slot that a date names; None when the calendar has none for it."""
    moved = calendar.moves.get(day)
    to = moved.to if moved else day
    if to is None:
        return None
    noon = datetime.combine(to, time(12), ZoneInfo(calendar.zone))
    near = slots(calendar, noon - timedelta(days=1), noon + timedelta(days=1))
    return next((slot.at for slot in near if slot.date == day), None)


def follow(publication: Publication, before: Calendar, now: datetime) -> None:
    """Let the open issues of the clock's dates follow a calendar that was changed.

    An issue takes the hour that its date has now, none where the date was taken away; another day
    is another dateline, and so another edition, which nobody has signed. What a person gave an
    hour of its own keeps it.
    """
    calendar = calendar_of(publication)
    zone = ZoneInfo(publication.zone)
    open_ones = [IssueState.DRAFT, IssueState.APPROVED]
    for issue in publication.issues.filter(slot__isnull=False, state__in=open_ones):
        if issue.slot is None or issue.send_at != at_of(before, issue.slot):
            continue
        moment = at_of(calendar, issue.slot)
        day = moment.astimezone(zone).date() if moment else issue.date
        with transaction.atomic():
            held_still = signoff.hold_still(issue.pk)
            if held_still.state not in open_ones:
                continue
            Issue.objects.filter(pk=issue.pk).update(send_at=moment, date=day)
            if day != issue.date:
                signoff.void(issue.pk, now)
                compile_issue(issue.pk, now)


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
            # Nothing to put in yet, or another clock was first: both are well, until its hour.
            log.debug("%s: no draft for %s", publication.slug, slot.date)
            if now >= slot.at:
                _tell_empty(publication, slot, now)
        else:
            compile_issue(issue.pk, now)


def _at_its_hour(issue: Issue, hour: datetime, now: datetime) -> list[int]:
    publication = issue.publication
    if now > hour + timedelta(minutes=publication.grace_minutes):
        _hold(issue, now)
        return []
    if issue.state == IssueState.DRAFT and publication.mode == Mode.AUTOMATIC:
        compose.take_new(issue.pk, now)
        fetch_for(issue, policy(), _PICTURES)
        compile_issue(issue.pk, now)
        if _is_thin(issue):
            _hold_thin(issue, now)
            return []
        print_issue(issue.pk, now)
        sign(issue.pk, issue_checksum(issue.pk), None, now)
    elif issue.state != IssueState.APPROVED:
        return []
    if lacking(issue):
        return []
    return [start(issue.pk, None, now).pk]


_EMPTY = N_(
    "Nothing was sent on %(date)s: no source brought anything new. If something comes within the"
    " time that is set for it, a number is still drafted."
)
_THIN = N_(
    "It has fewer entries than the %(least)s that this publication asks for in one language. Add to"
    " it, or approve and send it as it is."
)


def _tell_empty(publication: Publication, slot: Slot, now: datetime) -> None:
    """A date at whose hour there was nothing is told once, and is no error of the clock."""
    if publication.issues.filter(slot=slot.date).exists():
        return
    told = Refused(_EMPTY, date=slot.date.isoformat()).stored()
    Notice.objects.get_or_create(
        publication=publication,
        date=slot.date,
        issue=None,
        defaults={"why": told, "raised_at": now},
    )


def _is_thin(issue: Issue) -> bool:
    """Whether even its fullest language has too few entries; the clock alone asks, no person."""
    fullest = issue.editions.aggregate(most=Max("articles"))["most"] or 0
    return fullest < issue.publication.least_entries


def _hold_thin(issue: Issue, now: datetime) -> None:
    why = Refused(_THIN, least=issue.publication.least_entries)
    signoff.hold(issue.pk, why.stored(), now)
    log.warning("issue %s is held: %s", issue.pk, why)


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
