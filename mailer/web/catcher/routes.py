"""The addresses of the catcher's inbox."""

from django.urls import path

from mailer.web.catcher.inbox import inbox
from mailer.web.catcher.mail import body, mail, source

app_name = "catcher"

urlpatterns = [
    path("", inbox, name="inbox"),
    path("<int:number>/", mail, name="mail"),
    path("<int:number>/body/", body, name="body"),
    path("<int:number>.eml", source, name="source"),
]
