"""Numbers and moments as a page says them, in the language of the page (pure)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal

from mailer.languages import Language


def number(value: float, language: Language) -> str:
    """1234567 as the language groups it."""
    return str(format_decimal(value, locale=language.locale))


def moment(at: datetime, language: Language, zone: str = "UTC") -> str:
    """A day and an hour, such as "Wed 21 May, 08:00", in a named zone."""
    local = at.astimezone(ZoneInfo(zone))
    day = format_skeleton("MMMEd", local, locale=language.locale)
    return f"{day}, {local:%H:%M}" if language.code != "ar" else f"{day}، {local:%H:%M}"


def local(at: datetime, zone: str) -> str:
    """A moment as a field of a form takes it: 2026-02-18T08:00, in a named zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def month(on: date, language: Language) -> str:
    """The month of a date with its year."""
    return str(format_skeleton("yMMMM", on, locale=language.locale))


def day(on: date, language: Language) -> str:
    """A date in full, with its weekday."""
    return str(format_date(on, "full", locale=language.locale))


def weekday(iso: int, language: Language) -> str:
    """The name of an ISO weekday (1 = Monday)."""
    # 1 January 2024 was a Monday.
    return str(format_datetime(datetime(2024, 1, iso), "EEEE", locale=language.locale))  # noqa: DTZ001 - a name has no zone
