"""The settings of the processes, in words; of what is secret only whether it is there."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext, ngettext

from mailer.errors import MailerError
from mailer.smtp.relay import parse_relays


@dataclass(frozen=True, slots=True)
class Row:
    """A setting: its name in the environment, what it is for, and what it is.

    `told` is a value as it was given, or "" where `words` say it.
    """

    name: str
    about: str
    told: str = ""
    words: str = ""

    @property
    def given(self) -> bool:
        """Whether the environment says so; else it is what it is by itself."""
        return bool({self.name, f"{self.name}_FILE"} & settings.MAILER_GIVEN)


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    title: str
    rows: tuple[Row, ...]


def groups() -> list[Group]:
    """All that a newsroom may want to know, in its language."""
    return [
        Group(gettext("How mail leaves"), _leaving()),
        Group(gettext("Who signs"), _signing()),
        Group(gettext("Who gets in"), _entering()),
        Group(gettext("What is kept of readers"), _keeping()),
        Group(gettext("Where it runs"), _running()),
    ]


def _leaving() -> tuple[Row, ...]:
    nowhere = "" if settings.SMTP_URL else gettext("nowhere: mail is caught and shown here")
    domains = [one.split(":")[0] for one in settings.MAILER_DKIM]
    box = urlsplit(settings.IMAP_URL).hostname or ""
    pause = settings.MAILER_PAUSE_AT
    return (
        Row("SMTP_URL", gettext("Relays"), _relays(), nowhere),
        _or_none(
            "MAILER_FROM", gettext("Sender, where a publication has none"), settings.MAILER_FROM
        ),
        _or_none(
            "MAILER_BOUNCE_DOMAIN",
            gettext("Domain that bounces come to"),
            settings.MAILER_BOUNCE_DOMAIN,
        ),
        _or_none("IMAP_URL", gettext("Box that is read for bounces"), box),
        _or_none("MAILER_DKIM", gettext("Domains we sign for (DKIM)"), ", ".join(domains)),
        Row(
            "MAILER_PAUSE_AT",
            gettext("Refusals that pause a mailing"),
            f"{pause:g} %" if pause else "",
            gettext("none") if not pause else "",
        ),
    )


def _signing() -> tuple[Row, ...]:
    most = settings.MAILER_SECOND_PUBLISHER
    words = gettext("never")
    if most:
        above = ngettext("above %(count)s recipient", "above %(count)s recipients", most)
        words = above % {"count": most}
    about = gettext("A second publisher signs too")
    return (Row("MAILER_SECOND_PUBLISHER", about, words=words),)


def _entering() -> tuple[Row, ...]:
    needed = {
        "optional": gettext("whoever wants one"),
        "administrators": gettext("administrators must"),
        "everybody": gettext("everybody must"),
    }[settings.MAILER_SECOND_FACTOR]
    office = gettext("The office’s own login (OpenID Connect)")
    return (
        Row("MAILER_SECOND_FACTOR", gettext("Who has a second factor"), words=needed),
        _or_none("MAILER_OIDC_URL", office, settings.MAILER_OIDC_URL),
    )


def _keeping() -> tuple[Row, ...]:
    days = settings.MAILER_KEEP_DELIVERIES
    kept = ngettext("for %(count)s day", "for %(count)s days", days) % {"count": days}
    network = {
        "truncated": gettext("its network, not the address"),
        "whole": gettext("the whole address"),
        "none": gettext("nothing"),
    }[settings.MAILER_PROOF_NETWORK]
    got, proof = gettext("Who got which mail"), gettext("Of the address a consent came from")
    return (
        Row("MAILER_KEEP_DELIVERIES", got, words=kept if days else gettext("for ever")),
        Row("MAILER_PROOF_NETWORK", proof, words=network),
    )


def _running() -> tuple[Row, ...]:
    kind = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    database = {"postgresql": "PostgreSQL", "sqlite3": "SQLite"}[kind]
    redis = urlsplit(settings.REDIS_URL).hostname or gettext("on this machine")
    return (
        Row("MAILER_URL", gettext("Public address"), settings.MAILER_URL),
        Row("DATABASE_URL", gettext("Database"), database),
        Row("REDIS_URL", gettext("Redis"), redis),
        Row("MAILER_DATA", gettext("Folder for what is no row"), str(settings.MAILER_DATA)),
        Row(
            "MAILER_SENDERS",
            gettext("Processes that send one mailing"),
            str(settings.MAILER_SENDERS),
        ),
    )


def _relays() -> str:
    """Their names; a relay's password is in its address, and never told."""
    if not settings.SMTP_URL:
        return ""
    try:
        return ", ".join(relay.name for relay in parse_relays(settings.SMTP_URL))
    except MailerError:
        return "?"


def _or_none(name: str, about: str, value: str) -> Row:
    return Row(name, about, value, "" if value else gettext("none"))
