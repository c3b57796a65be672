"""The back room: Django's admin over the rows, for what the desk has no page for.

What is proof is read-only there: deliveries, consents, approvals, letters. What has one writer is
read-only too: an issue's state, a mailing's.
"""

from typing import TYPE_CHECKING, Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from mailer.articles.models import Article, Source
from mailer.curation.models import Approval, Issue, Placement, Publication, Section
from mailer.errors import N_, BadAddress
from mailer.letters.models import Letter
from mailer.mailings.models import Delivery, Mailing
from mailer.rendering import sentence
from mailer.subscribers import address
from mailer.subscribers.models import Consent, MailingList, Subscriber, Subscription, Suppression
from mailer.trail.models import Area
from mailer.trail.note import note_by

# The desk has pages for people's second factors, and what allauth keeps holds secrets.
for _model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(_model)
admin.site.unregister(User)

if TYPE_CHECKING:
    Admin = admin.ModelAdmin[Any]
    Form = forms.ModelForm[Any]
else:
    # Generic for the type checker alone.
    Admin = admin.ModelAdmin
    Form = forms.ModelForm


class Noted(Admin):
    """Rows that people change here: each change stands in the trail of the desk too."""

    #: What such a row is about, in the trail.
    area: Area = Area.PUBLICATION

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As Django does; and in the trail."""
        self._note(request, N_("In the back room, %(row)s was added"), obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As Django does; and in the trail."""
        self._note(request, N_("In the back room, %(row)s was changed"), obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """As Django does; and in the trail."""
        for obj in queryset:
            self._note(request, N_("In the back room, %(row)s was deleted"), obj)
        return super().log_deletions(request, queryset)

    def _note(self, request: HttpRequest, told: str, obj: Any) -> None:
        by = cast("User", request.user)
        verb = f"{self.area}.back_room"
        note_by(by, verb, told, self.area, None, row=f"{obj._meta.verbose_name} {obj}")


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
class Sources(Noted):
    """What the desk does not set: weight, rights, pace, a pause.

    Addresses come in by the desk, which settles their spelling; a file of this machine is let in
    by whoever has its command line.
    """

    area = Area.SOURCE
    readonly_fields = (
        "url",
        "allow_local",
    )

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

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is Django's
        """Never: the desk adds."""
        return False


class SuppressionForm(Form):
    """An address as people type it; the row holds its key, or it would stop nothing."""

    def clean_email_key(self) -> str:
        """The key of the address. Refused with the sentence of the address."""
        try:
            return address.key(self.cleaned_data["email_key"])
        except BadAddress as refusal:
            raise ValidationError(sentence(refusal)) from refusal


@admin.register(Suppression)
class Suppressions(Noted):
    """The addresses that get nothing."""

    area = Area.READER

    form = SuppressionForm
    show_full_result_count = False
    list_display = (
        "email_key",
        "reason",
        "at",
    )
    search_fields = ("=email_key",)


@admin.register(Publication, Section, Placement)
class Kept(Noted):
    """Rows that administrators may change."""


@admin.register(MailingList)
class Lists(Admin):
    """The audiences. None is deleted: what people agreed to tells of it for ever."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is Django's
        """Never."""
        return False


@admin.register(User)
class Users(Noted, UserAdmin):  # type: ignore[type-arg]  # Django's, generic for the checker alone
    """The accounts. Who is no superuser makes none, and touches none."""

    area = Area.STAFF

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - the signature is Django's
        """What would give an administrator more than their role stays as it is."""
        fixed = ("last_login", "date_joined")
        return fixed if _is_super(request) else (*fixed, "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not over a superuser, for who is none: a new password would be theirs."""
        above = obj is not None and obj.is_superuser and not _is_super(request)
        return not above and super().has_change_permission(request, obj)


def _is_super(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
