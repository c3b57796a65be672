"""`/api/v1/issues/<id>`: an issue, its editions, and its mailing when there is one."""

from typing import Any

from django.http import HttpRequest

from mailer.curation import signoff
from mailer.web.api.frame import answers


@answers("curation.view_issue")
def issue(_request: HttpRequest, issue_id: int) -> dict[str, Any]:
    """`{issue, number, publication, date, state, editions: [{language, subject, …}], mailings}`."""
    found = signoff.find(issue_id)
    editions = [
        {
            "language": edition.language,
            "subject": edition.subject,
            "checksum": edition.checksum,
            "articles": edition.articles,
        }
        for edition in found.editions.all()
    ]
    return {
        "issue": found.pk,
        "number": found.number,
        "publication": found.publication.slug,
        "date": found.date.isoformat(),
        "state": found.state,
        "editions": editions,
        "mailings": list(found.mailings.order_by("pk").values_list("pk", flat=True)),
    }
