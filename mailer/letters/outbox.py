"""The outbox: a letter is a row before it is a mail, so that it waits while a relay is down."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from mailer.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, known
from mailer.letters import settle
from mailer.letters.compose import compose_letter
from mailer.letters.models import Letter
from mailer.mime.addresses import ascii_domain


def post(
    kind: str,
    to: str,
    language: str | Language,
    context: Mapping[str, Any],
    *,
    now: datetime,
    sender: str = "",
    sender_name: str = "",
) -> Letter:
    """Write a letter from `templates/mail/<kind>/{subject.txt,body.txt,body.html}` and queue it.

    It is written at once, in `language`: what is sent is what was true when it was posted.
    `sender` is an address, by default that of MAILER_FROM.
    """
    reader = language if isinstance(language, Language) else _language(language)
    written = compose_letter(kind, reader, context)
    return post_ready(
        kind,
        to,
        reader.code,
        subject=written.subject,
        text=written.text,
        html=written.html,
        now=now,
        sender=sender,
        sender_name=sender_name,
    )


def post_ready(
    kind: str,
    to: str,
    language: str,
    *,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    sender: str = "",
    sender_name: str = "",
    pdf: tuple[str, bytes] = ("", b""),
) -> Letter:
    """Queue a letter that is written already, such as a test of an edition.

    `pdf` is the name and the bytes of a file that goes with it.
    """
    name, address = parseaddr(sender or default_sender())
    return Letter.objects.create(
        kind=kind,
        recipient=to,
        language=language,
        sender=address,
        sender_name=sender_name or name,
        subject=subject,
        text=text,
        html=html,
        pdf_name=pdf[0],
        pdf=pdf[1],
        message_id=_message_id(address),
        due_at=now,
        created_at=now,
    )


def forget(addresses: Collection[str], now: datetime) -> None:
    """Leave nothing of addresses whose owners are erased: what waits for them is not sent.

    What a worker has in hand is settled first, and keeps its recipient.
    """
    settle.withdraw(addresses, now)
    settled = Letter.objects.filter(recipient__in=list(addresses), settled_at__isnull=False)
    settled.update(recipient="", **settle.EMPTIED)


def default_sender() -> str:
    """Who writes: MAILER_FROM, else `mailer@` the host of MAILER_URL."""
    if settings.MAILER_FROM:
        return str(settings.MAILER_FROM)
    host = urlsplit(settings.MAILER_URL).hostname or "localhost"
    return f"mailer@{'localhost' if _is_number(host) else host}"


def _message_id(sender: str) -> str:
    """Unguessable, and kept with the row: the same on every retry."""
    return f"<{secrets.token_hex(16)}@{ascii_domain(sender.rpartition('@')[2])}>"


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _language(code: str) -> Language:
    return known(code) or LANGUAGES[DEFAULT_LANGUAGE]
