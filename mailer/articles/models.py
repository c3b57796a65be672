"""Sources, and the articles they brought."""

from typing import ClassVar

from django.db import models


class Rights(models.TextChoices):
    """What may be shown of a source's articles: an extract, what a licence allows, everything."""

    QUOTE = "quote"
    LICENSED = "licensed"
    OWN = "own"


class Kind(models.TextChoices):
    """How a source is read."""

    FEED = "feed"


class SourceState(models.TextChoices):
    """active ⇄ broken (three parse failures, still tried daily); gone after a 410; paused."""

    ACTIVE = "active"
    BROKEN = "broken"
    GONE = "gone"
    PAUSED = "paused"


class Source(models.Model):
    """Where articles come from.

    `error` is a stored sentence, null while all is well. A visit claims the source by a
    compare-and-swap on `claimed_until`, so two workers never fetch it at once. `last_status` is
    the HTTP status of the last answer, null where there was none; `ttl_minutes` the pause that
    the feed itself asks for. `failures` counts visits in a row that brought nothing,
    `parse_failures` those of them that brought something unreadable. `moved_to` is where the last
    `moved_count` visits were permanently redirected.
    """

    url = models.CharField(max_length=2000, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.FEED)
    title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    rights = models.CharField(max_length=12, choices=Rights.choices, default=Rights.QUOTE)
    allow_local = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=SourceState.choices, default=SourceState.ACTIVE)
    interval_minutes = models.PositiveIntegerField(default=60)
    ttl_minutes = models.PositiveIntegerField(default=0)
    next_fetch_at = models.DateTimeField(db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)
    parse_failures = models.PositiveIntegerField(default=0)
    error = models.JSONField(null=True, blank=True)
    moved_to = models.CharField(max_length=2000, blank=True)
    moved_count = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title or self.url


class Article(models.Model):
    """One text as one outlet published it.

    `outlet` is the title readers know. `dated` is false when the source gave no usable date and
    `published_at` is the moment it was first seen. `updated_at` is the feed's own word,
    `changed_at` the moment an update was noticed. `body` serves grouping and search, and is
    never mailed.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="articles")
    guid = models.CharField(max_length=2000)
    url = models.CharField(max_length=2000)
    canonical_url = models.CharField(max_length=2000, unique=True)
    title = models.TextField()
    title_key = models.CharField(max_length=300, db_index=True)
    lead = models.TextField(blank=True)
    author = models.CharField(max_length=300, blank=True)
    agency = models.CharField(max_length=20, blank=True)
    outlet = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8)
    image_url = models.TextField(blank=True)
    body = models.TextField(blank=True)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True, blank=True)
    dated = models.BooleanField(default=True)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "guid"], name="one_article_per_guid")
        ]
        indexes: ClassVar = [
            models.Index(fields=["language", "published_at"], name="article_by_date")
        ]

    def __str__(self) -> str:
        return self.title
