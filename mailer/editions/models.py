"""Editions: an issue in one language, compiled."""

from typing import ClassVar

from django.db import models


class Edition(models.Model):
    """What readers of one language get.

    `html` and `text` hold markers (mime.segments.marker of `nonce`) where a recipient's own
    links go. `headers` are those that are the same for everybody. `checksum` is the SHA-256 over
    all that a reader can see and all that decides who sees it (freeze.checksum). `compiled_at`
    says when the bytes last changed. `entries` holds, by the id of an item (a string, JSON has no
    other keys), the digest of what was compiled of it.
    """

    issue = models.ForeignKey("curation.Issue", on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(max_length=8)
    subject = models.TextField()
    preheader = models.TextField(blank=True)
    html = models.TextField()
    text = models.TextField()
    headers = models.JSONField(default=dict)
    nonce = models.CharField(max_length=32)
    entries = models.JSONField(default=dict)
    articles = models.PositiveIntegerField()
    checksum = models.CharField(max_length=64)
    compiled_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "language"], name="one_edition_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.language}"
