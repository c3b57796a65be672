"""Where pages live."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from mailer.web import operations
from mailer.web.desk.back_room import back_room

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/login/", back_room),
    path("admin/", admin.site.urls),
    path("desk/", include("mailer.web.desk.routes")),
    path("api/v1/", include("mailer.web.api.routes")),
    path("catcher/", include("mailer.web.catcher.routes")),
    path("archive/", include("mailer.web.archive.routes")),
    path("healthz", operations.healthz),
    path("readyz", operations.readyz),
    path("metrics", operations.metrics),
    path("", include("mailer.web.public.urls")),
]
