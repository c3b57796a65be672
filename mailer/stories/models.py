"""Stories, and how each article came to its own.

Shelf 1 ─── n Story 1 ─── n Telling 1 ─── 1 Article 1 ─── 1 SearchText
                └── n Likeness n ── Story      "perhaps the same"
Verdict: two articles that a person put together or took apart
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Shelf(models.Model):
    """The stories of one language; `turn` is the compare-and-swap of whoever changes them.

    Grouping reads a whole window and computes for some tenths of a second: it holds no lock
    meanwhile, and writes only if nobody turned the shelf since it looked.
    """

    language = models.CharField(max_length=8, primary_key=True)
    turn = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.language


class Story(models.Model):
    """The articles that tell the same thing. Its id is its number, and never changes.

    `lead` is the article that leads when a person said so; else the leader rule says
    (leading.py). `turn` is the shelf's at the story's last change: what changed since one looked
    last has a higher one. A story that was merged into another has no article left and says where
    it went.
    """

    language = models.CharField(max_length=8)
    turn = models.PositiveBigIntegerField()
    lead = models.ForeignKey(
        "articles.Article", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "stories"
        indexes: ClassVar = [models.Index(fields=["language", "turn"], name="story_by_turn")]

    def __str__(self) -> str:
        return f"story {self.pk}"


class Telling(models.Model):
    """An article in its story, and what grouping read of it.

    `words` maps words to counts, `headline` those of the title to weights, and `runs` holds four
    bytes a run of five words (reading.py), so that a window is grouped without reading its texts
    again. `copy_of` is the first article that
    carries the same dispatch. `read_at` is the article's `changed_at` when it was read: an update
    is read again, and stays in its story.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="telling"
    )
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="tellings")
    copy_of = models.ForeignKey(
        "articles.Article", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies"
    )
    bare = models.BooleanField()
    words = models.JSONField(default=dict)
    headline = models.JSONField(default=dict)
    runs = models.BinaryField()
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"article {self.article_id} in story {self.story_id}"


class SearchText(models.Model):
    """The folded words of an article: title, outlet, author, lead, and their stems.

    Searched by the database's own index (search.py): on PostgreSQL one over
    `to_tsvector('simple', words)`, on SQLite an FTS5 table that triggers keep in step.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="search_text"
    )
    words = models.TextField()

    def __str__(self) -> str:
        return f"words of article {self.article_id}"


class Likeness(models.Model):
    """Two stories that may be one: nearly alike, or more where both had their number already."""

    one = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="one_likeness_per_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="the_older_story_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} like {self.other_id}"


class Verdict(models.Model):
    """What a person said of two articles: one story, or two. It wins over any likeness."""

    one = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    together = models.BooleanField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="one_verdict_per_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="the_older_article_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {'with' if self.together else 'without'} {self.other_id}"
