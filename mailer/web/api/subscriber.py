"""`/api/v1/subscribers/<id>` and `…?address=`: what happened to one person's mail."""

from typing import Any

from django.http import HttpRequest

from mailer.mailings import history
from mailer.mailings.history_json import as_json
from mailer.web.api.frame import answers
from mailer.web.desk.typed import asked


@answers("subscribers.view_subscriber")
def subscriber(request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
    """As `mailer history --json` prints it, a page at a time: `?before=` takes its `older`."""
    person = history.find_by_id(int(subscriber_id))
    return as_json(history.of(person, before=asked(request, "before")))


@answers("subscribers.view_subscriber")
def by_address(request: HttpRequest) -> dict[str, Any]:
    """The first page of the person of an address."""
    return as_json(history.of(history.find(request.GET.get("address", ""))))
