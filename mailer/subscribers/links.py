"""The addresses of the pages that a mail links to, each with its token."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings

from mailer.mac import Mac
from mailer.subscribers.tokens import Claim, Purpose, derive, opened, sign, signer, verify

#: How long a confirmation link lives, and the link to one's preferences in a mail.
CONFIRM_FOR = timedelta(hours=72)
PREFERENCES_FOR = timedelta(days=400)
#: How long the links live that show a person's data, or give them a new address.
DATA_FOR = timedelta(hours=1)
#: The audience of a mail that went to several lists at once: its link leaves them all.
EVERY_LIST = 0


_derived = lru_cache(maxsize=4)(derive)


def _current_keys() -> tuple[Mac, ...]:
    return _derived((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def read(token: str, purpose: Purpose, now: datetime) -> Claim:
    """The claim of a token from outside. Raises BadToken."""
    return verify(token, purpose, _current_keys(), int(now.timestamp()))


def claimed(token: str) -> Claim:
    """What a token of ours says, whatever its purpose and age; allows nothing. Raises BadToken."""
    return opened(token, _current_keys())


def unsubscribe_url(subscriber_id: int, list_id: int = EVERY_LIST) -> str:
    """The one-click address (RFC 8058), valid for ever."""
    return _url("unsubscribe", Claim(Purpose.UNSUBSCRIBE, subscriber_id, list_id))


def preferences_url(subscriber_id: int, now: datetime) -> str:
    """The page of one's language, name and lists, valid for some 400 days.

    The end is a whole day, so that a mail written again within the day is the same mail.
    """
    expires = _preferences_until(now)
    return _url("preferences", Claim(Purpose.PREFERENCES, subscriber_id, expires=expires))


def _preferences_until(now: datetime) -> int:
    return int((now + PREFERENCES_FOR).timestamp()) // 86_400 * 86_400


class MailLinks(NamedTuple):
    """The two links of a mail: how each begins, and the token that makes it one subscriber's."""

    unsubscribe: str
    unsubscribe_token: Callable[[int], bytes]
    preferences: str
    preferences_token: Callable[[int], bytes]


def mail_links(now: datetime) -> MailLinks:
    """`unsubscribe_url` and `preferences_url` in their parts, for one subscriber after another.

    What is the same for a whole mailing is read once.
    """
    key, base = _current_keys()[0], settings.MAILER_URL
    return MailLinks(
        f"{base}/unsubscribe/",
        signer(Purpose.UNSUBSCRIBE, key, audience=EVERY_LIST),
        f"{base}/preferences/",
        signer(Purpose.PREFERENCES, key, expires=_preferences_until(now)),
    )


def confirm_url(subscriber_id: int, list_id: int, round_: int, now: datetime) -> str:
    """The page with the button that confirms, for 72 hours and this round only."""
    expires = int((now + CONFIRM_FOR).timestamp())
    return _url("confirm", Claim(Purpose.CONFIRM, subscriber_id, list_id, round_, expires))


def disown_url(subscriber_id: int, list_id: int, round_: int, now: datetime) -> str:
    """The page that says "this was not me", for as long as the confirmation lives."""
    expires = int((now + CONFIRM_FOR).timestamp())
    return _url("not-me", Claim(Purpose.DISOWN, subscriber_id, list_id, round_, expires))


def data_url(subscriber_id: int, email_key: str, now: datetime) -> str:
    """The page of one's data, for one hour and as long as the address stays the same."""
    expires = int((now + DATA_FOR).timestamp())
    return _url("data", Claim(Purpose.DATA, subscriber_id, address_tag(email_key), 0, expires))


def address_url(subscriber_id: int, change_id: int, now: datetime) -> str:
    """The page with the button that makes an address a person's own, for one hour."""
    expires = int((now + DATA_FOR).timestamp())
    return _url("address", Claim(Purpose.ADDRESS, subscriber_id, 0, change_id, expires))


def address_tag(email_key: str) -> int:
    """Four bytes that bind a link to an address: another address has others."""
    return int.from_bytes(hashlib.sha256(email_key.encode()).digest()[:4], "big")


def subscribe_url(list_slug: str, language: str) -> str:
    """The public form, in a language, for a list."""
    return f"{settings.MAILER_URL}/subscribe/?{urlencode({'list': list_slug, 'lang': language})}"


def _url(page: str, claim: Claim) -> str:
    return f"{settings.MAILER_URL}/{page}/{sign(claim, _current_keys()[0])}"
