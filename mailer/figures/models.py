"""What is kept of a mailing for ever: sums, which outlive the rows they were counted from."""

from typing import ClassVar

from django.db import models


class Figure(models.Model):
    """A mailing's recipients of one language at one domain, and what became of them.

    `domain` is empty for all domains too small to name: at those a sum would tell of a person.
    `bounced` came back later, after it was accepted; `unsubscribed` left within a week, before the
    next number.
    """

    mailing = models.ForeignKey(
        "mailings.Mailing", on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    language = models.CharField(max_length=8)
    domain = models.CharField(max_length=253, blank=True)
    recipients = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    uncertain = models.PositiveIntegerField()
    bounced = models.PositiveIntegerField(default=0)
    unsubscribed = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailing", "language", "domain"], name="one_figure_per_group"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id} {self.language} {self.domain or '…'}: {self.accepted}"
