"""`mailer render ISSUE --out DIR`: an issue's editions as files to look at."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from mailer.curation.signoff import find
from mailer.editions.models import Edition
from mailer.editions.press import installed
from mailer.editions.printed import printed
from mailer.editions.printing import pdf_of, print_issue
from mailer.editions.trial import neutral
from mailer.errors import N_, MailerError, Refused
from mailer.mailings.copies import copy_of
from mailer.mime.headers import date_text
from mailer.subscribers import links

#: The reader of the sample copy: nobody has this id, so that its links act for nobody.
_NOBODY = 0
_ADDRESS = "reader@example.org"


def arguments(parser: argparse.ArgumentParser) -> None:
    """ISSUE --out DIR [--json]."""
    parser.add_argument("issue", type=int, metavar="ISSUE")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> dict[str, object]:
    """Write `<lang>.html`, `.txt` and `.eml` for each edition; name what was written.

    And `<lang>.pdf`, where WeasyPrint is installed: the one that is kept, else one printed now.
    """
    # As they are stored: what is shown here is what `approve` signs.
    print_issue(find(args.issue).pk, timezone.now())
    editions = list(find(args.issue).editions.order_by("pk"))
    if not editions:
        raise Refused(
            N_("Issue %(issue)s has no edition: it has no entry that is shown."), issue=args.issue
        )
    written: list[str] = []
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        for edition in editions:
            for ending, content in _files(edition):
                place = args.out / f"{edition.language}.{ending}"
                place.write_bytes(content)
                written.append(str(place))
    except OSError as error:
        raise Refused(
            N_("The folder %(folder)s cannot be written: %(reason)s."),
            folder=str(args.out),
            reason=error.strerror or str(error),
        ) from error
    if not args.json:
        print("\n".join(written))
    return {"issue": args.issue, "files": written}


def _files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    yield "html", neutral(edition, edition.html).encode()
    yield "txt", neutral(edition, edition.text).encode()
    yield "eml", _copy(edition)
    if content := _pdf(edition):
        yield "pdf", content


def _pdf(edition: Edition) -> bytes:
    """The PDF; nothing where it cannot be printed, which standard error says."""
    kept = printed(edition)
    if kept and kept.digest:
        return bytes(kept.content)
    try:
        return pdf_of(edition) if edition.page and installed() else b""
    except MailerError as refusal:
        print(refusal, file=sys.stderr)
        return b""


def _copy(edition: Edition) -> bytes:
    """One personalised copy, byte for byte as a reader would get it."""
    now = timezone.now()
    copy = copy_of(edition)
    return copy.compiled.eml(
        {
            "address": _ADDRESS,
            "unsubscribe_url": links.unsubscribe_url(_NOBODY),
            "preferences_url": links.preferences_url(_NOBODY, now),
            "message_id": copy.message_ids.of(str(_NOBODY)),
            "date": date_text(now),
        }
    )
