"""What does not forbid sending an issue and should be known: told on standard error."""

import sys

from mailer.curation.signoff import find
from mailer.editions.freeze import preflight


def warn(issue_id: int) -> None:
    """Tell what the preflight found, each finding once."""
    for finding in preflight(find(issue_id)):
        print(f"Warning: {finding.sentence}", file=sys.stderr)
