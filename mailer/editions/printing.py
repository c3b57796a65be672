"""The verb: editions that go out as PDF are printed, and the PDF kept beside them.

Compiling an edition leaves it without a PDF when its page is a new one; printing takes a second or
two, so it is done behind it, outside every transaction: by the worker that is rung for, by the
clock that finds what nobody printed, by the command that waits for it. Nothing is signed before.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from mailer.curation import signoff
from mailer.curation.models import IssueState
from mailer.editions.freeze import edition_checksum
from mailer.editions.models import Edition, Pdf
from mailer.editions.paper import on_paper
from mailer.editions.press import Shown, print_pdf
from mailer.editions.printed import printed, source_of
from mailer.editions.stored import from_json
from mailer.errors import MailerError
from mailer.pictures.models import Picture
from mailer.pictures.store import folder
from mailer.typesetting.theme import theme_of
from mailer.typesetting.themes import shipped

_OPEN = (IssueState.DRAFT, IssueState.HELD)


def unprinted(issue_id: int | None = None) -> list[int]:
    """The ids of the editions that want a PDF and have none yet; of one issue, or of all."""
    wanting = Edition.objects.filter(issue__state__in=_OPEN).exclude(pdf="")
    if issue_id is not None:
        wanting = wanting.filter(issue_id=issue_id)
    # compile.py drops a PDF whose page has changed, so one that is there is the right one.
    return list(wanting.filter(printed=None).order_by("pk").values_list("pk", flat=True))


def print_issue(issue_id: int, now: datetime) -> None:
    """Print what an issue lacks; a failure stands as a sentence beside the edition."""
    for edition_id in unprinted(issue_id):
        print_edition(edition_id, now)


def print_edition(edition_id: int, now: datetime) -> None:
    """Print one edition and keep the PDF, unless it has changed meanwhile, or is gone."""
    edition = Edition.objects.select_related("issue__publication").filter(pk=edition_id).first()
    if edition is None or not edition.pdf or printed(edition):
        return
    source = source_of(edition)
    made: dict[str, Any] = {"source": source, "printed_at": now}
    try:
        content = pdf_of(edition)
        digest = sha256(content).hexdigest()
        made |= {"content": content, "size": len(content), "digest": digest, "failure": None}
    except MailerError as failure:
        made |= {"content": b"", "size": 0, "digest": "", "failure": failure.stored()}
    _keep(edition, source, made)


def pdf_of(edition: Edition) -> bytes:
    """An edition's page, printed now. Raises Misconfigured or Refused where it cannot be."""
    # What was compiled before looks were kept wears the default one.
    theme = theme_of(edition.theme) if edition.theme else shipped()
    html = on_paper(from_json(edition.page), edition.issue.date, theme)
    return print_pdf(html, _pictures(edition.page))


def _keep(edition: Edition, source: str, made: dict[str, Any]) -> None:
    with transaction.atomic():
        issue = signoff.hold_still(edition.issue_id)
        now_there = Edition.objects.filter(pk=edition.pk).first()
        if now_there is None or issue.state not in _OPEN or source_of(now_there) != source:
            return
        Pdf.objects.update_or_create(edition=now_there, defaults=made)
        Edition.objects.filter(pk=edition.pk).update(checksum=edition_checksum(now_there))


def _pictures(page: Mapping[str, Any]) -> dict[str, Shown]:
    """The pictures a page shows, by their addresses."""
    entries = (entry for section in page["sections"] for entry in section["entries"])
    figures = (page.get("logo"), *(entry.get("figure") for entry in entries))
    addresses = {figure["src"] for figure in figures if figure}
    digests = {address.removeprefix(folder()).partition(".")[0] for address in addresses}
    found = Picture.objects.filter(digest__in=digests)
    shown = {folder() + one.file: Shown(one.media_type, bytes(one.content)) for one in found}
    return {address: shown[address] for address in addresses if address in shown}
