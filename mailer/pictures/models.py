"""Pictures, each once."""

from django.db import models


class Picture(models.Model):
    """A picture as it is shown: `prepare.Prepared`, stored under the digest of its bytes.

    `digest` is the first half of their SHA-256 in hex: the address is theirs for ever, and no mail
    that names it shows anything else later. A row is never changed, and never deleted: mails that
    were sent ask for it.
    """

    digest = models.CharField(max_length=32, unique=True)
    content = models.BinaryField()
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file

    @property
    def file(self) -> str:
        """The name it is served under."""
        return f"{self.digest}.{'png' if self.media_type == 'image/png' else 'jpg'}"
