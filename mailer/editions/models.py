"""Editions: an issue in one language, compiled; its PDF, look, links, and archived entries."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Edition(models.Model):
    """What readers of one language get.

    `html` and `text` hold markers (mime.segments.marker of `nonce`) where a recipient's own
    links go. `headers` are those that are the same for everybody. `checksum` is the SHA-256 over
    all that a reader can see and all that decides who sees it (freeze.checksum). `compiled_at`
    says when the bytes last changed. `entries` holds, by the id of an item (a string, JSON has no
    other keys), the digest of what was compiled of it. `page` is the page all of it was written
    from (editions/stored.py), for whatever is written of it later; {} in rows older than it; and
    `theme` is the look it was written in, as a theme file's values (typesetting/theme.py).
    `enclosed` are the digests of the pictures that travel within the mail; `pdf` says whether a PDF
    goes with it, and how. `withdrawn_at` says since when the archive shows it no more.

    Where clicks are counted, its entries' links lead through `clicks`, an address of ours without
    their numbers, whose last part is `clicks_key`; `links` says where each then leads, the first
    of number 1. Elsewhere all three are empty.
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
    page = models.JSONField(default=dict)
    theme = models.JSONField(default=dict)
    enclosed = models.JSONField(default=list)
    pdf = models.CharField(max_length=8, blank=True)
    clicks = models.TextField(blank=True, default="")
    clicks_key = models.CharField(max_length=32, blank=True, default="")
    links = models.JSONField(default=list)
    articles = models.PositiveIntegerField()
    checksum = models.CharField(max_length=64)
    compiled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "language"], name="one_edition_per_language"),
            models.UniqueConstraint(
                fields=["clicks_key"],
                condition=~Q(clicks_key=""),
                name="one_edition_per_clicks_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.language}"


class Pdf(models.Model):
    """An edition as it was printed, or why it could not be.

    `source` is the digest of what it was printed from: one that is no longer the edition's is
    printed anew. `size` is that of `content` in bytes, `digest` its SHA-256 in hex; there is none
    where `failure` holds a stored sentence.
    """

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="printed")
    source = models.CharField(max_length=64)
    content = models.BinaryField(default=b"")
    size = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    failure = models.JSONField(null=True, blank=True)
    printed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"PDF of {self.edition_id}"


class Look(models.Model):
    """How the editions of a publication look; one without a row has the default theme.

    `theme` names a theme file; `changes` are the staff's own values, nested as in such a file.
    """

    publication = models.OneToOneField(
        "curation.Publication", on_delete=models.CASCADE, related_name="look"
    )
    theme = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"look of {self.publication_id}"


class LinkCheck(models.Model):
    """What was found where an entry leads: `digest` is the SHA-256 of its address, in hex."""

    digest = models.CharField(max_length=64, primary_key=True)
    dead = models.BooleanField()
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.digest[:12]} {'dead' if self.dead else 'not dead'}"


class ArchivedEntry(models.Model):
    """An entry of an edition that went out, as the archive's search finds and names it.

    `words` are those the mail shows of it, folded (stories/folding.py); the index over them is in
    migration 0005.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="archived")
    number = models.PositiveIntegerField()
    headline = models.TextField()
    language = models.CharField(max_length=8)
    source = models.TextField(blank=True)
    words = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="an_entry_is_archived_once")
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.number}"
