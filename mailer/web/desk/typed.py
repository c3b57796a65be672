"""What a person typed into a form, made safe to store."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from mailer.errors import N_, Refused

# NUL is refused by PostgreSQL, the other control characters by XML and by mail.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")


def line(request: HttpRequest, name: str, limit: int) -> str:
    """One line of text, spaces collapsed. Refused over `limit` characters."""
    return " ".join(text(request, name, limit).split())


def text(request: HttpRequest, name: str, limit: int) -> str:
    """Text of several lines, with bare line feeds. Refused over `limit` characters."""
    typed = clean(request.POST.get(name, ""))
    if len(typed) > limit:
        raise Refused(
            N_("This text has %(length)s characters; there is room for %(limit)s."),
            length=len(typed),
            limit=limit,
        )
    return typed


def clean(raw: str) -> str:
    """`raw` without control characters but line feeds, and without blank ends."""
    return _CONTROL.sub("", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()


def whole(request: HttpRequest, name: str) -> int:
    """A whole number. Refused when it is none."""
    raw = request.POST.get(name, "")
    if not re.fullmatch(r"[0-9]{1,9}", raw):
        raise Refused(N_("“%(typed)s” is not a number."), typed=raw[:40])
    return int(raw)


def asked(request: HttpRequest, name: str) -> int | None:
    """The id that an address asks for (`?before=12`); None when there is none, or no number."""
    raw = request.GET.get(name, "")
    return int(raw) if re.fullmatch(r"[0-9]{1,18}", raw) else None


def day(request: HttpRequest, name: str) -> date:
    """A date, as browsers send it: 2026-02-18. Refused when it is none."""
    raw = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise Refused(
            N_("“%(typed)s” is not a date: write it as 2026-02-18."), typed=raw[:40]
        ) from None


def moment(request: HttpRequest, name: str, zone_name: str) -> datetime:
    """A local date and hour of a zone, as browsers send it: 2026-02-18T08:00. Refused else."""
    raw = request.POST.get(name, "").strip()
    try:
        read = datetime.fromisoformat(raw)
    except ValueError:
        raise Refused(
            N_("“%(typed)s” is not a date with an hour: write it as 2026-02-18T08:00."),
            typed=raw[:40],
        ) from None
    return read.replace(tzinfo=ZoneInfo(zone_name)).astimezone(UTC)


def hour(request: HttpRequest, name: str) -> time:
    """A time of day, as 08:00. Refused when it is none."""
    raw = request.POST.get(name, "")
    try:
        return time.fromisoformat(raw).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise Refused(
            N_("“%(typed)s” is not a time of day: write it as 08:00."), typed=raw[:40]
        ) from None


def zone(request: HttpRequest, name: str) -> str:
    """The name of a time zone. Refused when there is no such zone."""
    raw = request.POST.get(name, "").strip()
    try:
        ZoneInfo(raw)
    except (KeyError, ValueError, OSError):
        raise Refused(
            N_("There is no time zone “%(typed)s”: write it as Africa/Casablanca."),
            typed=raw[:40],
        ) from None
    return raw
