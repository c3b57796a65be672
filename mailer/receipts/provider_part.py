"""A provider that refuses by policy holds up its own part of a mailing (a verb).

Reports come back for days: where all of it has left, staff are told, for the sake of the next one.
"""

from datetime import datetime

from mailer.errors import N_, Refused
from mailer.mailings import holding, tallies
from mailer.mailings.limits import covered
from mailer.mailings.meaning import without_addresses
from mailer.mailings.models import DeliveryState, Hold, Mailing
from mailer.receipts.deciding import ENOUGH, provider_refuses
from mailer.receipts.models import Receipt
from mailer.receipts.verdicts import Verdict

WHY = N_(
    "%(refused)s mails of this mailing came back from %(domain)s, refused by its policy, such as"
    " “%(said)s”. Its part of the mailing was paused before more of its readers lose it;"
    " everybody else’s goes on. Look at what this provider asks of senders, limit the pace to it"
    " perhaps, then let its part go on."
)
WHY_LATE = N_(
    "%(refused)s mails of this mailing came back from %(domain)s, refused by its policy, such as"
    " “%(said)s”, and all of it had left before: its readers there did not get it. Look at what"
    " this provider asks of senders before the next one leaves, and limit the pace to it perhaps."
)
#: Of what a server said, as much as people read in a sentence.
_SAID = 160


def look(mailing: Mailing, receipt: Receipt, now: datetime) -> bool:
    """After one more policy refusal: if they are too many now, hold the provider's part, or tell
    staff where nothing of it is left to be held."""
    name = receipt.provider
    if not name:
        return False
    last = Hold.objects.filter(mailing=mailing, provider=name).order_by("-held_at").first()
    if last is not None and last.released_at is None:
        return False
    refusals = Receipt.objects.filter(mailing=mailing, provider=name, verdict=Verdict.POLICY.value)
    if last is not None:
        # A person let it go on: they are counted anew.
        refusals = refusals.filter(received_at__gt=last.released_at)
    refused = refusals.count()
    if refused < ENOUGH or not provider_refuses(refused, _left(mailing, name)):
        return False
    said = " ".join(without_addresses(receipt.text).split())[:_SAID]
    ended = mailing.state in holding.ENDED
    why = Refused(WHY_LATE if ended else WHY, refused=refused, domain=name, said=said).stored()
    return (holding.tell_late if ended else holding.hold)(mailing.pk, name, why, now)


def _left(mailing: Mailing, name: str) -> int | None:
    """How many mails left for a provider; None where the mailing does not count its domains."""
    domains = {name, *covered(name)} & set(mailing.domains)
    if not domains:
        return None
    told = tallies.by_domain(mailing.pk)
    states = (DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.UNCERTAIN)
    return sum(told.get(domain, {}).get(state, 0) for domain in domains for state in states)
