"""The addresses that providers call."""

from django.urls import path

from mailer.web.hooks.mailgun import mailgun
from mailer.web.hooks.postmark import postmark
from mailer.web.hooks.sendgrid import sendgrid
from mailer.web.hooks.ses import ses

app_name = "hooks"

urlpatterns = [
    path("ses/", ses, name="ses"),
    path("sendgrid/", sendgrid, name="sendgrid"),
    path("postmark/", postmark, name="postmark"),
    path("mailgun/", mailgun, name="mailgun"),
]
