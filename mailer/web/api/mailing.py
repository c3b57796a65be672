"""`/api/v1/mailings/<id>`: a mailing's sums, under the names that `mailer send --json` prints."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest

from mailer.mailings import ledger
from mailer.web.api.frame import answers
from mailer.web.desk.find import find_mailing


@answers("mailings.view_mailing")
def mailing(_request: HttpRequest, mailing_id: int) -> dict[str, Any]:
    """`{mailing, issue, state, recipients, queued, …}`: the sum of the states is `recipients`."""
    found = find_mailing(mailing_id)
    told = {"mailing": found.pk, "issue": found.issue_id, "state": found.state}
    return {**told, **asdict(ledger.sums(found.pk))}
