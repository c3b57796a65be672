"""What is signed: checksums, and the signature under them.

A checksum covers subject, preheader, HTML, text, headers (the sender is one of them), PDF and the
targets of the counted links of an edition; the issue's covers its editions and the definition of
its audience. Nothing is mailed but under the checksum that was signed.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from mailer.curation import signoff
from mailer.curation.models import Approval
from mailer.editions.inspection import preflight
from mailer.editions.models import Edition
from mailer.editions.preflight import nothing_to_send
from mailer.editions.printed import printed_digest
from mailer.errors import N_, Refused


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def edition_checksum(edition: Edition) -> str:
    """SHA-256, in hex, over all that readers of an edition see; pictures are named by their own."""
    return _digest(
        edition.language,
        edition.subject,
        edition.preheader,
        edition.html,
        edition.text,
        edition.headers,
        *_beside(edition),
    )


def _beside(edition: Edition) -> tuple[Any, ...]:
    """The PDF and how it is given, and where counted links lead; of what there is.

    Without either, all is signed as it ever was.
    """
    pdf = (edition.pdf, printed_digest(edition)) if edition.pdf else ()
    return (*pdf, *([edition.links] if edition.links else []))


def issue_checksum(issue_id: int) -> str:
    """SHA-256, in hex, over an issue's stored editions and the audience they go to."""
    issue = signoff.find(issue_id)
    publication = issue.publication
    lists = sorted(publication.lists.values_list("slug", flat=True))
    editions = [(edition.language, edition_checksum(edition)) for edition in _editions(issue_id)]
    # Without them it is the checksum that it was before there were segments and corrections.
    narrowed: list[Any] = [issue.segment.definition] if issue.segment else []
    if issue.corrects_id:
        narrowed.append({"corrects": issue.corrects_id})
    return _digest(issue.pk, publication.slug, lists, publication.fallback, editions, *narrowed)


def sign(issue_id: int, seen: str, by: User | None, now: datetime) -> Approval:
    """Approve exactly what was seen; `by` None is the clock, for an automatic publication.

    Refused when the editions are no longer those of `seen`, when there is none, and when the
    preflight forbids.
    """
    with transaction.atomic():
        signoff.hold_still(issue_id)
        if not _editions(issue_id):
            raise nothing_to_send(issue_id).sentence
        if issue_checksum(issue_id) != seen:
            raise Refused(
                N_(
                    "Issue %(issue)s has changed since you looked at it: look at the editions "
                    "again, then approve them."
                ),
                issue=issue_id,
            )
        for finding in preflight(signoff.find(issue_id), now):
            if finding.forbids:
                raise finding.sentence
        return signoff.approve(issue_id, seen, by, now)


def _editions(issue_id: int) -> list[Edition]:
    return list(Edition.objects.filter(issue_id=issue_id).order_by("language"))
