"""What `mailer doctor` says of how mail comes back: the bounce box of IMAP_URL."""

from collections.abc import Iterator

from django.conf import settings

from mailer.cli.finding import Finding
from mailer.errors import Misconfigured, RelayError
from mailer.receipts.box import Box, parse_box

#: Seconds for one answer of the server, and for all of them.
_PATIENCE, _SECONDS = 5.0, 15.0


def bounce_box() -> Iterator[Finding]:
    """It takes our log-in, has the folder, and tells by itself what comes; no mail is touched."""
    if not settings.IMAP_URL:
        yield Finding(
            "bounce box",
            "ok",
            "none is set: what comes back by mail is not fetched",
            "Set IMAP_URL, or let a pipe, LMTP or your provider hand it over (docs/operating.md).",
        )
        return
    try:
        address = parse_box(settings.IMAP_URL)
        with Box(address, _PATIENCE, _SECONDS) as box:
            waiting, idles = len(box.numbers()), box.idles
    except Misconfigured as error:
        yield Finding("bounce box", "missing", str(error), "Set IMAP_URL right (docs/settings.md).")
    except RelayError as error:
        yield Finding(
            "bounce box",
            "missing",
            str(error),
            "Until then nothing that comes back by mail is counted, and nobody leaves by mail.",
        )
    else:
        tells = "tells at once what comes" if idles else "has no IDLE: it is visited now and then"
        said = f"{address!r}/{address.folder} answers, {waiting} mails wait, and it {tells}"
        yield Finding("bounce box", "ok", said)
