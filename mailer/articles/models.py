"""Sources, and the articles they brought."""

from typing import ClassVar

from django.db import models


class Rights(models.TextChoices):
    """What may be shown of a source's articles: an extract, what a licence allows, everything."""

    QUOTE = "quote"
    LICENSED = "licensed"
    OWN = "own"


class Kind(models.TextChoices):
    """How a source is read.

    `page` holds the articles of one host that staff pasted, `staff` what staff wrote themselves:
    neither is ever visited.
    """

    FEED = "feed"
    WORDPRESS = "wordpress"
    PAGE = "page"
    STAFF = "staff"


#: The kinds that have an address to visit.
VISITED = (Kind.FEED, Kind.WORDPRESS)


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
    `parse_failures` those of them that brought something unreadable; `failing_since` is the first
    of them. `last_read_at` is the last visit that brought something. `moved_to` is where the last
    `moved_count` visits were permanently redirected. `licence` is a line that the source requires
    in the footer of what shows its articles.
    """

    url = models.CharField(max_length=2000, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.FEED)
    title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    rights = models.CharField(max_length=12, choices=Rights.choices, default=Rights.QUOTE)
    licence = models.CharField(max_length=300, blank=True)
    allow_local = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=SourceState.choices, default=SourceState.ACTIVE)
    interval_minutes = models.PositiveIntegerField(default=60)
    ttl_minutes = models.PositiveIntegerField(default=0)
    next_fetch_at = models.DateTimeField(db_index=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
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
    `changed_at` the moment an update was noticed. `body` serves grouping and search; what may
    leave of it and of `lead` is for `rights.py` to say. `categories` are the outlet's own words,
    in its order. `paywalled` says that the outlet calls the text not free. `page_due_at` is when
    its page is to be looked at for what the feed left out: null, it is not. `given_url` is the
    canonical form of the address that the feed gives; `canonical_url` begins as the same, and
    becomes the page's own word for it.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="articles")
    guid = models.CharField(max_length=2000)
    url = models.CharField(max_length=2000)
    canonical_url = models.CharField(max_length=2000, unique=True)
    given_url = models.CharField(max_length=2000, blank=True, db_index=True)
    title = models.TextField()
    title_key = models.CharField(max_length=300, db_index=True)
    lead = models.TextField(blank=True)
    author = models.CharField(max_length=300, blank=True)
    agency = models.CharField(max_length=20, blank=True)
    outlet = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8)
    image_url = models.TextField(blank=True)
    body = models.TextField(blank=True)
    categories = models.JSONField(default=list, blank=True)
    paywalled = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True, blank=True)
    dated = models.BooleanField(default=True)
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    page_due_at = models.DateTimeField(null=True, blank=True)
    page_tries = models.PositiveSmallIntegerField(default=0)
    page_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "guid"], name="one_article_per_guid")
        ]
        indexes: ClassVar = [
            models.Index(fields=["language", "published_at"], name="article_by_date"),
            models.Index(fields=["source", "published_at"], name="article_of_source"),
            # Of the few whose page is to be looked at, and of no other.
            models.Index(
                fields=["page_due_at"],
                condition=models.Q(page_due_at__isnull=False),
                name="article_page_due",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Illustration(models.Model):
    """The picture of an article's page, once somebody wanted to show it (illustrating.py).

    `url` is where it was asked for: an article that names another one since is asked for anew.
    `picture` is our own copy of it, null where there is none that can be shown; `due_at` is when
    it is asked for next: null, never.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="illustration")
    url = models.TextField()
    picture = models.ForeignKey(
        "pictures.Picture", on_delete=models.PROTECT, null=True, related_name="+"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"picture of article {self.article_id}"


class Turn(models.Model):
    """Until when a host is left alone: by whoever is asking it, or for the pause after.

    One row per host, taken by a compare-and-swap, so that no two requests of this installation
    are at one host at a time, from whichever process they come.
    """

    host = models.CharField(max_length=255, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.host
