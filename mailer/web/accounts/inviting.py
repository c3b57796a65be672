"""Invitations to the desk: the only way in that does not need the command line.

open ──accept──▸ an account        once, by whoever holds the link
  ├──withdraw─▸ void               by an administrator, or by a newer one to the address
  └──ends_at──▸ void               three days after it was sent
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from mailer.errors import N_, BadToken, Refused
from mailer.languages import Language
from mailer.letters.outbox import post
from mailer.subscribers import address
from mailer.trail.models import Area
from mailer.trail.note import acting, note
from mailer.web.accounts import staffing
from mailer.web.models import Invitation
from mailer.web.roles import ADMINISTRATOR, EDITOR, PERMISSIONS, PUBLISHER, READER

#: Long enough for a weekend, short enough for a mailbox that changes hands.
HOLDS = timedelta(days=3)

#: Role → how the trail says that somebody was invited to it.
_INVITED = {
    READER: N_("%(address)s was invited as a reader of figures"),
    EDITOR: N_("%(address)s was invited as an editor"),
    PUBLISHER: N_("%(address)s was invited as a publisher"),
    ADMINISTRATOR: N_("%(address)s was invited as an administrator"),
}


def invite(email: str, role: str, language: Language, by: User, now: datetime) -> Invitation:
    """Offer a place, by letter; one that was open for the address is void.

    Raises Refused for a role that is none, and for the address of somebody who has an account;
    BadAddress for what is no address.
    """
    to = address.parse(email).typed
    if role not in PERMISSIONS:
        raise Refused(N_("There is no such role."))
    if User.objects.filter(email__iexact=to, is_active=True).exists():
        raise Refused(N_("Somebody at this desk has this address already."))
    link = secrets.token_urlsafe(32)
    with transaction.atomic():
        _open().filter(email=to.lower()).update(withdrawn_at=now)
        made = Invitation.objects.create(
            email=to.lower(),
            role=role,
            language=language.code,
            digest=_digest(link),
            by=by,
            created_at=now,
            ends_at=now + HOLDS,
        )
        note("staff.invited", _INVITED[role], Area.STAFF, None, address=to)
        url = settings.MAILER_URL + reverse("desk:invitation", kwargs={"link": link})
        post("invitation", to, language, {"url": url, "by": by.username, "role": role}, now=now)
    return made


def withdraw(invitation_id: int, now: datetime) -> None:
    """Make the link of an invitation void; said twice, it is done once."""
    with transaction.atomic():
        found = _open().select_for_update().filter(pk=invitation_id).first()
        if found is None:
            return
        found.withdrawn_at = now
        found.save(update_fields=["withdrawn_at"])
        told = N_("The invitation of %(address)s was withdrawn")
        note("staff.uninvited", told, Area.STAFF, None, address=found.email)


def holder(link: str, now: datetime) -> Invitation:
    """The open invitation of a link; BadToken with what to do."""
    found = _open().filter(digest=_digest(link), ends_at__gt=now).first()
    if found is None:
        raise BadToken(
            N_(
                "This invitation is used, withdrawn or too old. Ask an administrator of the desk"
                " for another one."
            )
        )
    return found


def accept(link: str, name: str, password: str, now: datetime) -> User:
    """Make the account, once. Raises BadToken; Refused for a name or password that will not do."""
    with transaction.atomic():
        invitation = holder(link, now)
        # Two who press at once: the second finds it taken, and waits for the first to know.
        if not _open().filter(pk=invitation.pk).update(accepted_at=now):
            holder(link, now)
        user = staffing.create(name, invitation.role, password, invitation.email)
        with acting(user):
            note("staff.accepted", N_("The invitation was accepted"), Area.STAFF, user.pk)
        return user


def open_ones(now: datetime) -> list[Invitation]:
    """Those that somebody may still accept, the newest first."""
    return list(_open().filter(ends_at__gt=now).select_related("by").order_by("-pk"))


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def _digest(link: str) -> str:
    return sha256(link.encode()).hexdigest()
