"""One copy of an edition to look at, byte for byte as a reader would get it."""

from datetime import datetime

from mailer.editions.models import Edition
from mailer.mailings.copies import copy_of
from mailer.mime.headers import date_text
from mailer.subscribers import links
from mailer.subscribers.tokens import LENGTH

#: The reader of the copy: nobody has this id, so that its links act for nobody.
_NOBODY = 0
_ADDRESS = "reader@example.org"


def specimen(edition: Edition, now: datetime) -> bytes:
    """The message as it would be handed over. Raises BadAddress, Refused, as for a reader."""
    copy = copy_of(edition)
    unsubscribe_url = links.unsubscribe_url(_NOBODY)
    return copy.compiled.eml(
        {
            "address": _ADDRESS,
            "unsubscribe_url": unsubscribe_url,
            "unsubscribe_token": unsubscribe_url[-LENGTH:],
            "preferences_url": links.preferences_url(_NOBODY, now),
            "message_id": copy.message_ids.of(str(_NOBODY)),
            "date": date_text(now),
        }
    )
