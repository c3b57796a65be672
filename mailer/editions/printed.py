"""The PDF of an edition, as far as it has been printed: which one it is, and what is said of it."""

import json
from collections.abc import Iterator
from hashlib import sha256

from django.db.models import Sum
from django.db.models.functions import Length

from mailer.curation.models import PdfUse
from mailer.editions.models import Edition, Pdf
from mailer.editions.preflight import Finding
from mailer.errors import N_, Refused
from mailer.pictures.models import Picture

#: Bytes beside a mail's two texts from which it is spoken of, for a phone on the road fetches them
#: all; and from which nothing leaves, for a third more of them many a server refuses (20 MB).
_HEAVY, _TOO_HEAVY = 2_000_000, 15_000_000


def source_of(edition: Edition) -> str:
    """SHA-256, in hex, of what the edition's PDF is printed from."""
    return sha256(json.dumps([edition.page, edition.theme], sort_keys=True).encode()).hexdigest()


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
    kept = Pdf.objects.filter(source=source_of(edition), failure__isnull=True)
    Pdf.objects.filter(edition=edition.pk).exclude(pk__in=kept.values("pk")).delete()


def findings(edition: Edition, publication: str) -> Iterator[Finding]:
    """What forbids sending an edition with its PDF and its pictures, or warns."""
    found = printed(edition) if edition.pdf else None
    named: dict[str, str | int] = {"language": edition.language, "publication": publication}
    if edition.pdf and found is None:
        yield Finding(True, Refused(NOT_YET, **named))
    elif found and found.failure:
        told = found.failure
        yield Finding(True, Refused(told["id"], **told["values"]))
    size = _pictures(edition)
    if found and edition.pdf == PdfUse.ATTACHED:
        size += found.size
    if size > _HEAVY:
        weight = Refused(_HEAVY_MAIL, size=round(size / 1e6), **named)
        yield Finding(size > _TOO_HEAVY, weight)


def _pictures(edition: Edition) -> int:
    """Bytes of the pictures that travel within the mail."""
    shown = Picture.objects.filter(digest__in=edition.enclosed)
    return shown.aggregate(bytes=Sum(Length("content")))["bytes"] or 0 if edition.enclosed else 0


NOT_YET = N_(
    "The PDF of the %(language)s edition of %(publication)s is being printed: look again in some"
    " seconds."
)
_HEAVY_MAIL = N_(
    "Every mail of the %(language)s edition of %(publication)s carries %(size)s MB of pictures and"
    " PDF: take smaller ones, or have them asked of us and linked, on the publication's page."
)
