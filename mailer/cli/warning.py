"""What does not forbid sending an issue and should be known: told on standard error."""

import sys

from django.utils import timezone

from mailer.curation.signoff import find
from mailer.editions.inspection import preflight


def warn(issue_id: int) -> None:
    """Tell what the preflight found, each finding once."""
    for finding in preflight(find(issue_id), timezone.now()):
        print(f"Warning: {finding.sentence}", file=sys.stderr)
