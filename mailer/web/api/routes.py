"""The addresses of the API; each answers with and without a last slash."""

from django.urls import path, re_path

from mailer.web.api.contents import contents
from mailer.web.api.issue import issue
from mailer.web.api.ledger import ledger
from mailer.web.api.mailing import mailing
from mailer.web.api.subscriber import by_address, subscriber

app_name = "api"

urlpatterns = [
    path("", contents, name="contents"),
    re_path(r"^issues/(?P<issue_id>[0-9]{1,18})/?$", issue, name="issue"),
    re_path(r"^mailings/(?P<mailing_id>[0-9]{1,18})/?$", mailing, name="mailing"),
    re_path(r"^mailings/(?P<mailing_id>[0-9]{1,18})/ledger/?$", ledger, name="ledger"),
    re_path(r"^subscribers/?$", by_address, name="by-address"),
    re_path(r"^subscribers/(?P<subscriber_id>[0-9]{1,18})/?$", subscriber, name="subscriber"),
]
