"""What was done to an issue on the bench, kept so that it can be undone (a verb).

A picture of all entries is taken before and after an act, and what differs is kept: so every act,
whatever it does, is undone by one function, and an act that is thought of tomorrow is too. An
issue has some hundred entries: two small reads.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from mailer.curation.differing import Part, Picture, differing, overtaken
from mailer.curation.models import Act, Change, Issue, Item
from mailer.curation.propose import give_back
from mailer.errors import N_, NotFound, Refused

#: What an act may change of an entry. `version` is no word of the entry's: it only counts.
_KEPT = [
    field.attname
    for field in Item._meta.concrete_fields
    if field.name not in {"id", "issue", "publication", "version"}
]
#: How many changes a line, and a list, tells of.
_FEW, _MANY = 3, 30
#: Under this name the editor's words stand among the entries.
WORD = "word"


@dataclass(slots=True)
class Record:
    """Of one act: whether it changed anything, which is known when it is over."""

    changed: bool = False


@contextmanager
def recorded(
    issue: Issue, act: Act, by: User | None, now: datetime, of: Item | None = None
) -> Iterator[Record]:
    """Keep what the act inside changes; nothing when it changed nothing. The issue is locked.

    `of` is the entry that the act is about, for people to know it by.
    """
    before, record = _picture(issue), Record()
    headline = _headline(of) if of else ""
    yield record
    old, new = differing(before, _picture(issue))
    record.changed = bool(old)
    if record.changed:
        Change.objects.create(
            issue=issue, act=act, by=by, at=now, before=old, after=new, headline=headline
        )


def last(issue_id: int, by: User) -> Change | None:
    """What this person did last and has not undone."""
    return Change.objects.filter(issue_id=issue_id, by=by, undone_at=None).first()


def since(issue_id: int, change_id: int, person: User) -> list[Change]:
    """What others did after a change, newest first; the last few."""
    found = Change.objects.filter(issue_id=issue_id, pk__gt=change_id, undone_at=None)
    return list(found.exclude(by=person).select_related("by")[:_FEW])


def of_late(issue_id: int) -> list[Change]:
    """The last acts on an issue, newest first, the undone ones among them."""
    return list(Change.objects.filter(issue_id=issue_id).select_related("by")[:_MANY])


def undo(issue: Issue, by: User, now: datetime) -> Change:
    """Take back what this person did last; the issue is locked by the caller.

    Refused when somebody has changed the same since: their work is not thrown away.
    """
    change = last(issue.pk, by)
    if change is None:
        raise NotFound(N_("There is nothing of yours to undo in this issue."))
    if overtaken(change.after, _picture(issue)):
        raise Refused(
            N_("“%(headline)s” has been changed since: it is not undone. Change it by hand."),
            headline=change.headline or f"n° {issue.number}",
        )
    gone = _stories(issue, change.before)
    _write(issue, change.before)
    give_back(issue.publication, gone)
    Change.objects.filter(pk=change.pk).update(undone_at=now)
    return change


def _stories(issue: Issue, wanted: Part) -> list[int]:
    """The stories of the entries that will not be there any more."""
    gone = [int(key) for key, values in wanted.items() if key != WORD and values is None]
    found = issue.items.filter(pk__in=gone, article__telling__isnull=False).order_by()
    return list(found.values_list("article__telling__story", flat=True))


def _picture(issue: Issue) -> Picture:
    entries = {
        str(values.pop("pk")): values
        for values in Item.objects.filter(issue=issue).order_by().values("pk", *_KEPT)
    }
    words = Issue.objects.values_list("editor_words", flat=True).get(pk=issue.pk)
    return {**entries, WORD: dict(words)}


def _write(issue: Issue, wanted: Part) -> None:
    for key, values in wanted.items():
        if key == WORD:
            words = Issue.objects.values_list("editor_words", flat=True).get(pk=issue.pk)
            merged = {**words, **(values or {})}
            kept = {code: word for code, word in merged.items() if word}
            Issue.objects.filter(pk=issue.pk).update(editor_words=kept)
        elif values is None:
            Item.objects.filter(pk=int(key), issue=issue).delete()
        elif set(values) == set(_KEPT):
            _bring_back(issue, int(key), values)
        else:
            _restore(issue, int(key), values)


def _bring_back(issue: Issue, pk: int, values: dict[str, Any]) -> None:
    """An entry that was taken away, unless its article has entered another issue since."""
    article = values["article_id"]
    elsewhere = Item.objects.filter(
        publication_id=issue.publication_id, article_id=article, language=values["language"]
    )
    if article is not None and elsewhere.exists():
        raise Refused(N_("Its article stands in another issue by now."))
    Item.objects.create(pk=pk, issue=issue, publication_id=issue.publication_id, **values)


def _restore(issue: Issue, pk: int, values: dict[str, Any]) -> None:
    item = Item.objects.get(pk=pk, issue=issue)
    for name, value in values.items():
        setattr(item, name, value)
    # Whoever has its words before them is told that they are others now.
    item.version += 1
    item.save(update_fields=[*values, "version"])


def _headline(item: Item) -> str:
    return item.headline or (item.article.title if item.article else "")
