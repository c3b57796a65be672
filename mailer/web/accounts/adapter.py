"""The rules of our accounts, where allauth asks for them; its letters and its words are ours."""

import logging
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mailer import tasks
from mailer.errors import N_, StoredSentence
from mailer.languages import DEFAULT_LANGUAGE
from mailer.letters.outbox import post
from mailer.trail.models import Area
from mailer.trail.note import acting, note
from mailer.web.desk.may import FIGURES, SEE

_log = logging.getLogger(__name__)

#: What the person is told by letter when their account changed, by allauth's name for it.
_NEWS = {
    "account/email/password_changed": N_("Your password was changed."),
    "account/email/password_set": N_("Your account has a password now."),
    "account/email/password_reset": N_("Your password was renewed by a link sent to this address."),
    "mfa/email/totp_activated": N_("An app that makes codes is your second factor now."),
    "mfa/email/totp_deactivated": N_("The app that makes codes is no longer your second factor."),
    "mfa/email/webauthn_added": N_("A passkey or security key was added to your account."),
    "mfa/email/webauthn_removed": N_("A passkey or security key was taken from your account."),
    "mfa/email/recovery_codes_generated": N_("New recovery codes were made for your account."),
    "socialaccount/email/account_connected": N_("You can log in by your office’s login now."),
    "socialaccount/email/account_disconnected": N_("You can no longer log in by your office."),
}

#: What a page says when it is done.
_DONE = {
    "account/messages/password_changed.txt": _("The password is changed; other sessions ended."),
    "account/messages/password_set.txt": _("The password is set."),
    "mfa/messages/totp_activated.txt": _("From now on you are asked for a code."),
    "mfa/messages/totp_deactivated.txt": _("The app is no longer asked for."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is taken away."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "There are new recovery codes. Keep them where you find them without this machine."
    ),
}


class Accounts(DefaultAccountAdapter):
    """Nobody signs up: administrators invite."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. An administrator can open it again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right. Take the one that is shown now."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _("This link is used or too old. Ask for another one."),
        "rate_limited": _("That was too often. Wait a minute, then try again."),
        "too_many_login_attempts": _(
            "Too many wrong passwords. Wait five minutes, or renew the password by mail."
        ),
        "username_password_mismatch": _("The name or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        del request
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Today's page; the figures for those who see nothing else."""
        reads = not request.user.has_perm(SEE) and request.user.has_perm(FIGURES)
        return reverse("desk:figures" if reads else "desk:today")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The page of the account."""
        del request
        return reverse("mfa_index")

    def login(self, request: HttpRequest, user: Any) -> None:
        """The session begins, and the trail says so."""
        with acting(user), transaction.atomic():
            super().login(request, user)
            note("staff.entered", N_("Logged in"), Area.STAFF, user.pk)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """For the operator's log: who knocked, and from where."""
        name = str(credentials.get("username", ""))[:150]
        _log.warning("a login as %r failed, from %s", name, self.get_client_ip(request))
        super().authentication_failed(request, **credentials)

    def set_password(self, user: Any, password: str) -> None:
        """By a link that came by mail, too: every session ends with the old password."""
        with transaction.atomic():
            super().set_password(user, password)
            if not self.request.user.is_authenticated:
                with acting(user):
                    told = N_("The password was renewed by mail")
                    note("staff.password_changed", told, Area.STAFF, user.pk)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On MAILER_URL: the name by which somebody asked for a page is nothing to mail."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.MAILER_URL) + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the outbox of letters; of allauth's own mails we use the renewal of a password."""
        if template_prefix == "account/email/password_reset_key":
            link = {"url": context["password_reset_url"], "name": context["user"].get_username()}
            self._post("password", email, link)
        else:
            _log.error("allauth wants to send %s, for which there is no letter", template_prefix)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """To the address of the account, so that a stranger's change is seen by its owner."""
        del context, email
        if (news := _NEWS.get(template_prefix)) and user.email:
            told: StoredSentence = {"id": news, "values": {}}
            name = user.get_username()
            self._post("account", user.email, {"news": told, "name": name, "url": _here()})

    def _post(self, kind: str, to: str, context: dict[str, Any]) -> None:
        post(kind, to, get_language() or DEFAULT_LANGUAGE, context, now=timezone.now())
        tasks.ring(tasks.send_letters)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Our words; what allauth would only chat about (logged in, logged out) is left unsaid."""
        template = args[0] if args else kwargs.get("message_template")
        words = kwargs.get("message") or _DONE.get(template or "")
        if words:
            messages.add_message(request, level, words)


def _here() -> str:
    return str(settings.MAILER_URL) + reverse("mfa_index")


class Factors(DefaultMFAAdapter):
    """The second factor; its secrets lie in the database under our key."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("The second factor cannot be taken away."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes stand in for a second factor: set one up first."
        ),
        "incorrect_code": _("This code is not right. Take the one that is shown now."),
    }

    def get_totp_issuer(self) -> str:
        """What the app calls us: the host, as the newsroom knows it."""
        return str(self._get_site_name())

    def encrypt(self, text: str) -> str:
        """With MAILER_SECRET_KEY: a stolen copy of the database makes no codes."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """With the key, or an older one that is named in MAILER_SECRET_KEY_FALLBACKS."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 - allauth's name
        """What a new passkey is called until its owner says better."""
        count = user.authenticator_set.filter(type=type).count()  # type: ignore[attr-defined]  # allauth's relation
        return str(_("Passkey %(number)s") % {"number": count + 1})


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(urlsafe_b64encode(sha256(f"factors:{key}".encode()).digest())) for key in keys]
    )
