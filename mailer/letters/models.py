"""The outbox: mail to one person that is no delivery."""

from typing import ClassVar

from django.db import models


class LetterState(models.TextChoices):
    """The states of a letter; settle.py holds the diagram and is their only writer."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


class Letter(models.Model):
    """One mail to one person: confirmation, welcome, farewell, alert, test.

    Subject and bodies are written when it is posted; they are emptied once it is sent, for they
    hold links that act for their reader. `pdf` is a file that goes with it, under `pdf_name`: a
    test of an edition has one where the edition does. It is emptied with them.
    """

    kind = models.CharField(max_length=20)
    recipient = models.CharField(max_length=320)
    language = models.CharField(max_length=8)
    sender = models.CharField(max_length=320)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    pdf = models.BinaryField(default=b"", blank=True)
    pdf_name = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=12, choices=LetterState.choices, default=LetterState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    smtp_text = models.TextField(blank=True)
    #: Why it was refused, where no server said so: a stored sentence.
    refused_why = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["queued", "sending"]),
                name="letter_waiting",
            ),
            # A person's file, an erasure, the purge: without it each reads the whole outbox (75 ms
            # of half a million letters, on PostgreSQL).
            models.Index(fields=["recipient"], name="letter_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"
