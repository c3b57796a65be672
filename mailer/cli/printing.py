"""What `mailer doctor` says of the PDF edition."""

from collections.abc import Iterator

from django.db import DatabaseError

from mailer.cli.finding import Finding
from mailer.editions.press import installed, print_pdf
from mailer.errors import MailerError

#: A letter of each script, that a font must have.
_TRIED = '<html lang="fr"><title>é</title><p lang="fr">Élan</p><p lang="ar" dir="rtl">نشرة</p>'


def press() -> Iterator[Finding]:
    """Whether a PDF can be printed here, tried on two words; who wants one, if it cannot."""
    wanted = _wanted()
    if not installed() and not wanted:
        yield Finding("pdf", "ok", 'not installed, and no publication asks for it: "mailer[pdf]"')
        return
    try:
        print_pdf(_TRIED, {})
    except MailerError as refusal:
        if wanted:
            says = f"cannot be printed, and {', '.join(wanted)} asks for it"
            yield Finding("pdf", "missing", says, str(refusal))
        else:
            yield Finding("pdf", "warning", "cannot be printed", str(refusal))
    else:
        yield Finding("pdf", "ok", "can be printed")


def _wanted() -> list[str]:
    from mailer.curation.models import Publication

    try:
        asking = Publication.objects.exclude(pdf="").order_by("slug")
        return list(asking.values_list("slug", flat=True))
    except DatabaseError:
        return []  # told elsewhere
