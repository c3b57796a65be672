"""The edition of the sample issue as it is meant to be, in three languages, byte for byte.

`python -m tests.editions.golden` writes the files anew: look at what changed before it is kept.
"""

from pathlib import Path

from mailer.editions.compose import Composed, compose
from tests.editions.sample import URLS, draft, hole

FOLDER = Path(__file__).parent
CODES = ("fr", "ar", "en")


def edition(code: str) -> Composed:
    """The sample issue in the real catalogue's words and the default theme."""
    return compose(draft(code), URLS, hole)


def parts(code: str) -> dict[str, str]:
    """File name → content."""
    mail = edition(code)
    head = f"{mail.subject}\n{mail.preheader}\n"
    return {f"{code}.html": mail.html, f"{code}.txt": f"{head}\n{mail.text}"}
