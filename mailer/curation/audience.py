"""To whom of its lists a number goes."""

from datetime import datetime

from django.db import transaction

from mailer.curation.arrange import touched
from mailer.curation.models import Issue
from mailer.curation.signoff import hold_still, refuse_unless_open


def narrow(issue_id: int, segment_id: int | None, now: datetime) -> None:
    """Let a number go to a segment alone, or to all of its lists; what was signed is void.

    Raises Refused once it is sent, or on its way.
    """
    with transaction.atomic():
        issue = hold_still(issue_id)
        refuse_unless_open(issue)
        if issue.segment_id != segment_id:
            Issue.objects.filter(pk=issue_id).update(segment=segment_id)
            touched(issue_id, now)
