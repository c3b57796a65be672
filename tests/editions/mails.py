"""Every mail of the product, written for the tests from one sample issue and one set of letters."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailer.editions.compose import Composed, compose, mark_as_test
from mailer.editions.draft import Draft
from mailer.errors import FetchError, Refused
from mailer.languages import LANGUAGES
from mailer.letters.compose import Written, compose_letter

from .sample import URLS, draft, hole
from .words import TableWords

CODES = ["fr", "ar", "en"]
LETTERS = ["confirmation", "welcome", "farewell", "alert"]
CONTEXT = {
    "publication_name": "Revue de presse",
    "list_name": "Revue de presse",
    "hours": 72,
    "confirm_url": "https://mailer.example/confirm/abc",
    "cancel_url": "https://mailer.example/cancel/abc",
    "preferences_url": "https://mailer.example/preferences/abc",
    "unsubscribe_url": "https://mailer.example/unsubscribe/abc",
    "subscribe_url": "https://mailer.example/subscribe/",
    "desk_url": "https://mailer.example/desk/",
    "subject_line": Refused("The mailing was paused").stored(),
    "issue": Refused("%(title)s, No. %(number)s", title="Revue de presse", number=12).stored(),
    "title": Refused("The mailing was paused").stored(),
    "sentences": [FetchError("%(name)s did not answer.", name="<Atlas & fils>").stored()],
    "act": Refused("Open the mailing").stored(),
}


def composed(draft_: Draft) -> Composed:
    return compose(draft_, URLS, hole, words=TableWords(draft_.language.code))


def every_mail() -> Iterator[tuple[str, str, Composed | Written]]:
    """Each mail of the product in each language: its language, its name, itself."""
    for code in CODES:
        yield code, "issue", composed(draft(code, 40))
        yield code, "test", mark_as_test(composed(draft(code, 1)), LANGUAGES[code])
        for name in LETTERS:
            yield code, name, compose_letter(name, LANGUAGES[code], CONTEXT)


MAILS = [pytest.param(code, mail, id=f"{name}-{code}") for code, name, mail in every_mail()]
each_mail = pytest.mark.parametrize(("code", "mail"), MAILS)


HOSTILE = "<script>alert(1)</script> </style> {{ 7*7 }} {% raw %} \x00\u202e\" ' & =?utf-8?q?x?="


def hostile(code: str) -> Draft:
    """An issue whose every word was written by an enemy."""
    items = tuple(
        replace(
            item,
            headline=HOSTILE,
            lead=HOSTILE,
            note=HOSTILE,
            author=HOSTILE,
            outlet=HOSTILE,
            also_in=(HOSTILE,),
            agency=HOSTILE,
            url="https://a.ma/\"><script>alert(1)</script>?a=1&b='2' \n",
        )
        for item in draft(code).items
    )
    return replace(
        draft(code),
        items=items,
        names={code: HOSTILE},
        taglines={code: HOSTILE},
        editors_word=HOSTILE,
        postal_address=HOSTILE,
        rights_notice=HOSTILE,
    )
