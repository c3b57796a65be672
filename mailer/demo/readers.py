"""Three readers, who do what readers do: through the public pages, and by their mail."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from mailer.catcher.box import CaughtMail, list_mails, parts_of, read_mail
from mailer.errors import N_, Refused

#: Seconds a mail has to arrive: the clock asks for waiting letters every fifteen.
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Reader:
    """A person and the language they read."""

    name: str
    email: str
    language: str


READERS = (
    Reader("Nadia", "nadia@lectrice.example.org", "fr"),
    Reader("Youssef", "youssef@lecteur.example.org", "ar"),
    Reader("Emily", "emily@reader.example.org", "en"),
)


def sign_up(url: str, reader: Reader) -> None:
    """Fill in the form at `/subscribe/`."""
    _post(f"{url}/subscribe/", {"email": reader.email, "language": reader.language})


def confirm(url: str, folder: Path, reader: Reader) -> None:
    """Wait for the mail that asks, open its link, press the button. Raises Refused."""
    link = re.compile(re.escape(url) + r"/confirm/[\w.~:=-]+/?")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        for mail in mails_to(folder, reader.email):
            if found := link.search(parts_of(read_mail(folder, mail.number)).text):
                with urllib.request.urlopen(found[0], timeout=20):  # noqa: S310 - our own page
                    pass
                _post(found[0], {})
                return
        time.sleep(0.2)
    raise Refused(
        N_("No mail asked %(reader)s to confirm within %(seconds)s seconds. The logs say why."),
        reader=reader.email,
        seconds=_PATIENCE,
    )


def mails_to(folder: Path, email: str) -> list[CaughtMail]:
    """The caught mails to an address, newest first."""
    return [mail for mail in list_mails(folder, per_page=2000) if email in mail.recipients]


def _post(url: str, fields: dict[str, str]) -> None:
    body = urllib.parse.urlencode(fields).encode()
    try:
        with urllib.request.urlopen(url, data=body, timeout=20):  # noqa: S310 - our own page
            pass
    except urllib.error.HTTPError as answer:
        raise Refused(
            N_("%(url)s answered %(code)s."), url=urllib.parse.urlsplit(url).path, code=answer.code
        ) from answer
