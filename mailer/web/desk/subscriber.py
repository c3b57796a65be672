"""`/desk/subscribers/<id>/`: one reader, and what happened to every mail to them."""

from django.http import HttpRequest, HttpResponse

from mailer.mailings import history
from mailer.receipts.figures import of_person
from mailer.web.desk.frame import page, staff
from mailer.web.desk.may import SEE_READERS
from mailer.web.desk.typed import asked


@staff(SEE_READERS, "GET")
def subscriber(request: HttpRequest, subscriber_id: int) -> HttpResponse:
    """The newest deliveries, or those `?before=` a mailing; an erased reader has a page too."""
    person = history.find_by_id(subscriber_id)
    context = {
        "history": history.of(person, before=asked(request, "before")),
        "person": person,
        "receipts": list(of_person(person)),
        "ties": person.subscriptions.select_related("mailing_list").order_by("mailing_list__slug"),
    }
    return page(request, "desk/subscriber.html", context)
