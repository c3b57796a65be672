"""The back room: Django's admin over the rows, for what the desk has no page for.

What is proof is read-only there: deliveries, consents, approvals, letters. What has one writer is
read-only too: an issue's state, a mailing's.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from mailer.articles.models import Article, Source
from mailer.curation.models import Approval, Issue, Placement, Publication, Section
from mailer.letters.models import Letter
from mailer.mailings.models import Delivery, Mailing
from mailer.subscribers.models import Consent, MailingList, Subscriber, Subscription, Suppression

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
else:
    # Generic for the type checker alone.
    Admin = admin.ModelAdmin


class ReadOnly(Admin):
    """Rows to look at. Nobody adds, changes or deletes them here, whatever their role."""

    # Counting a million rows for a page's last line is not worth its second.
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is Django's
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is Django's
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is Django's
        """Never."""
        return False


@admin.register(Delivery)
class Deliveries(ReadOnly):
    """The ledger, by mailing."""

    list_display = (
        "id",
        "mailing",
        "subscriber",
        "state",
        "smtp_code",
        "updated_at",
    )
    list_select_related = (
        "mailing",
        "subscriber",
    )
    search_fields = ("=subscriber__email_key",)


@admin.register(Consent)
class Consents(ReadOnly):
    """The proof of each act."""

    list_display = (
        "at",
        "subscriber",
        "mailing_list",
        "act",
    )
    list_select_related = (
        "subscriber",
        "mailing_list",
    )
    search_fields = ("=subscriber__email_key",)


@admin.register(Letter)
class Letters(ReadOnly):
    """The outbox, without the bodies: they hold links that act for their reader."""

    list_display = (
        "id",
        "kind",
        "recipient",
        "state",
        "due_at",
        "smtp_code",
    )
    exclude = (
        "subject",
        "text",
        "html",
    )


@admin.register(Subscriber, Subscription, Article, Issue, Approval, Mailing)
class Looked(ReadOnly):
    """Rows that other modules write."""


@admin.register(Source)
class Sources(Admin):
    """What the desk does not set: weight, rights, pace, a pause."""

    list_display = (
        "title",
        "url",
        "state",
        "weight",
        "rights",
        "interval_minutes",
    )
    search_fields = (
        "title",
        "url",
    )


@admin.register(Publication, Section, Placement, MailingList, Suppression)
class Kept(Admin):
    """Rows that administrators may change."""
