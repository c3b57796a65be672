"""Every background task: a doorway that loads by id and calls one function of a stage.

A task takes ids, returns nothing, and is safe to run twice. Each imports its stage when it runs,
so that a worker holds in memory only the stages it works for.
"""

import logging
from typing import Any

from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

# Tasks of this very app: a shared one, asked for in a thread of the web, would look for a broker
# on the app that is current in that thread, which is none of ours.
from mailer.celery import app, draining

log = logging.getLogger(__name__)


def ring(task: Any, *ids: int) -> bool:
    """Ask for a task now; False when Redis does not answer. The clock asks again by itself."""
    try:
        task.apply_async(args=ids, retry=False)
    except OperationalError as error:
        log.warning("%s was not asked for, the clock will: %s", task.name, error)
        return False
    return True


def ring_senders(mailing_id: int) -> bool:
    """Ask every sending process to work on a mailing; False when Redis does not answer."""
    return all(ring(send_mailing, mailing_id) for _ in range(settings.MAILER_SENDERS))


@app.task
def refresh_due() -> None:
    """Visit the sources whose time has come for a while, and ask for more if there are more."""
    from mailer.articles.refresh import refresh_due as visit

    if visit(45):
        ring(refresh_due)


@app.task
def refresh_source(source_id: int) -> None:
    """Fetch one source."""
    from mailer.articles.refresh import refresh

    refresh(source_id)


@app.task
def keep_calendar() -> None:
    """Draft and send what the calendars say."""
    from mailer.mailings.clock import keep_calendar as keep

    for mailing_id in keep(timezone.now()):
        ring_senders(mailing_id)


@app.task
def kick_mailings() -> None:
    """Heal what got stuck, and ask for every mailing that has work to do."""
    from mailer.mailings.recovery import heal, unfinished

    heal(timezone.now())
    for mailing_id in unfinished(timezone.now()):
        ring_senders(mailing_id)


@app.task
def fold_old() -> None:
    """Fold the rows of old mailings into their sums for a while, and ask for more if need be."""
    from mailer.mailings.retention import fold_old as fold

    if fold(timezone.now()):
        ring(fold_old)


@app.task
def send_mailing(mailing_id: int) -> None:
    """Work on a mailing for up to half a minute, and ask for more while there is some."""
    from mailer.mailings.send import work

    if work(mailing_id, draining=draining):
        ring(send_mailing, mailing_id)


@app.task
def send_letters() -> None:
    """Send the letters that are due."""
    from mailer.letters.send import send_letters as send

    send(timezone.now(), draining=draining)


@app.task
def take_requests() -> None:
    """Do what the public forms wrote down, and send the letters that come of it."""
    from mailer.subscribers.optin import take_requests as take

    take(timezone.now())
    ring(send_letters)


@app.task
def tend_pending() -> None:
    """Remind of requests that nobody confirmed, and purge the old ones."""
    from mailer.subscribers.pending import tend

    ring(tend_pending if tend(timezone.now()) else send_letters)
