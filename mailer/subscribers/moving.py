"""A new address for a person: asked for by the link of one hour, confirmed at the new address.

    ask()       a row, and a mail to the new address
    look()      the page behind its link: changes nothing
    confirm()   the button: the address is theirs, and older links to their data are void

Both mailboxes are theirs: the first link went to the old address, the second to the new one.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from mailer.errors import N_, BadToken, Refused
from mailer.subscribers import address, consents, correspondence, erasing, limits, links
from mailer.subscribers.consents import Act, Where
from mailer.subscribers.models import AddressChange, Subscriber, Suppression
from mailer.subscribers.tokens import Purpose


def ask(subscriber: Subscriber, email: str, now: datetime) -> bool:
    """Post the mail to a new address; False where none is sent, which the page does not tell.

    None goes to a suppressed address, nor to one that was sent its share today. Raises BadAddress.
    """
    new = address.parse(email)
    key = limits.limit_key(new.key)
    if Suppression.objects.filter(email_key=new.key).exists() or limits.over_changes(key, now):
        return False
    with transaction.atomic():
        change = AddressChange.objects.create(
            subscriber=subscriber, email=new.typed, limit_key=key, requested_at=now
        )
        correspondence.new_address(change, now)
    return True


def look(token: str, now: datetime) -> AddressChange:
    """The change that a link is about. Raises BadToken."""
    return _change(token, now)


def confirm(token: str, *, where: Where, now: datetime) -> AddressChange:
    """Give the person the new address; a second time changes nothing and says the same.

    Raises BadToken, and Refused where the address is somebody's already.
    """
    try:
        with transaction.atomic():
            return _confirm(token, where, now)
    except IntegrityError as taken:
        raise Refused(
            N_(
                "This address receives our mails already, by itself. Leave with the other one, by"
                " the link in any mail to it."
            )
        ) from taken


def _confirm(token: str, where: Where, now: datetime) -> AddressChange:
    change = _change(token, now)
    subscriber = Subscriber.objects.select_for_update().get(pk=change.subscriber_id)
    change.refresh_from_db()
    if change.done_at is not None:
        return change
    new = address.parse(change.email)
    consents.record_of_person(subscriber, Act.MOVED, where=where, now=now)
    subscriber.email, subscriber.email_key = new.typed, new.key
    subscriber.save(update_fields=["email", "email_key"])
    erasing.lift(new.key)
    change.done_at = now
    change.save(update_fields=["done_at"])
    return change


def _change(token: str, now: datetime) -> AddressChange:
    claim = links.read(token, Purpose.ADDRESS, now)
    found = AddressChange.objects.select_related("subscriber").filter(
        pk=claim.round, subscriber=claim.subject, subscriber__erased_at__isnull=True
    )
    change = found.first()
    if change is None:
        raise BadToken(N_("This link was used up: ask for a new one on the page of your data."))
    return change
