"""The PDF of an edition, as far as it has been printed: which one it is, and what is said of it."""

import json
from collections.abc import Iterator
from hashlib import sha256

from mailer.curation.models import PdfUse
from mailer.editions.models import Edition, Pdf
from mailer.editions.preflight import Finding
from mailer.errors import N_, MailerError, Refused

#: Bytes from which an attachment is spoken of: a phone on the road fetches it with the mail.
_HEAVY = 2_000_000


def source_of(edition: Edition) -> str:
    """SHA-256, in hex, of what the edition's PDF is printed from."""
    return sha256(json.dumps(edition.page, sort_keys=True).encode()).hexdigest()


def printed(edition: Edition) -> Pdf | None:
    """The PDF of the edition as it is now, or the failure to print it; without its bytes."""
    found = Pdf.objects.filter(edition=edition.pk, source=source_of(edition))
    return found.defer("content").first()


def pdf_name(edition: Edition) -> str:
    """The name its file is given."""
    issue = edition.issue
    return f"{issue.publication.slug}-{issue.number}-{edition.language}.pdf"


def printed_digest(edition: Edition) -> str:
    """SHA-256 of its bytes, in hex; empty while there are none."""
    found = printed(edition)
    return found.digest if found else ""


def forget_other_than(edition: Edition) -> None:
    """Drop what was printed from anything else, and failures: they are tried anew."""
    kept = Pdf.objects.filter(source=source_of(edition), failure=None)
    Pdf.objects.filter(edition=edition.pk).exclude(pk__in=kept.values("pk")).delete()


def findings(edition: Edition, publication: str) -> Iterator[Finding]:
    """What forbids sending an edition with a PDF, or warns."""
    if not edition.pdf:
        return
    found = printed(edition)
    named: dict[str, str | int] = {"language": edition.language, "publication": publication}
    if found is None:
        yield Finding(True, Refused(_NOT_YET, **named))
    elif found.failure:
        told = found.failure
        yield Finding(True, MailerError(told["id"], **told["values"]))
    elif edition.pdf == PdfUse.ATTACHED and found.size > _HEAVY:
        yield Finding(False, Refused(_HEAVY_PDF, size=round(found.size / 1e6), **named))


_NOT_YET = N_(
    "The PDF of the %(language)s edition of %(publication)s is being printed: look again in some"
    " seconds."
)
_HEAVY_PDF = N_(
    "The PDF of the %(language)s edition of %(publication)s weighs %(size)s MB, and every mail with"
    " it: take smaller pictures, or link it on the publication's page."
)
