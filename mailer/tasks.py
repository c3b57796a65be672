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

    if refresh(source_id).new:
        ring(sort_stories)


@app.task
def sort_stories() -> None:
    """Put what has come into stories, and offer them to the inboxes."""
    from mailer.curation.propose import sort_and_propose

    sort_and_propose(timezone.now())


@app.task
def keep_calendar() -> None:
    """Draft and send what the calendars say."""
    from mailer.mailings.clock import keep_calendar as keep

    for mailing_id in keep(timezone.now()):
        ring_senders(mailing_id)


@app.task
def print_due() -> None:
    """Ask for every PDF that nobody has printed yet."""
    from mailer.editions.printing import unprinted

    for edition_id in unprinted():
        ring(print_edition, edition_id)


@app.task
def print_edition(edition_id: int) -> None:
    """Print one edition."""
    from mailer.editions.printing import print_edition as print_one

    print_one(edition_id, timezone.now())


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
def count_figures() -> None:
    """Count what became of the mailings that are over."""
    from mailer.figures.counting import count_due

    count_due(timezone.now())


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


@app.task
def look_at_links() -> None:
    """Look whether what the issues on the bench lead to is still there."""
    from mailer.articles.refresh import policy
    from mailer.editions.deadlinks import look_at_due

    look_at_due(timezone.now(), policy())


@app.task
def fetch_pictures() -> None:
    """Fetch the pictures that the drafts of some publications want, and show them there."""
    from mailer.articles.refresh import policy
    from mailer.editions.illustrations import fetch_due

    fetch_due(timezone.now(), policy())


@app.task
def visit_mailbox() -> None:
    """Take what came to the bounce box, and read what was refused in the dialogue."""
    from mailer.receipts.rounds import go_round

    if go_round(timezone.now()):
        ring(visit_mailbox)
    ring(send_letters)


@app.task
def tidy_receipts() -> None:
    """Forget the reports of erased readers, and those whose time is over."""
    from mailer.receipts.forgetting import forget

    forget(timezone.now())


@app.task
def tend_imports() -> None:
    """Ask for every import that waits for a worker or has lost its own."""
    from mailer.subscribers.imports import due, forget_old

    forget_old(timezone.now())
    for import_id in due(timezone.now()):
        ring(run_import, import_id)


@app.task
def count_lists() -> None:
    """Count the people of all lists, for the pages that show it."""
    from mailer.subscribers.counting import count_lists as count

    count(timezone.now())


@app.task
def run_import(import_id: int) -> None:
    """Take a file of people in, and send the letters that come of it."""
    from mailer.subscribers.imports import work

    work(import_id, draining=draining)
    ring(send_letters)
    ring(count_lists)
