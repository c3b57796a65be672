"""What came back, what it was, and what was done about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from mailer.receipts.verdicts import Verdict


class Way(models.TextChoices):
    """How a report came."""

    MAILBOX = "mailbox"
    PIPE = "pipe"
    LMTP = "lmtp"
    DIALOGUE = "dialogue"
    SES = "ses"
    SENDGRID = "sendgrid"
    POSTMARK = "postmark"
    MAILGUN = "mailgun"


class Outcome(models.TextChoices):
    """What was done about a report that was ours.

    counted       kept, and nothing done: it counts against the address, or is good news
    known         its reader gets nothing any more, for an earlier reason
    suppressed    the address gets nothing from now on
    unsubscribed  the reader's subscriptions were ended
    asks          one of many who ask to leave in a reader's name, and cannot prove to be them
    doubted       it calls an address dead in a mailing that was stopped for such refusals
    """

    COUNTED = "counted"
    KNOWN = "known"
    SUPPRESSED = "suppressed"
    UNSUBSCRIBED = "unsubscribed"
    ASKS = "asks"
    DOUBTED = "doubted"


class Receipt(models.Model):
    """One report about one mail of ours, with what it stands on.

    `key` is the same for every copy of a report. `delivery` is kept by number, for its row may be
    folded. `undo` holds what an undoing needs: the subscriptions that were ended, and when.
    """

    key = models.CharField(max_length=64, unique=True)
    way = models.CharField(max_length=12, choices=Way.choices)
    received_at = models.DateTimeField()
    verdict = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Verdict])
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    mailing = models.ForeignKey(
        "mailings.Mailing",
        on_delete=models.PROTECT,
        null=True,
        related_name="receipts",
        db_index=False,
    )
    delivery = models.BigIntegerField(null=True)
    subscriber = models.ForeignKey(
        "subscribers.Subscriber",
        on_delete=models.PROTECT,
        related_name="receipts",
        db_index=False,
    )
    #: The recipient's domain, and the one under which its provider counts mail.
    domain = models.CharField(max_length=253, blank=True)
    provider = models.CharField(max_length=253, blank=True)
    status = models.CharField(max_length=12, blank=True)
    code = models.PositiveSmallIntegerField(null=True)
    text = models.TextField(blank=True)
    #: What proved whose it is: verp, message-id, link, provider, dialogue; empty where nothing did.
    proof = models.CharField(max_length=12, blank=True)
    undo = models.JSONField(default=dict)
    #: Who did what the report could not prove, and who took back what it had led to.
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subscriber", "received_at"], name="receipt_of_person"),
            models.Index(fields=["mailing", "provider", "verdict"], name="receipt_of_mailing"),
            models.Index(fields=["received_at"], name="receipt_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.received_at:%Y-%m-%d}"


class Original(models.Model):
    """A report as it came: its beginning, compressed. It goes when its reader is erased."""

    receipt = models.OneToOneField(
        Receipt, on_delete=models.CASCADE, primary_key=True, related_name="original"
    )
    raw = models.BinaryField()

    def __str__(self) -> str:
        return f"original of {self.receipt_id}"


class Stray(models.Model):
    """How many reports of a day changed nothing, by the way they came and why.

    Counted and not kept: whoever forges a million of them fills no table.
    """

    day = models.DateField()
    way = models.CharField(max_length=12, choices=Way.choices)
    why = models.CharField(max_length=12)
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "way", "why"], name="one_stray_count")
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.why} by {self.way} on {self.day}"


class Click(models.Model):
    """How often a link of an edition was followed, by whomever: a number, and nothing else.

    `link` is the number of the entry that leads there. No time and no reader: there is one row for
    all of them (receipts/clicks.py).
    """

    edition = models.ForeignKey(
        "editions.Edition", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    link = models.PositiveSmallIntegerField()
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "link"], name="one_click_count_per_link")
        ]

    def __str__(self) -> str:
        return f"{self.count} clicks on {self.link} of {self.edition_id}"


class Progress(models.Model):
    """Up to which event of the ledger its refusals were read; one row."""

    name = models.CharField(max_length=20, unique=True)
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} up to {self.last}"
