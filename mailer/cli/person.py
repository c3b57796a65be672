"""Who does it: a member of staff, named on the command line with `--by`."""

from django.contrib.auth.models import User

from mailer.errors import N_, NotFound, Refused


def person(name: str, permission: str, unless: str) -> User:
    """The active user of a name. Raises NotFound; Refused with `unless` without the permission."""
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise NotFound(
            N_("There is no user “%(name)s”. `mailer create-user` makes one."), name=name
        )
    if not user.has_perm(permission):
        raise Refused(unless, name=name)
    return user
