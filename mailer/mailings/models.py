"""The mailing and its ledger."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class MailingState(models.TextChoices):
    """running ⇄ paused → done | cancelled; a breaker pauses with a sentence."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class MailingKind(models.TextChoices):
    """An issue has one full mailing; anything more is asked for by a person, as another kind."""

    FULL = "full"
    CORRECTION = "correction"
    RESEND = "resend"


class Mailing(models.Model):
    """The sending of an issue's editions to its lists.

    `checksum` is the approved one: nothing leaves under another. `editions` holds the checksum of
    each edition by its id (a string, JSON has no other keys), `lists` the ids of the lists,
    `segment` the filter that narrowed them (null: none), all as they were when it began.
    `left_out` counts by reason those who get nothing. `paused_why` is a stored sentence, where no
    person paused it. Its deliveries lie between the ids `first` and `last`, with perhaps some of
    another mailing between them; `domains` counts its recipients at the largest domains.
    """

    issue = models.ForeignKey("curation.Issue", on_delete=models.PROTECT, related_name="mailings")
    kind = models.CharField(max_length=12, choices=MailingKind.choices, default=MailingKind.FULL)
    state = models.CharField(
        max_length=12, choices=MailingState.choices, default=MailingState.RUNNING
    )
    checksum = models.CharField(max_length=64)
    editions = models.JSONField(default=dict)
    lists = models.JSONField(default=list)
    segment = models.JSONField(null=True)
    left_out = models.JSONField(default=dict)
    first = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=-1)
    domains = models.JSONField(default=dict)
    paused_why = models.JSONField(null=True, blank=True)
    #: When it was paused or cancelled, and by whom, where a person at the desk did.
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    #: When the relay may be tried again; set while it cannot be reached.
    relay_due_at = models.DateTimeField(null=True, blank=True)
    relay_error = models.JSONField(null=True, blank=True)
    #: When its rows were folded into its sums, at the end of the retention.
    folded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issue"], condition=Q(kind="full"), name="one_full_mailing_per_issue"
            )
        ]

    def __str__(self) -> str:
        return f"mailing {self.pk} ({self.state})"


class Lease(models.Model):
    """A group of deliveries in one worker's hands, until a time that its heartbeat moves on.

    `journal` names the marks file of the process that holds it; `begun_at` tells that its hand-over
    has begun. Which deliveries it holds is told by its spans.
    """

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="leases")
    worker = models.CharField(max_length=100)
    journal = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"lease {self.pk} of {self.worker}"


class Span(models.Model):
    """The deliveries of a mailing from one id to another: what waits, and what a lease holds.

    Without a lease, those of them that are queued or deferred wait until `due_at`; each such
    delivery of a mailing stands in just one span. Under a lease they are in its worker's hands.
    """

    mailing = models.ForeignKey(
        Mailing, on_delete=models.CASCADE, related_name="spans", db_index=False
    )
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    due_at = models.DateTimeField()
    #: DO_NOTHING: the ledger ends a lease and its spans in one transaction.
    lease = models.ForeignKey(
        Lease, on_delete=models.DO_NOTHING, null=True, related_name="spans", db_index=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["mailing", "due_at", "first"],
                condition=Q(lease=None),
                name="span_waiting",
            ),
            models.Index(fields=["lease"], condition=Q(lease__isnull=False), name="span_in_hand"),
        ]

    def __str__(self) -> str:
        return f"deliveries {self.first} to {self.last}"


class DeliveryState(models.IntegerChoices):
    """The states of a delivery; `ledger` holds the diagram and is their only writer."""

    QUEUED = 0
    LEASED = 1
    SENDING = 2
    SENT = 3
    REFUSED = 4
    DEFERRED = 5
    UNCERTAIN = 6
    SUPPRESSED = 7
    CANCELLED = 8


class Delivery(models.Model):
    """One recipient of one mailing: the only truth about who got what.

    Two updates take it from queued to sent, and no index holds what they change, so PostgreSQL
    rewrites the row within its page and touches no index (HOT). What waits is found by spans.
    `leased` is no state of a row: it is a queued or deferred one in a span under a lease. What it
    refers to is written by the fan-out's own statement out of those very tables, of which nothing
    is ever deleted: a constraint would look each of a million up again.
    """

    mailing = models.ForeignKey(
        Mailing,
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,  # its rows lie between two ids
    )
    subscriber = models.ForeignKey(
        "subscribers.Subscriber",
        on_delete=models.PROTECT,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,  # one_delivery_per_person begins with it
    )
    edition = models.ForeignKey(
        "editions.Edition",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    state = models.PositiveSmallIntegerField(
        choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    #: Whose hands it is in while it is sending; stays on what had to be left uncertain.
    lease = models.ForeignKey(
        Lease, on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    smtp_text = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "mailing"], name="one_delivery_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Tally(models.Model):
    """So many deliveries more, or fewer, in a state: their sum is what the ledger says.

    Rows are only added, in the transaction that moves the deliveries, so that workers never wait
    for each other; the clock folds them. `domain` is one of the mailing's `domains`, or empty.
    """

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="tallies")
    state = models.PositiveSmallIntegerField(choices=DeliveryState.choices)
    domain = models.CharField(max_length=253, blank=True)
    count = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.count:+} {DeliveryState(self.state).name.lower()}"


class Event(models.Model):
    """What happened to one delivery on its way, where that was not just that it was sent.

    `by` is the person who asked for it, where one did.
    """

    #: The ledger's own statements write it; folding a mailing removes both.
    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="events", db_constraint=False
    )
    at = models.DateTimeField()
    state = models.PositiveSmallIntegerField(choices=DeliveryState.choices)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    smtp_text = models.TextField(blank=True, default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{DeliveryState(self.state).name.lower()} at {self.at:%Y-%m-%d %H:%M}"


class LimitScope(models.TextChoices):
    """What a limit holds for: a relay (`host:port`), or a domain of recipients."""

    RELAY = "relay"
    DOMAIN = "domain"


class Limit(models.Model):
    """So many mails a second, for all workers together; `limits.py` says whom each covers.

    At `let_go_at` those who wait for a domain's pace that is no longer theirs are let go; null when
    nobody is to be. A domain's limit that was taken away has no figure; its row goes after that.
    """

    scope = models.CharField(max_length=12, choices=LimitScope.choices)
    #: `host:port`; a domain in A-labels, the first of its provider's; or `*`, every other domain.
    name = models.CharField(max_length=260)
    per_second = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    changed_at = models.DateTimeField()
    let_go_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "name"], name="one_limit_per_name")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.name}: {self.per_second} a second"


class Hold(models.Model):
    """A provider's part of a mailing stands still, and why, until a person lets it go on.

    `provider` is a domain as `limits.provider` names it. `released_by` is that person.
    """

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="holds")
    provider = models.CharField(max_length=253)
    why = models.JSONField()
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailing", "provider"],
                condition=Q(released_at=None),
                name="one_hold_per_provider",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} of mailing {self.mailing_id}"


class Alarm(models.Model):
    """A mailing was paused by itself, and why; `told_at` when the letters to staff were posted.

    A new one for every such pause: so each is told once, and a worker sees that a person has let
    the mailing go on since it began to count refusals. Where only one provider's part of it was
    paused, or refuses it after its end, `provider` names it.
    """

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="alarms")
    provider = models.CharField(max_length=253, blank=True, default="")
    why = models.JSONField()
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"alarm {self.pk} of mailing {self.mailing_id}"
