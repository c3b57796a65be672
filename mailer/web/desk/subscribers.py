"""`/desk/subscribers/`: how many readers there are, and one of them by their address."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from mailer.subscribers.models import MailingList, Subscriber, Suppression
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_READERS
from mailer.web.desk.typed import asked, clean

_PER_PAGE = 50


@staff(SEE_READERS, "GET")
def subscribers(request: HttpRequest) -> HttpResponse:
    """Counts per list and state; the newest readers, or those whose address begins with `?q=`.

    Pages go by id (`?before=`): with a million readers an offset would read them all.
    """
    wanted = clean(request.GET.get("q", ""))[:320]
    found = list(_found(wanted, asked(request, "before"))[: _PER_PAGE + 1])
    context = {
        "lists": MailingList.objects.annotate(**_counts()).order_by("slug"),
        "suppressed": Suppression.objects.count(),
        "wanted": wanted,
        "subscribers": found[:_PER_PAGE],
        "more": found[_PER_PAGE - 1].pk if len(found) > _PER_PAGE else None,
    }
    return page(request, "desk/subscribers.html", context)


def _counts() -> dict[str, Count]:
    states = ("confirmed", "pending", "unsubscribed")
    return {state: Count("subscriptions", filter=Q(subscriptions__state=state)) for state in states}


def _found(wanted: str, before: int | None) -> QuerySet[Subscriber]:
    found = Subscriber.objects.filter(erased_at=None).prefetch_related(
        "subscriptions__mailing_list"
    )
    if wanted:
        # The key is settled in case and form, so that its index serves the beginning of it.
        found = found.filter(email_key__startswith=wanted.casefold())
    if before is not None:
        found = found.filter(pk__lt=before)
    return found.order_by("-pk")
