"""What `mailer doctor` says of how mail leaves: its relays, what receivers ask for, its keys."""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings

from mailer.cli.finding import Finding
from mailer.errors import MailerError, Misconfigured
from mailer.mime.keyring import keyring
from mailer.smtp.relay import Relay, only_loopback, parse_relays


def relay() -> Iterator[Finding]:
    """Where mail leaves by, and what a mail needs once it leaves this machine."""
    if not settings.SMTP_URL:
        yield Finding(
            "relay",
            "ok",
            "none is set: `mailer up` catches all mail and shows it at /catcher/",
            "Set SMTP_URL when mail shall leave this machine.",
        )
        return
    try:
        relays = parse_relays(settings.SMTP_URL)
    except MailerError as error:
        yield Finding("relay", "missing", str(error), "Set SMTP_URL right (docs/settings.md).")
        return
    yield from _all_reached(relays)
    if not only_loopback(relays):
        yield from _abroad(relays)


def _all_reached(relays: Sequence[Relay]) -> Iterator[Finding]:
    """Each of them; while one answers, the mail leaves."""
    findings = [_reached(relay) for relay in relays]
    one_answers = any(finding.state == "ok" for finding in findings)
    for finding in findings:
        down = finding.state == "missing"
        if down and one_answers:
            yield replace(finding, state="warning", next="Meanwhile the others take its mail.")
        else:
            yield finding


def _reached(found: Relay) -> Finding:
    try:
        socket.create_connection((found.host, found.port), timeout=5).close()
    except OSError as error:
        return Finding(
            "relay",
            "missing",
            f"{found.name} cannot be reached: {error.strerror or error}",
            "Mail waits, and leaves by itself once it answers. Start it, or set SMTP_URL right.",
        )
    return Finding("relay", "ok", f"{found.name} answers")


def _abroad(relays: Sequence[Relay]) -> Iterator[Finding]:
    """What receivers ask of mail that crosses the network."""
    public = urlsplit(settings.MAILER_URL)
    if public.hostname in ("127.0.0.1", "localhost", "::1") or public.scheme != "https":
        yield Finding(
            "public address",
            "missing",
            f"links in mails begin with {settings.MAILER_URL}, which readers cannot use safely",
            "Set MAILER_URL to the https:// address that readers reach.",
        )
    for found in relays:
        if found.tls == "none" and not found.is_loopback:
            yield Finding(
                "relay", "warning", f"mail goes to {found.name} in clear", "Add ?tls=starttls."
            )
    if not settings.MAILER_BOUNCE_DOMAIN:
        yield Finding(
            "bounces",
            "warning",
            "they come back to the sender and are not counted",
            "Set MAILER_BOUNCE_DOMAIN to a domain whose mail a box of yours takes.",
        )


def dkim() -> Iterator[Finding]:
    """Every key that should sign can be read: without it nothing of its domain is sent."""
    try:
        keys = keyring(tuple(settings.MAILER_DKIM))
    except Misconfigured as error:
        yield Finding("dkim", "missing", str(error), "Set MAILER_DKIM right (docs/settings.md).")
        return
    for file in keys.files:
        name = f"dkim {file.domain}"
        try:
            keys.read(file)
        except Misconfigured as error:
            yield Finding(name, "missing", str(error), "Let this user read it, or make another.")
        else:
            where = f"{file.selector}._domainkey.{file.domain}"
            yield Finding(name, "ok", f"signs mail; receivers look it up at {where}")
