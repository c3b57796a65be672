"""Staff are told, by letter, that a mailing was stopped: which one, why, and how far it is."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from mailer.curation.models import Notice, Publication
from mailer.errors import N_, BadAddress, StoredSentence
from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, known
from mailer.letters.outbox import post
from mailer.mailings.holding import ENDED
from mailer.mailings.models import Alarm
from mailer.mailings.report import Sums, sums
from mailer.subscribers import address
from mailer.subscribers.models import Subscriber
from mailer.typesetting.typography import number

_log = logging.getLogger(__name__)

#: Who is told: the people who can let it go on.
_MAY_SEND = "mailings.send_issue"

#: An alarm that could not be told in a day is no news.
_NEWS = timedelta(days=1)

SUBJECT = N_("%(title)s, No. %(number)s: the mailing was paused")
ISSUE = N_("%(title)s, No. %(number)s")
TITLE = N_("The mailing was paused")
FACTS = N_(
    "Mailing %(mailing)s was paused at %(time)s. Sent: %(sent)s. Refused: %(refused)s. Waiting:"
    " %(waiting)s; none of these is lost while it stands still."
)
SUBJECT_PART = N_("%(title)s, No. %(number)s: the mail to %(provider)s was paused")
TITLE_PART = N_("The mail to %(provider)s was paused")
FACTS_PART = N_(
    "Of mailing %(mailing)s what goes to %(provider)s was paused at %(time)s; all the rest goes on."
    " Sent: %(sent)s. Refused: %(refused)s. Waiting: %(waiting)s; none of these is lost."
)
SUBJECT_LATE = N_("%(title)s, No. %(number)s: %(provider)s refuses its mail")
TITLE_LATE = N_("%(provider)s refuses the mail")
FACTS_LATE = N_(
    "Mailing %(mailing)s had ended when this was seen, at %(time)s: nothing of it is left to be"
    " paused. Sent: %(sent)s. Refused at once: %(refused)s."
)
ACT = N_("Open the mailing")


NOTICE_SUBJECT = N_("%(title)s: the press desk needs you")
NOTICE_TITLE = N_("Something waits for you")
NOTICE_ACT = N_("Open the desk")


def tell_notices(now: datetime) -> int:
    """Tell of every number that was held and every date that stayed empty; how many letters."""
    untold = Notice.objects.filter(told_at=None, raised_at__gt=now - _NEWS).order_by("pk")
    return sum(_tell_notice(pk, now) for pk in untold.values_list("pk", flat=True))


def _tell_notice(notice_id: int, now: datetime) -> int:
    """Told once, in the transaction of its letters."""
    with transaction.atomic():
        if not Notice.objects.filter(pk=notice_id, told_at=None).update(told_at=now):
            return 0
        notice = Notice.objects.select_related("publication", "issue").get(pk=notice_id)
        people = User.objects.with_perm(_MAY_SEND, include_superusers=True)
        addresses = people.exclude(email="").order_by("pk").values_list("email", flat=True)
        for to in addresses:
            _post_notice(notice, to, now)
    return len(addresses)


def _post_notice(notice: Notice, to: str, now: datetime) -> None:
    reader = _language(notice.publication, to)
    title = notice.publication.name(reader.code)
    number = notice.issue.number if notice.issue else ""
    named = (
        _said(ISSUE, title=title, number=number)
        if notice.issue
        else _said("%(title)s", title=title)
    )
    place = f"issues/{notice.issue_id}/" if notice.issue_id else ""
    post(
        "alert",
        to,
        reader,
        {
            "issue": named,
            "subject_line": _said(NOTICE_SUBJECT, title=title),
            "title": _said(NOTICE_TITLE),
            "sentences": [notice.why],
            "act": _said(NOTICE_ACT),
            "desk_url": f"{settings.MAILER_URL}/desk/{place}",
        },
        now=now,
        sender_name=title,
    )


def tell_untold(now: datetime) -> int:
    """Tell of every alarm that nobody was told of; how many letters. The clock calls it."""
    untold = Alarm.objects.filter(told_at=None, raised_at__gt=now - _NEWS).order_by("pk")
    posted = 0
    for pk in untold.values_list("pk", flat=True):
        try:
            posted += alert_staff(pk, now)
        except Exception:
            _log.exception("alarm %s could not be told; it stands on the desk", pk)
    return posted


def alert_staff(alarm_id: int, now: datetime) -> int:
    """Post a letter to everybody who may send and has an address; how many.

    Safe to run twice: an alarm is told once, in the transaction of its letters.
    """
    with transaction.atomic():
        if not Alarm.objects.filter(pk=alarm_id, told_at=None).update(told_at=now):
            return 0
        alarm = Alarm.objects.select_related("mailing__issue__publication").get(pk=alarm_id)
        counted = sums(alarm.mailing_id)
        people = User.objects.with_perm(_MAY_SEND).exclude(email="").order_by("pk")
        for person in people:
            _post(alarm, counted, person.email, now)
    _log.warning("mailing %s raised an alarm; %s were told", alarm.mailing_id, len(people))
    return len(people)


def _post(alarm: Alarm, counted: Sums, to: str, now: datetime) -> None:
    mailing = alarm.mailing
    publication = mailing.issue.publication
    reader = _language(publication, to)
    title, part = publication.name(reader.code), _part(alarm)
    subject, head, _ = _words(alarm)
    post(
        "alert",
        to,
        reader,
        {
            "issue": _said(ISSUE, title=title, number=mailing.issue.number),
            "subject_line": _said(subject, title=title, number=mailing.issue.number, **part),
            "title": _said(head, **part),
            "sentences": [_facts(alarm, counted, reader), alarm.why],
            "act": _said(ACT),
            "desk_url": f"{settings.MAILER_URL}/desk/mailings/{mailing.pk}/",
        },
        now=now,
        sender_name=title,
    )


def _words(alarm: Alarm) -> tuple[str, str, str]:
    """Subject, title and facts: all of it was paused, a provider's part, or it had ended."""
    if not alarm.provider:
        return SUBJECT, TITLE, FACTS
    if alarm.mailing.state in ENDED:
        return SUBJECT_LATE, TITLE_LATE, FACTS_LATE
    return SUBJECT_PART, TITLE_PART, FACTS_PART


def _part(alarm: Alarm) -> dict[str, str]:
    """Which part was paused, as the sentences take it; empty when all of it was."""
    return {"provider": alarm.provider} if alarm.provider else {}


def _facts(alarm: Alarm, counted: Sums, reader: Language) -> StoredSentence:
    zone = ZoneInfo(alarm.mailing.issue.publication.zone)
    return _said(
        _words(alarm)[2],
        **_part(alarm),
        mailing=alarm.mailing_id,
        time=f"{alarm.raised_at.astimezone(zone):%H:%M}",
        sent=number(counted.sent, reader),
        refused=number(counted.refused, reader),
        waiting=number(counted.open, reader),
    )


def _said(message: str, **values: str | int) -> StoredSentence:
    return {"id": message, "values": values}


def _language(publication: Publication, to: str) -> Language:
    """The language that a person reads the review in, else what the publication falls back on."""
    try:
        reads = Subscriber.objects.filter(email_key=address.key(to))
    except BadAddress:
        reads = Subscriber.objects.none()
    codes = [
        *reads.values_list("language", flat=True),
        publication.fallback,
        *publication.languages,
    ]
    return next((found for code in codes if (found := known(code))), LANGUAGES[DEFAULT_LANGUAGE])
