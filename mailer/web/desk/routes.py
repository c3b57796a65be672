"""The addresses of the desk."""

from django.urls import path, re_path

from mailer.web.desk.approve import approve
from mailer.web.desk.article_take import article_take
from mailer.web.desk.article_write import article_write
from mailer.web.desk.calendar_change import calendar_change
from mailer.web.desk.calendar_page import calendar_page
from mailer.web.desk.compile_anew import compile_anew
from mailer.web.desk.declaration import declaration
from mailer.web.desk.discard import discard
from mailer.web.desk.edition_withdraw import edition_withdraw
from mailer.web.desk.export import export
from mailer.web.desk.figures import figures, figures_of
from mailer.web.desk.here import here
from mailer.web.desk.import_add import import_add
from mailer.web.desk.import_begin import import_begin
from mailer.web.desk.import_cancel import import_cancel
from mailer.web.desk.import_refused import import_refused
from mailer.web.desk.import_shown import import_progress, import_shown
from mailer.web.desk.imports import imports
from mailer.web.desk.inbox import inbox, inbox_first
from mailer.web.desk.inbox_act import inbox_act
from mailer.web.desk.invitation import invitation
from mailer.web.desk.invitation_withdraw import invitation_withdraw
from mailer.web.desk.issue import issue
from mailer.web.desk.issue_audience import issue_audience
from mailer.web.desk.issue_comment import issue_comment
from mailer.web.desk.issue_correct import issue_correct
from mailer.web.desk.issue_new import issue_new
from mailer.web.desk.issue_recall import issue_recall
from mailer.web.desk.issue_review import issue_review
from mailer.web.desk.issue_schedule import issue_schedule
from mailer.web.desk.issues import issues
from mailer.web.desk.item_add import item_add
from mailer.web.desk.item_edit import item_edit
from mailer.web.desk.item_hide import item_hide
from mailer.web.desk.item_move import item_move
from mailer.web.desk.item_picture import item_picture
from mailer.web.desk.item_pin import item_pin
from mailer.web.desk.item_remove import item_remove
from mailer.web.desk.item_take import item_take
from mailer.web.desk.language import language
from mailer.web.desk.ledger import ledger
from mailer.web.desk.limit_remove import limit_remove
from mailer.web.desk.limits import limits
from mailer.web.desk.mailing import mailing, progress
from mailer.web.desk.mailing_again import mailing_again
from mailer.web.desk.mailing_control import mailing_control
from mailer.web.desk.mailing_release import mailing_release
from mailer.web.desk.people import people
from mailer.web.desk.people_change import people_change
from mailer.web.desk.people_invite import people_invite
from mailer.web.desk.preview import preview
from mailer.web.desk.preview_pdf import preview_pdf
from mailer.web.desk.publication import publication
from mailer.web.desk.publication_logo import publication_logo
from mailer.web.desk.publications import publications
from mailer.web.desk.receipt import receipt, receipt_act, receipt_undo
from mailer.web.desk.receipts import receipts
from mailer.web.desk.reopen import reopen
from mailer.web.desk.rule_remove import rule_remove
from mailer.web.desk.rules import rules
from mailer.web.desk.segments import segment, segments_page
from mailer.web.desk.send import send
from mailer.web.desk.settings_page import settings_page
from mailer.web.desk.source_add import source_add
from mailer.web.desk.source_fetch import source_fetch
from mailer.web.desk.source_look import source_look
from mailer.web.desk.source_place import source_place
from mailer.web.desk.sources import sources
from mailer.web.desk.sources_opml import sources_export, sources_import
from mailer.web.desk.subscriber import subscriber
from mailer.web.desk.subscribers import subscribers
from mailer.web.desk.take_new import take_new
from mailer.web.desk.theme import theme, theme_sample
from mailer.web.desk.today import today
from mailer.web.desk.trail import trail
from mailer.web.desk.trial import test_send
from mailer.web.desk.undo import undo
from mailer.web.desk.words import words

app_name = "desk"

urlpatterns = [
    path("", today, name="today"),
    re_path(r"^invitation/(?P<link>[-\w]{20,64})/$", invitation, name="invitation"),
    path("language/", language, name="language"),
    path("inbox/", inbox_first, name="inbox-first"),
    path("inbox/<slug:slug>/", inbox, name="inbox"),
    re_path(
        r"^inbox/(?P<slug>[-\w]+)/"
        r"(?P<act>keep|drop|later|back|pin|merge|split|lead|apart|undo)/$",
        inbox_act,
        name="inbox-act",
    ),
    path("inbox/<slug:slug>/rules/", rules, name="rules"),
    path("inbox/<slug:slug>/rules/remove/", rule_remove, name="rule-remove"),
    path("issues/", issues, name="issues"),
    path("issues/new/", issue_new, name="issue-new"),
    path("issues/<int:issue_id>/", issue, name="issue"),
    re_path(
        r"^issues/(?P<issue_id>[0-9]{1,18})/preview/(?P<language>[a-z]{2,8})/$",
        preview,
        name="preview",
    ),
    re_path(
        r"^issues/(?P<issue_id>[0-9]{1,18})/preview/(?P<language>[a-z]{2,8})\.pdf$",
        preview_pdf,
        name="preview-pdf",
    ),
    re_path(
        r"^issues/(?P<issue_id>[0-9]{1,18})/archive/(?P<language>[a-z]{2,8})"
        r"/(?P<act>withdraw|put-back)/$",
        edition_withdraw,
        name="edition-withdraw",
    ),
    path("issues/<int:issue_id>/words/", words, name="words"),
    path("issues/<int:issue_id>/take-new/", take_new, name="take-new"),
    path("issues/<int:issue_id>/compile/", compile_anew, name="compile-anew"),
    path("issues/<int:issue_id>/test/", test_send, name="test"),
    path("issues/<int:issue_id>/approve/", approve, name="approve"),
    path("issues/<int:issue_id>/send/", send, name="send"),
    path("issues/<int:issue_id>/reopen/", reopen, name="reopen"),
    path("issues/<int:issue_id>/review/", issue_review, name="issue-review"),
    path("issues/<int:issue_id>/schedule/", issue_schedule, name="issue-schedule"),
    path("issues/<int:issue_id>/comment/", issue_comment, name="issue-comment"),
    path("issues/<int:issue_id>/recall/", issue_recall, name="issue-recall"),
    path("issues/<int:issue_id>/correct/", issue_correct, name="issue-correct"),
    path("issues/<int:issue_id>/discard/", discard, name="discard"),
    path("issues/<int:issue_id>/add/", item_add, name="item-add"),
    path("issues/<int:issue_id>/take/", item_take, name="item-take"),
    path("issues/<int:issue_id>/undo/", undo, name="undo"),
    path("issues/<int:issue_id>/here/", here, name="here"),
    path("items/<int:item_id>/pin/", item_pin, name="item-pin"),
    path("items/<int:item_id>/remove/", item_remove, name="item-remove"),
    path("items/<int:item_id>/edit/", item_edit, name="item-edit"),
    path("items/<int:item_id>/move/", item_move, name="item-move"),
    path("items/<int:item_id>/hide/", item_hide, name="item-hide"),
    path("items/<int:item_id>/picture/", item_picture, name="item-picture"),
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
    path("mailings/<int:mailing_id>/release/", mailing_release, name="mailing-release"),
    path("receipts/", receipts, name="receipts"),
    path("receipts/<int:receipt_id>/", receipt, name="receipt"),
    path("receipts/<int:receipt_id>/undo/", receipt_undo, name="receipt-undo"),
    path("receipts/<int:receipt_id>/act/", receipt_act, name="receipt-act"),
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
    path("subscribers/export.csv", export, name="export"),
    path("segments/", segments_page, name="segments"),
    path("segments/<int:segment_id>/", segment, name="segment"),
    path("issues/<int:issue_id>/audience/", issue_audience, name="issue-audience"),
    path("imports/", imports, name="imports"),
    path("imports/add/", import_add, name="import-add"),
    path("imports/<int:import_id>/", import_shown, name="import"),
    path("imports/<int:import_id>/progress/", import_progress, name="import-progress"),
    path("imports/<int:import_id>/begin/", import_begin, name="import-begin"),
    path("imports/<int:import_id>/cancel/", import_cancel, name="import-cancel"),
    path("imports/<int:import_id>/refused.csv", import_refused, name="import-refused"),
    path("limits/", limits, name="limits"),
    path("limits/remove/", limit_remove, name="limit-remove"),
    path("subscribers/<int:subscriber_id>/", subscriber, name="subscriber"),
    path("figures/", figures, name="figures"),
    path("figures/<int:mailing_id>/", figures_of, name="figures-of"),
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
    path("settings/", settings_page, name="settings"),
    path("trail/", trail, name="trail"),
    path("publications/<slug:slug>/calendar/", calendar_page, name="calendar"),
    re_path(
        r"^publications/(?P<slug>[-\w]+)/calendar/(?P<act>move|hours|rules|remove)/$",
        calendar_change,
        name="calendar-change",
    ),
    path("publications/<slug:slug>/", publication, name="publication"),
    path("publications/<slug:slug>/theme/", theme, name="theme"),
    re_path(
        r"^publications/(?P<slug>[-\w]+)/theme/sample/(?P<language>[a-z]{2,8})/$",
        theme_sample,
        name="theme-sample",
    ),
    path("publications/<slug:slug>/logo/", publication_logo, name="publication-logo"),
]
