"""The sentences that people agree to.

The pages show them and the consent row keeps them, from this one place: what is proven is what was
read. They are translated into the active language of the reader. A form carries the version of the
sentence it shows, so that one that stood on another site for a year proves what it really said.
"""

import hashlib

from django.utils import translation
from django.utils.translation import gettext as _


def version(text: str) -> str:
    """The version of a text: the head of its SHA-256, 16 characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def request_text(list_name: str, language: str) -> str:
    """What stands above the button of the sign-up form."""
    with translation.override(language):
        return _(
            "I would like to receive “%(list)s” by e-mail. My address serves for that alone, and"
            " I can leave at any time by the link in each mail."
        ) % {"list": list_name}


def confirm_text(list_name: str, language: str) -> str:
    """What stands above the button of the confirmation page."""
    with translation.override(language):
        return _(
            "By confirming, I agree to receive “%(list)s” by e-mail. I can withdraw this consent"
            " at any time by the link in each mail."
        ) % {"list": list_name}


def leave_text(list_name: str, language: str) -> str:
    """What stands above the button of the page that unsubscribes."""
    with translation.override(language):
        return _("I no longer want to receive “%(list)s”.") % {"list": list_name}
