"""`mailer send ISSUE`: mail an approved issue to its lists."""

import argparse
import sys
import time
from dataclasses import asdict
from datetime import timedelta

from django.utils import timezone

from mailer.cli.catching import a_relay
from mailer.cli.progress import Bar
from mailer.cli.verdict import left_out_in_words, verdict_in_words
from mailer.errors import RelayError
from mailer.mailings import control, fanout, ledger, recovery, send
from mailer.mailings.models import Mailing, MailingState
from mailer.rendering import sentence
from mailer.tasks import ring_senders

#: Seconds in which a worker that runs has taken a mailing up; after that it is done here.
_TAKEN_UP = 3.0
#: How long a relay may be out of reach before the command gives up waiting.
_RELAY_PATIENCE = timedelta(minutes=2)
_LOOK = 0.3


def arguments(parser: argparse.ArgumentParser) -> None:
    """ISSUE [--wait | --dry-run] [--json]."""
    parser.add_argument("issue", type=int, metavar="ISSUE")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--wait", action="store_true", help="until it is sent, with a progress bar")
    how.add_argument(
        "--dry-run", action="store_true", help="say who would get it and who not, and send nothing"
    )
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Write the mailing, see it through when asked to, and print the sums."""
    if args.dry_run:
        return _dry_run(args)
    mailing = fanout.start(args.issue, None, timezone.now())
    taken = ring_senders(mailing.pk)
    if args.wait:
        _see_through(mailing.pk, patience=_TAKEN_UP if taken else 0.0)
    elif not taken:
        _say(f"Mailing {mailing.pk} is recorded. It leaves as soon as `mailer up` runs.")
    sums = asdict(ledger.sums(mailing.pk))
    if not args.json:
        counts = ", ".join(f"{count} {name}" for name, count in sums.items() if count)
        print(f"Mailing {mailing.pk}: {counts or 'no recipients'}")
        if told := left_out_in_words(mailing.left_out):
            print(f"Left out {told}")
    return {"mailing": mailing.pk, **sums}


def _dry_run(args: argparse.Namespace) -> dict[str, object]:
    """Say what sending would do."""
    verdict = fanout.verdict(args.issue)
    if not args.json:
        print(f"Issue {args.issue}: {verdict_in_words(verdict.would_send, verdict.left_out)}")
    return {"issue": args.issue, **asdict(verdict)}


def _see_through(mailing_id: int, patience: float) -> None:
    """Watch until nothing of it is due any more; do the work here when no worker does."""
    bar = Bar(sys.stderr)
    taken_up = time.monotonic()
    while not _over(mailing_id):
        if mailing_id not in recovery.unfinished(timezone.now()):
            taken_up = time.monotonic()
        if time.monotonic() - taken_up >= patience:
            with a_relay():
                _work_here(mailing_id, bar)
            break
        time.sleep(_LOOK)
        bar.show(ledger.sums(mailing_id))
    bar.end()
    _explain(mailing_id)


def _work_here(mailing_id: int, bar: Bar) -> None:
    """Do a worker's and the clock's part in this very process."""
    try:
        while not _over(mailing_id):
            recovery.heal(timezone.now())
            # Short turns where somebody watches, so that the bar moves.
            if not send.work(mailing_id, seconds=2 if sys.stderr.isatty() else 30):
                time.sleep(_LOOK)
            bar.show(ledger.sums(mailing_id))
    finally:
        send.close()


def _over(mailing_id: int) -> bool:
    """Whether nothing of it can be done now: it ended, stands still, or waits for its time.

    Raises RelayError when the relay has been out of reach for long.
    """
    mailing = Mailing.objects.get(pk=mailing_id)
    if mailing.state != MailingState.RUNNING:
        return True
    sums = ledger.sums(mailing_id)
    if mailing.relay_error and sums.queued:
        if timezone.now() - mailing.created_at > _RELAY_PATIENCE:
            raise RelayError(mailing.relay_error["id"], **mailing.relay_error["values"])
        return False
    in_hand = sums.leased + sums.sending
    return not (in_hand or control.is_due(mailing_id, timezone.now()))


def _explain(mailing_id: int) -> None:
    """Say why it is not done, if it is not."""
    mailing, sums = Mailing.objects.get(pk=mailing_id), ledger.sums(mailing_id)
    if mailing.state == MailingState.PAUSED:
        why = sentence(mailing.paused_why) if mailing.paused_why else "somebody paused it."
        _say(f"Mailing {mailing_id} is paused: {why}")
    elif mailing.state == MailingState.RUNNING and sums.open:
        _say(f"{sums.open} wait for a later attempt; `mailer up` makes it at its time.")


def _say(words: str) -> None:
    print(words, file=sys.stderr)
