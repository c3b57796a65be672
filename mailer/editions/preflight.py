"""What forbids sending an edition, and what warns (pure).

Each finding is a sentence that says what is wrong and where to mend it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mailer.errors import N_, MailerError, Refused

#: Gmail clips a message whose HTML part is larger, and the way out of the list with it.
CLIPPED_FROM = 102_400


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence; `forbids` says that nothing may leave before it is mended."""

    forbids: bool
    sentence: MailerError


@dataclass(frozen=True, slots=True)
class Checked:
    """What is looked at: one edition, and what its publication says of itself.

    `html_size` is that of the encoded part, in bytes; `ways_out` counts the places of the
    unsubscription link in HTML and text.
    """

    publication: str
    language: str
    html_size: int
    ways_out: tuple[int, int]
    sender: str
    postal_address: str
    relay_is_local: bool


def findings(edition: Checked) -> list[Finding]:
    """All that is wrong with an edition, what forbids first."""
    return sorted(_look(edition), key=lambda finding: not finding.forbids)


def _look(edition: Checked) -> Iterator[Finding]:
    if not all(edition.ways_out):
        yield Finding(True, Refused(_NO_WAY_OUT, **_named(edition)))
    # A sender and an address are the law's and the receivers' demand; on loopback nobody asks.
    strict = not edition.relay_is_local
    if not edition.sender:
        yield Finding(strict, Refused(_NO_SENDER, publication=edition.publication))
    if not edition.postal_address:
        yield Finding(strict, Refused(_NO_ADDRESS, publication=edition.publication))
    if edition.html_size > CLIPPED_FROM:
        size = edition.html_size // 1024
        yield Finding(False, Refused(_CLIPPED, **_named(edition), size=size))


def _named(edition: Checked) -> dict[str, str]:
    return {"publication": edition.publication, "language": edition.language}


_NO_WAY_OUT = N_(
    "The %(language)s edition of %(publication)s has no unsubscription link: put it back into the "
    "template's footer."
)
_NO_SENDER = N_(
    "%(publication)s has no sender address: enter one on the publication's page, or set "
    "MAILER_FROM."
)
_NO_ADDRESS = N_("%(publication)s has no postal address: enter it on the publication's page.")
_CLIPPED = N_(
    "The %(language)s edition of %(publication)s weighs %(size)s kB: Gmail shows 100 and hides the "
    "rest, the unsubscription link with it. Leave out some articles."
)
