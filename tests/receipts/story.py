"""A review that was sent to Amina, Youssef and Grace, and reports about their copies."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from mailer.articles.models import Source
from mailer.curation import compose
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.mailings import fanout
from mailer.mailings.models import Delivery, Mailing
from mailer.mailings.report import imprints
from mailer.mime.verp import make_verp
from mailer.subscribers.models import Suppression
from tests.mailings.story import approved_issue, settled
from tests.people import WEDNESDAY, article, reader, review, source
from tests.receipts.reports import RETURNED

AMINA, YOUSSEF, GRACE = "amina@example.net", "youssef@orange.fr", "grace@example.com"
CAST = (AMINA, YOUSSEF, GRACE)


def sent(*addresses: str) -> Mailing:
    """A mailing that the relay took from us, for these readers or for the cast."""
    for address in addresses or CAST:
        reader(address, "ar" if address == AMINA else "fr")
    mailing = fanout.start(approved_issue().pk, None, timezone.now())
    settled(mailing, len(addresses or CAST))
    return mailing


def sent_again(number: int) -> Mailing:
    """The next issue, that the relay took from us, to everybody who is a reader."""
    mailing = started_again(number)
    settled(mailing, 100)
    return mailing


def started_again(number: int) -> Mailing:
    """The next issue, of which nothing has left yet."""
    of = Source.objects.first() or source("matin")
    article(of, f"Nouvelle {number}", at=WEDNESDAY + timedelta(hours=number))
    issue = compose.draft_issue(review(), now=WEDNESDAY + timedelta(hours=number))
    compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    return fanout.start(issue.pk, None, timezone.now())


def delivery(address: str, mailing: Mailing | None = None) -> Delivery:
    """A reader's copy, of their newest mailing or of another."""
    found = Delivery.objects.filter(subscriber__email=address).order_by("-mailing")
    return (found.filter(mailing=mailing) if mailing else found)[0]


def verp(address: str) -> str:
    """The envelope sender of a reader's newest copy."""
    key = settings.SECRET_KEY.encode()
    return make_verp(delivery(address).pk, key, "bounces.example.org")


def returned(address: str) -> str:
    """A reader's newest copy as a report returns it: with its own Message-ID and Feedback-ID."""
    of = delivery(address)
    imprint = imprints(pk=of.edition_id)[of.edition_id]
    plain = RETURNED.format(to=address)
    head, _, rest = plain.partition("Message-ID: ")
    whole = (
        f"{head}Message-ID: {imprint.message_id(of.subscriber_id)}\n{rest.partition(chr(10))[2]}"
    )
    return whole.replace("Feedback-ID: 3:", f"Feedback-ID: {of.edition_id}:")


def suppressed() -> dict[str, str]:
    """Who gets nothing any more, and why."""
    return dict(Suppression.objects.values_list("email_key", "reason"))
