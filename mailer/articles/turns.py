"""One request at a time per host, two seconds apart, over all processes (edge: the database).

    until passed ──take──→ until = now + HOLD ──give back──→ until = now + PAUSE

A turn whose holder died is over when its HOLD is: longer than any request may take.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from mailer.articles.models import Turn

PAUSE = timedelta(seconds=2)
HOLD = timedelta(seconds=30)


def take(host: str, hold: timedelta = HOLD) -> datetime | None:
    """The end of our turn at `host`, which says whose it is; None while it is another's."""
    now = timezone.now()
    until = now + hold
    taken = Turn.objects.filter(host=host, until__lte=now).update(until=until)
    if not taken:
        taken = Turn.objects.get_or_create(host=host, defaults={"until": until})[1]
    return until if taken else None


def keep(host: str, held: datetime, hold: timedelta = HOLD) -> datetime | None:
    """Our turn, longer; None where it lapsed and is another's now."""
    until = timezone.now() + hold
    return until if Turn.objects.filter(host=host, until=held).update(until=until) else None


def give_back(host: str, held: datetime, pause: timedelta = PAUSE) -> None:
    """End our turn: the host is left alone for `pause`."""
    Turn.objects.filter(host=host, until=held).update(until=timezone.now() + pause)


def wait_for(host: str) -> float:
    """Seconds until the turn that is another's, or the pause after it, is over; 0: it is."""
    until = Turn.objects.filter(host=host).values_list("until", flat=True).first()
    return max(0.0, (until - timezone.now()).total_seconds()) if until else 0.0


def forget_old() -> None:
    """Drop the turns of hosts that nobody asked for a day."""
    Turn.objects.filter(until__lt=timezone.now() - timedelta(days=1)).delete()
