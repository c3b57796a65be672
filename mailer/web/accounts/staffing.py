"""Who sits at the desk: accounts, their roles, their ends. Each act is noted with who did it."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mailer.errors import N_, NotFound, Refused
from mailer.trail.models import Area
from mailer.trail.note import note
from mailer.web.roles import ADMINISTRATOR, EDITOR, PERMISSIONS, PUBLISHER, READER

#: Role → how the trail says that somebody got it.
_GIVEN = {
    READER: N_("%(name)s was made a reader of figures"),
    EDITOR: N_("%(name)s was made an editor"),
    PUBLISHER: N_("%(name)s was made a publisher"),
    ADMINISTRATOR: N_("%(name)s was made an administrator"),
}


def create(name: str, role: str, password: str, email: str = "") -> User:
    """A person with a role; administrators may enter the back room too. Raises Refused."""
    user = User(username=name, email=email, is_staff=role == ADMINISTRATOR)
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(N_("Not accepted: %(why)s"), why=" ".join(error.messages)) from None
    user.set_password(password)
    try:
        with transaction.atomic():
            _refuse_like(name)
            user.save()
            user.groups.add(Group.objects.get(name=role))
            note(
                "staff.created", N_("An account was made: %(name)s"), Area.STAFF, user.pk, name=name
            )
            note("staff.role", _GIVEN[role], Area.STAFF, user.pk, name=name)
    except IntegrityError:
        raise Refused(N_("There is a user “%(name)s” already."), name=name) from None
    return user


def _refuse_like(name: str) -> None:
    """Logging in takes no notice of capitals, so two names may not differ by them alone."""
    if User.objects.filter(username__iexact=name).exists():
        raise Refused(N_("There is a user “%(name)s” already."), name=name)


def find(user_id: int) -> User:
    """The account of an id; NotFound with a sentence."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound(N_("There is no such person at this desk."))
    return found


def role_of(user: User) -> str:
    """The greatest role of a person; "" for none."""
    held = set(user.groups.values_list("name", flat=True))
    return next((role for role in reversed(PERMISSIONS) if role in held), "")


def set_role(user_id: int, role: str, by: User) -> None:
    """Give a person another role, at once, whatever they do just now."""
    if role not in PERMISSIONS:
        raise Refused(N_("There is no such role."))
    with transaction.atomic():
        user = _another(user_id, by)
        user.groups.set([Group.objects.get(name=role)])
        user.is_staff = role == ADMINISTRATOR
        user.save(update_fields=["is_staff"])
        note("staff.role", _GIVEN[role], Area.STAFF, user.pk, name=user.username)


def close(user_id: int, by: User) -> None:
    """Close an account: its sessions end with the next click; what it did stays told."""
    _set_active(user_id, by, active=False)


def open_again(user_id: int, by: User) -> None:
    """Open a closed account."""
    _set_active(user_id, by, active=True)


def _set_active(user_id: int, by: User, *, active: bool) -> None:
    told = (
        N_("The account %(name)s was opened again")
        if active
        else N_("The account %(name)s was closed")
    )
    with transaction.atomic():
        user = _another(user_id, by)
        if user.is_active == active:
            return
        user.is_active = active
        user.save(update_fields=["is_active"])
        verb = "staff.opened" if active else "staff.closed"
        note(verb, told, Area.STAFF, user.pk, name=user.username)


def take_factors(user_id: int, by: User) -> None:
    """Take away all second factors of somebody who lost theirs: the password alone holds then."""
    with transaction.atomic():
        user = _another(user_id, by)
        Authenticator.objects.filter(user=user).delete()
        told = N_("The second factor of %(name)s was taken away")
        note("staff.factor_removed", told, Area.STAFF, user.pk, name=user.username)


def _another(user_id: int, by: User) -> User:
    """Somebody else, so that an administrator is always left."""
    user = find(user_id)
    if user.pk == by.pk:
        raise Refused(N_("Nobody changes their own role or account: another administrator does."))
    return user
