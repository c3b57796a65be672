"""Amina signs up in Arabic: the steps that the stories of this folder begin with."""

import re
from datetime import datetime

from mailer.letters.models import Letter
from mailer.subscribers import confirmation, optin
from mailer.subscribers.consents import Where
from mailer.subscribers.models import SignupRequest, Subscription
from tests.people import WEDNESDAY

AMINA = "Amina@example.org"
FORM = Where("/subscribe/", "196.200.131.0/24")
PAGE = Where("/confirm/", "196.200.131.0/24")


def ask(
    email: str = AMINA,
    language: str = "ar",
    *,
    now: datetime = WEDNESDAY,
    list_slug: str = "revue-de-presse",
) -> SignupRequest:
    """Fill in the form, and let the background do its part."""
    row = optin.request(email, language, list_slug, where=FORM, now=now)
    optin.take_requests(now)
    row.refresh_from_db()
    return row


def token(page: str, letter: Letter | None = None) -> str:
    """The token of the link to a page, out of the newest letter or the one given."""
    text = (letter or Letter.objects.latest("pk")).text
    found = re.search(rf"/{page}/([\w-]+)", text)
    assert found, f"no link to {page} in {text!r}"
    return found[1]


def join(email: str = AMINA, language: str = "ar", *, now: datetime = WEDNESDAY) -> Subscription:
    """Sign up and confirm."""
    ask(email, language, now=now)
    return confirmation.confirm(token("confirm"), where=PAGE, now=now)
