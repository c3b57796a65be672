"""The rows of the trail. They are only added: nothing of ours changes or deletes one."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Area(models.TextChoices):
    """What an act was about; an act on nothing of these has none."""

    ISSUE = "issue"
    MAILING = "mailing"
    PUBLICATION = "publication"
    SOURCE = "source"
    READER = "reader"
    STAFF = "staff"


class Act(models.Model):
    """One act, written in the transaction that does it.

    `by` is null for the clock and the command line; `name` is what the person was called then.
    `verb` names the kind of act for programs, `told` is the stored sentence for people.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=150, blank=True)
    verb = models.CharField(max_length=40)
    area = models.CharField(max_length=12, choices=Area.choices)
    #: The id of what it was about, in its area.
    about = models.BigIntegerField(null=True)
    told = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["area", "about", "-id"], name="act_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.about} by {self.name or 'the clock'}"
