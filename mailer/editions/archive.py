"""The verb: what was mailed is found again, and what must go is taken out.

An edition is public from the moment its mailing begins. Its entries are then written down under
their folded words, for the archive's search; a withdrawn edition keeps its row, its checksum and
its ledger, and is shown to nobody.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from mailer.curation import signoff
from mailer.curation.models import Issue, IssueState, Publication
from mailer.editions.models import ArchivedEntry, Edition
from mailer.editions.page import Entry
from mailer.editions.stored import from_json
from mailer.stories.folding import words

#: An issue that readers have, or are getting.
PUBLIC = (IssueState.SENDING, IssueState.SENT)


def public_editions(publication: Publication) -> QuerySet[Edition]:
    """The editions that anybody may read, without their bytes."""
    found = Edition.objects.filter(
        issue__publication=publication, issue__state__in=PUBLIC, withdrawn_at=None
    )
    return found.defer("html", "text", "page", "headers", "entries")


def write_down(issue: Issue) -> None:
    """Make an issue's entries findable: once, in the transaction that begins its mailing."""
    ArchivedEntry.objects.bulk_create(
        ArchivedEntry(
            edition=edition,
            number=entry.number,
            headline=entry.headline,
            language=entry.language.code,
            source=entry.source,
            words=_words(entry),
        )
        for edition in issue.editions.exclude(page={})
        for page in [from_json(edition.page)]
        for section in page.sections
        for entry in section.entries
    )


def withdraw(edition: Edition, now: datetime) -> None:
    """Take an edition out of the archive, its feed and its search; the mails are out already."""
    Edition.objects.filter(pk=edition.pk, withdrawn_at=None).update(withdrawn_at=now)


def put_back(edition: Edition) -> None:
    """Show it again."""
    Edition.objects.filter(pk=edition.pk).update(withdrawn_at=None)


def recall(issue_id: int, why: str, now: datetime) -> None:
    """Take every edition of an issue out of the archive; whoever opens one is told why."""
    with transaction.atomic():
        signoff.recall(issue_id, why, now)
        Edition.objects.filter(issue=issue_id, withdrawn_at=None).update(withdrawn_at=now)


def publish_again(issue_id: int) -> None:
    """Show every edition of a recalled issue again; said twice, it is done once."""
    with transaction.atomic():
        signoff.publish_again(issue_id)
        Edition.objects.filter(issue=issue_id).update(withdrawn_at=None)


def _words(entry: Entry) -> str:
    """What an entry is found by: whatever the mail shows of it."""
    told = (entry.headline, entry.source, entry.byline, entry.lead, entry.note, entry.also)
    return " ".join(words(" ".join(told)))
