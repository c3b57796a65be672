"""What the web alone keeps: invitations to the desk."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Invitation(models.Model):
    """A place at the desk, offered to an address by an administrator.

    Only the SHA-256 of its link is kept: who reads the database cannot come in by it. It is open
    until one of `accepted_at`, `withdrawn_at` is set or `ends_at` has passed.
    """

    email = models.CharField(max_length=254)
    role = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} as {self.role}"
