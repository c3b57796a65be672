"""Every mail of the product, written for the tests from one sample issue and one set of letters."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailer.editions.compose import Composed, compose, mark_as_test
from mailer.editions.draft import Draft
from mailer.editions.figures import article
from mailer.errors import FetchError, Refused
from mailer.languages import LANGUAGES
from mailer.letters.compose import Written, compose_letter
from mailer.pictures.prepared import Room
from mailer.typesetting.themes import DEFAULT, names, shipped

from .sample import URLS, draft, hole
from .words import TableWords

_DOTS = Room(840, 525)
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


def composed(draft_: Draft, theme: str = DEFAULT) -> Composed:
    """The edition of a draft in a shipped theme."""
    words = TableWords(draft_.language.code)
    return compose(draft_, URLS, hole, shipped(theme), words)


def every_mail() -> Iterator[tuple[str, str, Composed | Written]]:
    """Each mail of the product in each language: its language, its name, itself."""
    for code in CODES:
        for theme in names():
            yield code, f"issue-{theme}", composed(draft(code, 12), theme)
        yield code, "issue-pictures", composed(illustrated(draft(code, 12)))
        yield code, "test", mark_as_test(composed(draft(code, 1)), LANGUAGES[code])
        for name in LETTERS:
            yield code, name, compose_letter(name, LANGUAGES[code], CONTEXT)


def illustrated(draft_: Draft) -> Draft:
    """The same issue, a picture of its outlet's beside every second entry."""
    shown = article("https://mailer.example/pictures/0123456789abcdef0123456789abcdef.jpg", _DOTS)
    items = (
        replace(item, figure=shown if number % 2 else None)
        for number, item in enumerate(draft_.items)
    )
    return replace(draft_, items=tuple(items))


MAILS = [pytest.param(code, mail, id=f"{name}-{code}") for code, name, mail in every_mail()]
each_mail = pytest.mark.parametrize(("code", "mail"), MAILS)


HOSTILE = "<script>alert(1)</script> </style> {{ 7*7 }} {% raw %} \x00\u202e\" ' & =?utf-8?q?x?="


def hostile(code: str, words: str = HOSTILE) -> Draft:
    """An issue whose every word was written by an enemy."""
    items = tuple(
        replace(
            item,
            headline=words,
            lead=words,
            note=words,
            author=words,
            outlet=words,
            also_in=(words,),
            agency=words,
            url="https://a.ma/\"><script>alert(1)</script>?a=1&b='2' \n",
        )
        for item in draft(code).items
    )
    return replace(
        draft(code),
        items=items,
        names={code: words},
        taglines={code: words},
        editors_word=words,
        postal_address=words,
        rights_notice=words,
    )
