"""What a person may change by the link in a mail: language and name. Leaving is optout's."""

from datetime import datetime

from mailer.errors import N_, BadToken, Refused
from mailer.languages import LANGUAGES, Language, known
from mailer.mime.headers import clean_header_text
from mailer.subscribers import links
from mailer.subscribers.address import shown
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
        subject = links.subject(token)
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


def change(token: str, *, language: str, name: str, now: datetime) -> Subscriber:
    """Store the language ("" keeps the one there is) and the name.

    Raises BadToken, and Refused for a language that is none of ours: then nothing is stored.
    """
    subscriber = look(token, now)
    if language:
        subscriber.language = language_named(language).code
    subscriber.name = clean_header_text(name)[:200]
    subscriber.save(update_fields=["language", "name"])
    return subscriber


def masked(email: str) -> str:
    """An address as a page by link shows it: enough to recognise, for a mail may be forwarded."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
