"""What a person may change by the link in a mail: language and name. Leaving is optout's."""

from datetime import datetime

from mailer.errors import N_, BadToken
from mailer.languages import known
from mailer.mime.headers import clean_header_text
from mailer.subscribers import links
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


def change(token: str, *, language: str, name: str, now: datetime) -> Subscriber:
    """Store the language (kept when it is none of ours) and the name. Raises BadToken."""
    subscriber = look(token, now)
    chosen = known(language)
    subscriber.language = chosen.code if chosen else subscriber.language
    subscriber.name = clean_header_text(name)[:200]
    subscriber.save(update_fields=["language", "name"])
    return subscriber


def masked(email: str) -> str:
    """An address as a page by link shows it: enough to recognise, for a mail may be forwarded."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
