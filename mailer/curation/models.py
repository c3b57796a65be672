"""Publications, their issues, and what enters them.

Publication 1 ─── n Section
    ├── n Placement ── Source     where a source's articles go
    ├── n MailingList             who gets it
    ├── n Move, n Hours           what the calendar does otherwise, by hand
    ├── n Notice                  what staff must know of a date
    └── n Issue 1 ─── n Item      an entry in one language: an article, or a text of the staff
            ├── n Approval        who signed which checksum
            ├── n Comment         what was said about it
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


class Takes(models.TextChoices):
    """What enters an issue of the inbox's stories: all but what was left out, or what was kept."""

    ALL = "all"
    KEPT = "kept"


class Publication(models.Model):
    """A recurring title.

    `names`, `senders` and `rights_notices` map a language code to a text. `languages` is the
    order of the editions; `fallback` is for readers of a language whose edition is empty
    ("" = they get nothing). `weekdays` are ISO numbers (1 = Monday); `hour` is local in `zone`.
    `logo_alts` says per language what the logo shows, to those who do not see it.
    `article_pictures` shows the pictures of articles' own pages, where their sources' rights allow.
    `count_clicks` leads the links of its mails through our site, which counts them by link alone.
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
    article_pictures = models.BooleanField(default=False)
    pdf = models.CharField(max_length=8, choices=PdfUse.choices, default=PdfUse.NONE, blank=True)
    count_clicks = models.BooleanField(default=False)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.APPROVAL)
    takes = models.CharField(max_length=8, choices=Takes.choices, default=Takes.ALL)
    clock_on = models.BooleanField(default=True)
    weekdays = models.JSONField(default=list)
    #: Days of the month (1 to 31, which is its last); where there are some, weekdays do not count.
    monthdays = models.JSONField(default=list, blank=True)
    hour = models.TimeField()
    zone = models.CharField(max_length=50, default="Africa/Casablanca")
    #: How long before the hour the clock drafts the issue.
    draft_minutes = models.PositiveIntegerField(default=24 * 60)
    #: How late an issue may still leave by itself; later it is held and staff are told.
    grace_minutes = models.PositiveIntegerField(default=120)
    #: Fewer entries than this in every language hold an issue at its hour, and staff are told.
    least_entries = models.PositiveSmallIntegerField(default=1)
    #: Who changed an issue does not approve it: another publisher does.
    four_eyes = models.BooleanField(default=False)
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
    #: To whom of its lists it goes; null: to all of them.
    segment = models.ForeignKey(
        "subscribers.Segment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    editor_words = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    #: An editor asked for a look at a draft; the next change takes it back.
    review_at = models.DateTimeField(null=True, blank=True)
    review_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: Its web edition was taken back, and what its readers are told.
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_why = models.TextField(blank=True)
    #: The issue that this one corrects: it goes to whoever received that one, and to nobody else.
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )

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

    @property
    def step(self) -> str:
        """The state as people say it: a draft may be in review, an approved issue scheduled."""
        if self.state == IssueState.DRAFT and self.review_at:
            return "review"
        if self.state == IssueState.APPROVED and self.send_at:
            return "scheduled"
        return str(self.state)


class Item(models.Model):
    """One entry of an issue in one language.

    Empty `headline` and `lead` mean the article's own; words of the newsroom replace them. An
    article enters a publication once per language, by constraint. `picture_alt` says what the
    picture shows, to those who do not see it; `pictureless` leaves out the one of the article's own
    page. Pinned entries stand first in their section.
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
    pictureless = models.BooleanField(default=False)
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


class Companion(models.Model):
    """An article that an entry is "also in". It entered the publication with the entry.

    `same_text` says that it carries the very dispatch of the entry's own article.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="companions")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, related_name="companions"
    )
    same_text = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "article"], name="a_companion_enters_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id} beside item {self.item_id}"


class RuleKind(models.TextChoices):
    """What a rule looks at."""

    SOURCE = "source"
    CATEGORY = "category"
    KEYWORD = "keyword"
    PATTERN = "pattern"


class Rule(models.Model):
    """What a publication does with articles that fit (rules.py); the first that fits decides.

    `section` null leaves them out; `language` "" is any. `error` is a stored sentence, and a rule
    that has one rests until somebody saves it again.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=10, choices=RuleKind.choices)
    words = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(
        "articles.Source", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=8, blank=True)
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    error = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="source", source__isnull=False)
                | (~Q(kind="source") & Q(source__isnull=True)),
                name="a_rule_has_its_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.words or self.source_id}"


class ProposalState(models.TextChoices):
    """Where a story stands in a publication's inbox; inbox.py holds the diagram."""

    NEW = "new"
    KEPT = "kept"
    LATER = "later"
    DROPPED = "dropped"
    EXCLUDED = "excluded"
    TAKEN = "taken"


class Proposal(models.Model):
    """A story as it is offered to a publication.

    All that an inbox is ordered and filtered by stands here, so that a page of it is one look at
    one index however many articles there are. `outlets` counts the sources that tell the story;
    `score` is that times the weight of the heaviest. `leader` leads among the articles that no
    issue has taken.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="proposals")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="proposals")
    language = models.CharField(max_length=8)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    leader = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=10, choices=ProposalState.choices, default=ProposalState.NEW
    )
    pinned = models.BooleanField(default=False)
    outlets = models.PositiveIntegerField()
    score = models.PositiveIntegerField()
    newest_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "story"], name="a_story_is_proposed_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["publication", "language", "state", "-pinned", "-score", "-newest_at"],
                name="inbox_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"story {self.story_id} for {self.publication_id}"


class Bookmark(models.Model):
    """How far a publication has looked through the stories of a language (`Story.turn`)."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="bookmarks")
    language = models.CharField(max_length=8)
    turn = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "language"], name="one_bookmark_each")
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.language} at {self.turn}"


class Deed(models.Model):
    """What a person did in an inbox, so that they can undo it: `before` says what was."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    before = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["publication", "by", "-id"], name="last_deed")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.by_id}"


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


class Comment(models.Model):
    """What somebody said about an issue. It is not part of it: no reader sees it."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.issue_id}"


class Move(models.Model):
    """One date of the calendar that is otherwise: another day, another hour, or none at all.

    `date` is the date that the calendar would give; `to` is null when nothing comes out for it,
    `hour` is null when it keeps its hour.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="moves")
    date = models.DateField()
    to = models.DateField(null=True, blank=True)
    hour = models.TimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["date"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "date"], name="one_move_per_date")
        ]

    def __str__(self) -> str:
        return f"{self.date} of {self.publication_id}"


class Hours(models.Model):
    """Another hour from a day to a day, both inclusive: Ramadan, the summer."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="hours")
    first = models.DateField()
    last = models.DateField()
    hour = models.TimeField()
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["first"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first__lte=models.F("last")), name="hours_begin_before_they_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hour:%H:%M} from {self.first} to {self.last}"


class Notice(models.Model):
    """What staff must know of a publication's date, told once by letter.

    `why` is a stored sentence; `issue` is null when there was nothing to make one of.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="notices")
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, null=True, related_name="notices")
    date = models.DateField()
    why = models.JSONField()
    raised_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # A clock that rings twice, or two clocks, tell once that a date stays empty.
            models.UniqueConstraint(
                fields=["publication", "date"],
                condition=Q(issue=None),
                name="one_notice_per_empty_date",
            )
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} of {self.date}"


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
    PICTURE = "picture"
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
