"""Publications, their issues, and what enters them.

Publication 1 ─── n Section
    ├── n Placement ── Source     where a source's articles go
    ├── n MailingList             who gets it
    └── n Issue 1 ─── n Item      an entry in one language: an article, or a text of the staff
            ├── n Approval        who signed which checksum
            ├── n Change          what somebody did to its entries, to be undone
            └── n Presence        who has it open just now
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Mode(models.TextChoices):
    """Whether an issue needs a person's approval before the clock sends it."""

    APPROVAL = "approval"
    AUTOMATIC = "automatic"


class PdfUse(models.TextChoices):
    """Whether an edition is also a PDF, and how readers get it."""

    NONE = ""
    LINKED = "linked"
    ATTACHED = "attached"


class Pictures(models.TextChoices):
    """How a mail brings its pictures: asked of us when it is opened, or within it."""

    HTTPS = "https"
    CID = "cid"


class Publication(models.Model):
    """A recurring title.

    `names`, `senders` and `rights_notices` map a language code to a text. `languages` is the
    order of the editions; `fallback` is for readers of a language whose edition is empty
    ("" = they get nothing). `weekdays` are ISO numbers (1 = Monday); `hour` is local in `zone`.
    `logo_alts` says per language what the logo shows, to those who do not see it.
    """

    slug = models.SlugField(unique=True)
    names = models.JSONField(default=dict)
    languages = models.JSONField(default=list)
    fallback = models.CharField(max_length=8, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    postal_address = models.TextField(blank=True)
    rights_notices = models.JSONField(default=dict, blank=True)
    logo = models.ForeignKey(
        "pictures.Picture", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    logo_alts = models.JSONField(default=dict, blank=True)
    pictures = models.CharField(max_length=8, choices=Pictures.choices, default=Pictures.HTTPS)
    pdf = models.CharField(max_length=8, choices=PdfUse.choices, default=PdfUse.NONE, blank=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.APPROVAL)
    clock_on = models.BooleanField(default=True)
    weekdays = models.JSONField(default=list)
    hour = models.TimeField()
    zone = models.CharField(max_length=50, default="Africa/Casablanca")
    #: How long before the hour the clock drafts the issue.
    draft_minutes = models.PositiveIntegerField(default=24 * 60)
    #: How late an issue may still leave by itself; later it is held and staff are told.
    grace_minutes = models.PositiveIntegerField(default=120)
    lists = models.ManyToManyField("subscribers.MailingList", related_name="publications")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug

    def name(self, language: str) -> str:
        """The title in a language, or in the first language that has one."""
        return str(self.names.get(language) or next(iter(self.names.values()), self.slug))


class Section(models.Model):
    """A rubrique of a publication; `names` is a name per language code."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="sections")
    slug = models.SlugField()
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "slug"], name="one_section_per_slug")
        ]

    def __str__(self) -> str:
        return self.slug

    def name(self, language: str) -> str:
        """The rubrique's name in a language, or in the first language that has one."""
        return str(self.names.get(language) or next(iter(self.names.values()), self.slug))


class Placement(models.Model):
    """A source's place in a publication: the section its articles enter."""

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="placements"
    )
    source = models.ForeignKey(
        "articles.Source", on_delete=models.CASCADE, related_name="placements"
    )
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="placements")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "source"], name="one_place_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} in {self.section_id}"


class IssueState(models.TextChoices):
    """The states of an issue; signoff.py holds the diagram and is their only writer."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    DISCARDED = "discarded"


class Issue(models.Model):
    """One numbered, dated number of a publication.

    `slot` is the calendar's date for which the clock made it; unique, so that two clocks never
    make two issues for one date. `starts_at` is inclusive, `ends_at` exclusive. `held_why` is a
    stored sentence.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveIntegerField()
    date = models.DateField()
    slot = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    send_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=IssueState.choices, default=IssueState.DRAFT)
    held_why = models.JSONField(null=True, blank=True)
    editor_words = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-date", "-number"]
        permissions: ClassVar = [
            ("approve_issue", "Can sign off an issue"),
            ("send_issue", "Can send an issue"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "number"], name="one_issue_per_number"),
            models.UniqueConstraint(fields=["publication", "slot"], name="one_issue_per_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} n° {self.number}"


class Item(models.Model):
    """One entry of an issue in one language.

    Empty `headline` and `lead` mean the article's own; words of the newsroom replace them. An
    article enters a publication once per language, by constraint. `picture_alt` says what the
    picture shows, to those who do not see it. Pinned entries stand first in their section.
    `version` counts the changes of its words: who saves says which they had before them.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="items")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    article = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    headline = models.TextField(blank=True)
    lead = models.TextField(blank=True)
    note = models.TextField(blank=True)
    url = models.TextField(blank=True)
    picture = models.ForeignKey(
        "pictures.Picture", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    picture_alt = models.TextField(blank=True)
    hidden = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["language", "section__position", "-pinned", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "article", "language"], name="an_article_enters_once"
            ),
            models.CheckConstraint(
                condition=Q(article__isnull=False) | ~Q(headline=""),
                name="an_item_has_an_article_or_words",
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.pk} of {self.issue_id}"


class Approval(models.Model):
    """A signature under a checksum; `by` is null when the clock signed for an automatic title.

    Those that stand under one issue are under one checksum, each of another.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="approvals")
    checksum = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issue", "by"],
                condition=Q(voided_at__isnull=True),
                name="one_signature_each",
            ),
            # Beside a constraint, for NULLs are all different to it.
            models.UniqueConstraint(
                fields=["issue"],
                condition=Q(voided_at__isnull=True, by__isnull=True),
                name="one_signature_of_the_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"approval of {self.issue_id}"


class Act(models.TextChoices):
    """What was done to an issue on the bench."""

    EDIT = "edit"
    WORD = "word"
    MOVE = "move"
    HIDE = "hide"
    SHOW = "show"
    PIN = "pin"
    LOOSEN = "loosen"
    ADD = "add"
    REMOVE = "remove"
    TAKE = "take"


class Change(models.Model):
    """One act on the entries of an issue, as it can be undone.

    `before` and `after` hold what the act changed and nothing else, by the id of the entry, and
    the editor's words under "word" (see `changes`). `headline` names the entry, for people.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="changes")
    act = models.CharField(max_length=8, choices=Act.choices)
    headline = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    at = models.DateTimeField()
    before = models.JSONField()
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.act} in {self.issue_id}"


class Presence(models.Model):
    """Somebody has an issue open, and perhaps an entry of it under their hands."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "person"], name="one_presence_each")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.issue_id}"
