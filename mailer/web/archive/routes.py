"""The addresses of the web archive."""

from django.urls import path, re_path

from mailer.web.archive.edition import edition
from mailer.web.archive.listing import listing

app_name = "archive"

urlpatterns = [
    path("<slug:publication>/", listing, name="listing"),
    re_path(
        r"^(?P<publication>[-\w]+)/(?P<number>[0-9]{1,9})/(?P<language>[a-z]{2,8})/$",
        edition,
        name="edition",
    ),
]
