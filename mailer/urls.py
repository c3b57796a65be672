"""Where pages live."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from mailer.web import operations
from mailer.web.archive.feed import feed
from mailer.web.desk.back_room import back_room
from mailer.web.pictures import picture

handler400 = "mailer.web.trouble.unreadable"
handler404 = "mailer.web.trouble.not_found"
handler429 = "mailer.web.trouble.too_often"
handler500 = "mailer.web.trouble.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/login/", back_room),
    path("admin/", admin.site.urls),
    path("desk/", include("mailer.web.accounts.routes")),
    path("desk/", include("mailer.web.desk.routes")),
    path("api/v1/", include("mailer.web.api.routes")),
    path("catcher/", include("mailer.web.catcher.routes")),
    path("archive/", include("mailer.web.archive.routes")),
    re_path(r"^feed/(?P<publication>[-\w]+)\.(?P<language>[a-z]{2,8})\.xml$", feed, name="feed"),
    re_path(r"^pictures/(?P<digest>[0-9a-f]{32})\.(?P<ending>jpg|png)$", picture, name="picture"),
    path("hooks/", include("mailer.web.hooks.routes")),
    path("healthz", operations.healthz),
    path("readyz", operations.readyz),
    path("metrics", operations.metrics),
    path("", include("mailer.web.public.urls")),
]
