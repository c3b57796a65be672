"""People, lists, the tie between them, and the proof of their consent.

Subscriber 1 ─── n Subscription n ─── 1 MailingList
    ├── n Consent (append-only) n ─── 1 Wording, the text that was shown
    └── n AddressChange
Suppression: by address key, so that it outlives the subscriber
Erasure: a keyed hash of an address whose owner is erased, so that no import brings them back
SignupRequest: what a public form wrote down, before anything else is done about it
Segment: a saved filter of people, by which a mailing may be narrowed
Import 1 ─── n ImportRefusal: a file of people, and its lines that were not taken in

The keys of subscriptions and consents are not checked by the database, row by row, for that is half
of what an import costs PostgreSQL (import_rows). What they point to is never deleted: an erased
person keeps the row, and a list, of which consents tell, is there for ever.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models


class MailingList(models.Model):
    """An audience. `names` is a name per language code; strangers may join a public one.

    `counts` are its people by state when they were last counted (counting.py).
    """

    slug = models.SlugField(unique=True)
    names = models.JSONField(default=dict)
    public = models.BooleanField(default=False)
    counts = models.JSONField(default=dict, blank=True, editable=False)
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug

    def name(self, language: str) -> str:
        """The name in a language, or in the first language that has one."""
        return str(self.names.get(language) or next(iter(self.names.values()), self.slug))


class Subscriber(models.Model):
    """A person, by their address.

    `email` is as typed; `email_key` is what makes two spellings one (address.key). An erased
    person keeps the row, without address, name or attributes, so that ledger rows keep their tie.
    Until `paused_until` they are sent nothing, by their own wish.
    """

    email = models.CharField(max_length=320, blank=True)
    email_key = models.CharField(max_length=320, unique=True, null=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    paused_until = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email or f"erased {self.pk}"


class SubscriptionState(models.TextChoices):
    """pending → confirmed → unsubscribed; unsubscribed → pending asks to confirm again."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


class Subscription(models.Model):
    """The tie between a person and a list, with its double opt-in state.

    `round` grows when a person who left asks again: a confirmation link is bound to its round, so
    an old link never brings anybody back. While a request is pending, asking again keeps the
    round: whichever of the two mails is opened first, its link works.
    """

    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.CASCADE,
        related_name="subscriptions",
        db_index=False,
        db_constraint=False,
    )
    mailing_list = models.ForeignKey(
        MailingList,
        on_delete=models.PROTECT,
        related_name="subscriptions",
        db_index=False,
        db_constraint=False,
    )
    state = models.CharField(max_length=12, choices=SubscriptionState.choices)
    round = models.PositiveIntegerField(default=1)
    requested_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    #: When the one reminder of a pending request was posted.
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "mailing_list"], name="one_subscription_per_list"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailing_list", "state", "subscriber"], name="list_by_state"),
            models.Index(
                fields=["requested_at"],
                condition=models.Q(state="pending"),
                name="subscription_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_id} on {self.mailing_list_id}: {self.state}"


class Wording(models.Model):
    """A text that people were shown, once for all who were: its version is a hash of it.

    `kind` is one of wording.Kind.
    """

    version = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    text = models.TextField()
    first_shown_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.version}"


class Consent(models.Model):
    """One act, never changed: who agreed to what, when, where and by which mail.

    The database itself refuses an UPDATE of it (migration 0003). `act` is one of consents.Act;
    `origin` is the form, or the file of an import, `site` the web site that showed the form where
    it was not ours. `network` is as much of it as MAILER_PROOF_NETWORK keeps. `text_shown` is the
    evidence that an import names; what a page of ours showed is `wording`.
    """

    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.PROTECT,
        related_name="consents",
        db_index=False,
        db_constraint=False,
    )
    mailing_list = models.ForeignKey(
        MailingList,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
    )
    act = models.CharField(max_length=20)
    at = models.DateTimeField()
    text_shown = models.TextField(blank=True)
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, null=True, db_index=False)
    language = models.CharField(max_length=8, blank=True)
    origin = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=200, blank=True, db_default="")
    network = models.CharField(max_length=60, blank=True)
    message_id = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subscriber", "at"], name="consent_of_person")]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"

    @property
    def shown(self) -> str:
        """The text that the person agreed to; "" where none was shown."""
        return self.wording.text if self.wording else self.text_shown


class Suppression(models.Model):
    """An address that gets nothing, whatever its subscriptions say."""

    email_key = models.CharField(max_length=320, unique=True)
    reason = models.CharField(max_length=20)
    origin = models.CharField(max_length=200, blank=True)
    evidence = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reason} {self.at:%Y-%m-%d}"


class Erasure(models.Model):
    """That the owner of an address was erased, without the address (erasing.py).

    `digest` is an HMAC under MAILER_ERASURE_KEY; `key_mark` tells which key that was, for digests
    under another one match nobody.
    """

    digest = models.CharField(max_length=64, unique=True)
    key_mark = models.CharField(max_length=8)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"erased {self.at:%Y-%m-%d}"


class AddressChange(models.Model):
    """A new address that a person asked for; it counts once its owner has pressed the button.

    `limit_key` counts the mail to one mailbox (limits.py). Emptied when it is settled.
    """

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="address_changes"
    )
    email = models.CharField(max_length=320, blank=True)
    limit_key = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["limit_key", "requested_at"], name="address_change_mailed")
        ]

    def __str__(self) -> str:
        return f"address of {self.subscriber_id}"


class RequestKind(models.TextChoices):
    """What a public form asks for: to be put on a list, or the link to one's own data."""

    LIST = "list"
    DATA = "data"


class SignupRequest(models.Model):
    """What a public form wrote down; a background task does the rest.

    Once taken, the address is emptied, for it stands with the subscriber; a refused request keeps
    what was typed, and `reason`, a stored sentence, says why. `limit_key` is a keyed hash of the
    address: it counts the mail to one mailbox without keeping the mailbox.
    """

    kind = models.CharField(
        max_length=8,
        choices=RequestKind.choices,
        default=RequestKind.LIST,
        db_default=RequestKind.LIST.value,
    )
    email = models.CharField(max_length=320)
    language = models.CharField(max_length=8)
    list_slug = models.CharField(max_length=50)
    #: The version of the text that the form says it showed; "" where it says nothing.
    wording = models.CharField(max_length=16, blank=True, db_default="")
    network = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=200, blank=True, db_default="")
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.JSONField(null=True, blank=True)
    limit_key = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"],
                condition=models.Q(taken_at__isnull=True),
                name="signup_waiting",
            ),
            models.Index(
                fields=["limit_key", "taken_at"],
                condition=models.Q(outcome="mailed"),
                name="signup_mailed",
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class Segment(models.Model):
    """A saved filter; `definition` is segments.Filter as it is stored."""

    name = models.CharField(max_length=100, unique=True)
    definition = models.JSONField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ImportState(models.TextChoices):
    """The states of an import; imports.py holds the diagram and is their only writer."""

    READING = "reading"
    UPLOADED = "uploaded"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Import(models.Model):
    """A file of people: what its columns mean, how far it is, and what came of it.

    `meanings` are columns.Column's, one for each of `names`; `program` wrote the file, "" when
    nobody knows. `consent` is the words that the people agreed to, "" when each is asked by mail.
    `trial` writes nothing. `lines` are those of the file, `line` the last that is done. `failure`
    is a stored sentence. `kept` tells that its file and refused lines can still be had.
    """

    mailing_list = models.ForeignKey(MailingList, on_delete=models.PROTECT, null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=ImportState.choices)
    program = models.CharField(max_length=40, blank=True)
    names = models.JSONField(default=list)
    meanings = models.JSONField(default=list)
    consent = models.TextField(blank=True)
    trial = models.BooleanField(default=False)
    lines = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=1)
    accepted = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    left = models.BigIntegerField(default=0)
    suppressed = models.BigIntegerField(default=0)
    roles = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    failure = models.JSONField(null=True, blank=True)
    kept = models.BooleanField(default=True)
    #: The worker that has it, and until when it is not thought lost.
    lease = models.BigIntegerField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"import {self.pk} ({self.state})"


class ImportRefusal(models.Model):
    """A line that was not taken in; `reason` is a stored sentence."""

    file = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="refusals", db_index=False
    )
    line = models.BigIntegerField()
    reason = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["file", "line"], name="refusal_by_line")]

    def __str__(self) -> str:
        return f"line {self.line} of {self.file_id}"
