"""The addresses of the desk."""

from django.urls import path, re_path

from mailer.web.desk.approve import approve
from mailer.web.desk.article_take import article_take
from mailer.web.desk.article_write import article_write
from mailer.web.desk.compile_anew import compile_anew
from mailer.web.desk.declaration import declaration
from mailer.web.desk.discard import discard
from mailer.web.desk.figures import figures
from mailer.web.desk.here import here
from mailer.web.desk.invitation import invitation
from mailer.web.desk.invitation_withdraw import invitation_withdraw
from mailer.web.desk.issue import issue
from mailer.web.desk.issue_new import issue_new
from mailer.web.desk.issues import issues
from mailer.web.desk.item_add import item_add
from mailer.web.desk.item_edit import item_edit
from mailer.web.desk.item_hide import item_hide
from mailer.web.desk.item_move import item_move
from mailer.web.desk.item_pin import item_pin
from mailer.web.desk.item_remove import item_remove
from mailer.web.desk.language import language
from mailer.web.desk.ledger import ledger
from mailer.web.desk.limit_remove import limit_remove
from mailer.web.desk.limits import limits
from mailer.web.desk.mailing import mailing, progress
from mailer.web.desk.mailing_again import mailing_again
from mailer.web.desk.mailing_control import mailing_control
from mailer.web.desk.people import people
from mailer.web.desk.people_change import people_change
from mailer.web.desk.people_invite import people_invite
from mailer.web.desk.preview import preview
from mailer.web.desk.publication import publication
from mailer.web.desk.publications import publications
from mailer.web.desk.reopen import reopen
from mailer.web.desk.send import send
from mailer.web.desk.source_add import source_add
from mailer.web.desk.source_fetch import source_fetch
from mailer.web.desk.source_look import source_look
from mailer.web.desk.source_place import source_place
from mailer.web.desk.sources import sources
from mailer.web.desk.sources_opml import sources_export, sources_import
from mailer.web.desk.subscriber import subscriber
from mailer.web.desk.subscribers import subscribers
from mailer.web.desk.take_new import take_new
from mailer.web.desk.today import today
from mailer.web.desk.trial import test_send
from mailer.web.desk.undo import undo
from mailer.web.desk.words import words

app_name = "desk"

urlpatterns = [
    path("", today, name="today"),
    re_path(r"^invitation/(?P<link>[-\w]{20,64})/$", invitation, name="invitation"),
    path("language/", language, name="language"),
    path("issues/", issues, name="issues"),
    path("issues/new/", issue_new, name="issue-new"),
    path("issues/<int:issue_id>/", issue, name="issue"),
    re_path(
        r"^issues/(?P<issue_id>[0-9]{1,18})/preview/(?P<language>[a-z]{2,8})/$",
        preview,
        name="preview",
    ),
    path("issues/<int:issue_id>/words/", words, name="words"),
    path("issues/<int:issue_id>/take-new/", take_new, name="take-new"),
    path("issues/<int:issue_id>/compile/", compile_anew, name="compile-anew"),
    path("issues/<int:issue_id>/test/", test_send, name="test"),
    path("issues/<int:issue_id>/approve/", approve, name="approve"),
    path("issues/<int:issue_id>/send/", send, name="send"),
    path("issues/<int:issue_id>/reopen/", reopen, name="reopen"),
    path("issues/<int:issue_id>/discard/", discard, name="discard"),
    path("issues/<int:issue_id>/add/", item_add, name="item-add"),
    path("issues/<int:issue_id>/undo/", undo, name="undo"),
    path("issues/<int:issue_id>/here/", here, name="here"),
    path("items/<int:item_id>/pin/", item_pin, name="item-pin"),
    path("items/<int:item_id>/remove/", item_remove, name="item-remove"),
    path("items/<int:item_id>/edit/", item_edit, name="item-edit"),
    path("items/<int:item_id>/move/", item_move, name="item-move"),
    path("items/<int:item_id>/hide/", item_hide, name="item-hide"),
    path("mailings/<int:mailing_id>/", mailing, name="mailing"),
    path("mailings/<int:mailing_id>/progress/", progress, name="progress"),
    path("mailings/<int:mailing_id>/ledger.csv", ledger, name="ledger"),
    re_path(
        r"^mailings/(?P<mailing_id>[0-9]{1,18})/(?P<act>pause|resume|cancel)/$",
        mailing_control,
        name="mailing-control",
    ),
    re_path(
        r"^mailings/(?P<mailing_id>[0-9]{1,18})/again/(?P<whom>refused|uncertain)/$",
        mailing_again,
        name="mailing-again",
    ),
    path("sources/", sources, name="sources"),
    path("sources/look/", source_look, name="source-look"),
    path("sources/take/", article_take, name="article-take"),
    path("sources/write/", article_write, name="article-write"),
    path("sources/list.opml", sources_export, name="sources-export"),
    path("sources/import/", sources_import, name="sources-import"),
    path("sources/declaration.csv", declaration, name="declaration"),
    path("sources/add/", source_add, name="source-add"),
    path("sources/<int:source_id>/place/", source_place, name="source-place"),
    path("sources/<int:source_id>/fetch/", source_fetch, name="source-fetch"),
    path("subscribers/", subscribers, name="subscribers"),
    path("limits/", limits, name="limits"),
    path("limits/remove/", limit_remove, name="limit-remove"),
    path("subscribers/<int:subscriber_id>/", subscriber, name="subscriber"),
    path("figures/", figures, name="figures"),
    path("people/", people, name="people"),
    path("people/invite/", people_invite, name="people-invite"),
    path(
        "people/invitations/<int:invitation_id>/withdraw/",
        invitation_withdraw,
        name="invitation-withdraw",
    ),
    re_path(
        r"^people/(?P<user_id>[0-9]{1,18})/(?P<act>role|close|open|factors)/$",
        people_change,
        name="people-change",
    ),
    path("publications/", publications, name="publications"),
    path("publications/<slug:slug>/", publication, name="publication"),
]
