"""The addresses of the web archive."""

from django.urls import path, re_path

from mailer.web.archive.edition import edition
from mailer.web.archive.listing import listing
from mailer.web.archive.pdf import pdf
from mailer.web.archive.titles import titles

app_name = "archive"
_EDITION = r"^(?P<publication>[-\w]+)/(?P<number>[0-9]{1,9})/(?P<language>[a-z]{2,8})"

urlpatterns = [
    path("", titles, name="titles"),
    path("<slug:publication>/", listing, name="listing"),
    re_path(_EDITION + r"/$", edition, name="edition"),
    re_path(_EDITION + r"\.pdf$", pdf, name="pdf"),
]
