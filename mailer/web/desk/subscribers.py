"""`/desk/subscribers/`: how many readers there are, and one of them by their address."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from mailer.errors import N_, NotFound
from mailer.subscribers import counting, finding
from mailer.subscribers.models import MailingList, Subscriber, SubscriptionState
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_READERS
from mailer.web.desk.typed import asked, clean

_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a page is of: the beginning of an address, or a list and a state, or neither."""

    letters: str
    mailing_list: MailingList | None
    state: str

    def found(self, request: HttpRequest) -> QuerySet[Subscriber]:
        """The rows from where the page before ended."""
        if self.letters:
            return finding.beginning(self.letters, clean(request.GET.get("after", ""))[:320])
        before = asked(request, "before")
        if self.mailing_list:
            return finding.on_list(self.mailing_list.pk, self.state, before)
        return finding.newest(before)

    def after(self, last: Subscriber) -> str:
        """The query of the page behind `last`."""
        if self.letters:
            return urlencode({"q": self.letters, "after": last.email_key or ""})
        query: dict[str, str | int] = {"before": last.pk}
        if self.mailing_list:
            query |= {"list": self.mailing_list.slug, "state": self.state}
        return urlencode(query)


@staff(SEE_READERS, "GET")
def subscribers(request: HttpRequest) -> HttpResponse:
    """Counts per list and state; the readers whose address begins with `?q=`, or those on `?list=`
    in `?state=`, or the newest."""
    lists = list(MailingList.objects.order_by("slug"))
    wanted = _asked(request, lists)
    rows = wanted.found(request).prefetch_related("subscriptions__mailing_list")
    found = list(rows[: _PER_PAGE + 1])
    suppressed, more_suppressed = counting.suppressed()
    context = {
        "lists": counting.counted(lists),
        "suppressed": suppressed,
        "more_suppressed": more_suppressed,
        "wanted": wanted.letters,
        "shown_list": wanted.mailing_list,
        "shown_state": wanted.state,
        "subscribers": found[:_PER_PAGE],
        "more": wanted.after(found[_PER_PAGE - 1]) if len(found) > _PER_PAGE else "",
    }
    return page(request, "desk/subscribers.html", context)


def _asked(request: HttpRequest, lists: list[MailingList]) -> _Asked:
    slug, state = request.GET.get("list", ""), request.GET.get("state", "")
    shown = next((one for one in lists if one.slug == slug), None)
    if slug and shown is None:
        raise NotFound(N_("There is no list “%(list)s”."), list=slug[:50])
    known = state if state in SubscriptionState.values else SubscriptionState.CONFIRMED.value
    return _Asked(clean(request.GET.get("q", ""))[:320], shown, known)
