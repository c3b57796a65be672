"""What a person may change by the link in a mail: language, name, a pause. Leaving is optout's."""

from datetime import datetime, timedelta

from django.db import transaction

from mailer.errors import N_, BadToken, Refused
from mailer.languages import LANGUAGES, Language, known
from mailer.mime.headers import clean_header_text
from mailer.subscribers import consents, links
from mailer.subscribers.address import shown
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import Subscriber
from mailer.subscribers.tokens import Purpose


def look(token: str, now: datetime) -> Subscriber:
    """The person whose preferences a link opens; changes nothing. Raises BadToken."""
    claim = links.read(token, Purpose.PREFERENCES, now)
    subscriber = Subscriber.objects.filter(pk=claim.subject, erased_at__isnull=True).first()
    if subscriber is None:
        raise BadToken(
            N_("The person this link was made for is not known here: there is nothing to change.")
        )
    return subscriber


def language_behind(token: str) -> str:
    """The language of the person a link was made for, whatever else is wrong with it; or ""."""
    try:
        subject = links.claimed(token).subject
    except BadToken:
        return ""
    living = Subscriber.objects.filter(pk=subject, erased_at__isnull=True)
    return living.values_list("language", flat=True).first() or ""


def language_named(text: str) -> Language:
    """The language of a code from outside. Raises Refused for one that is none of ours."""
    found = known(text)
    if found is None:
        raise Refused(
            N_("“%(language)s” is not a language we publish in: use %(codes)s."),
            language=shown(text, 20),
            codes=", ".join(LANGUAGES),
        )
    return found


#: For how many weeks mail may be paused; 0 lets it go on.
WEEKS = (0, 2, 4, 8)


def change(
    token: str,
    *,
    language: str,
    name: str,
    now: datetime,
    weeks: str = "",
    where: Where | None = None,
) -> Subscriber:
    """Store the language ("" keeps the one there is), the name, and a pause from now on ("" keeps
    what there is).

    Raises BadToken, and Refused for a language or a pause that is none of ours: then nothing is
    stored.
    """
    subscriber = look(token, now)
    if language:
        subscriber.language = language_named(language).code
    pause = _weeks_named(weeks) if weeks else None
    subscriber.name = clean_header_text(name)[:200]
    with transaction.atomic():
        if pause is not None:
            _pause(subscriber, pause, where or Where("preferences"), now)
        subscriber.save(update_fields=["language", "name", "paused_until"])
    return subscriber


def paused(subscriber: Subscriber, now: datetime) -> datetime | None:
    """Until when a person is sent nothing by their own wish; None when they are."""
    until = subscriber.paused_until
    return until if until and until > now else None


def _pause(subscriber: Subscriber, weeks: int, where: Where, now: datetime) -> None:
    stood = paused(subscriber, now)
    subscriber.paused_until = now + timedelta(weeks=weeks) if weeks else None
    if weeks or stood:
        act = Act.PAUSED if weeks else Act.RESUMED
        consents.record_of_person(subscriber, act, where=where, now=now)


def _weeks_named(text: str) -> int:
    for weeks in WEEKS:
        if text == str(weeks):
            return weeks
    raise Refused(
        N_("“%(weeks)s” is no pause that we offer: use %(offered)s."),
        weeks=shown(text, 20),
        offered=", ".join(map(str, WEEKS)),
    )


def masked(email: str) -> str:
    """An address as a page by link shows it: enough to recognise, for a mail may be forwarded."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
