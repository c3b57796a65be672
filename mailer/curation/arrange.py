"""What an editor does to a draft. Every change voids a standing signature, and can be undone.

`by` is whose change it is, None when it is nobody's at the desk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Max

from mailer.articles.models import Article, Rights
from mailer.curation import changes
from mailer.curation.models import Act, Change, Issue, Item, Publication
from mailer.curation.propose import propose_again
from mailer.curation.signoff import find, hold_still, refuse_unless_open, void
from mailer.errors import N_, NotFound, Refused
from mailer.pictures.models import Picture
from mailer.stories.models import Telling


class Overtaken(Refused):
    """Somebody saved other words while these were written."""


@contextmanager
def _acting(
    issue_id: int, act: Act, by: User | None, now: datetime, of: Item | None = None
) -> Iterator[Issue]:
    """The issue, locked and open to change. What is done inside is kept; its signature is void."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        refuse_unless_open(issue)
        with changes.recorded(issue, act, by, now, of) as record:
            yield issue
        if record.changed:
            touched(issue_id, now)


def touched(issue_id: int, now: datetime) -> None:
    """Something that readers see is another: nobody's signature holds. Within a transaction."""
    void(issue_id, now)
    Issue.objects.filter(pk=issue_id).update(changed_at=now)


@contextmanager
def _acting_on(item_id: int, act: Act, by: User | None, now: datetime) -> Iterator[Item]:
    """The entry as it is once its issue is locked: somebody may have moved it until then."""
    item = find_item(item_id)
    with _acting(item.issue_id, act, by, now, of=item):
        yield find_item(item_id)


def find_item(item_id: int) -> Item:
    """The item of an id, with its article and section; NotFound with a sentence."""
    try:
        return Item.objects.select_related("article__source", "section").get(pk=item_id)
    except Item.DoesNotExist:
        raise NotFound(N_("This entry is not in the issue any more.")) from None


def edit_item(
    item_id: int,
    *,
    by: User | None = None,
    now: datetime,
    seen: int | None = None,
    headline: str | None = None,
    lead: str | None = None,
    note: str | None = None,
) -> int:
    """Replace the newsroom's words; None leaves as it is, "" goes back to the article's own.

    `seen` is the version that the editor had before them: Overtaken when it is another by now, and
    nothing is written. Returns the version it has then.
    """
    given = {"headline": headline, "lead": lead, "note": note}
    words = {name: text.strip() for name, text in given.items() if text is not None}
    with _acting_on(item_id, Act.EDIT, by, now) as item:
        if words.get("headline") == "" and item.article_id is None:
            raise Refused(N_("An entry without an article needs a headline."))
        if all(getattr(item, name) == text for name, text in words.items()):
            return item.version
        if seen is not None and seen != item.version:
            raise _overtaken(item)
        Item.objects.filter(pk=item_id).update(version=F("version") + 1, **words)
        return item.version + 1


def _overtaken(item: Item) -> Overtaken:
    told = Change.objects.filter(issue_id=item.issue_id, before__has_key=str(item.pk)).first()
    name = told.by.username if told and told.by else "–"
    return Overtaken(
        N_(
            "%(name)s has saved other words of this entry while you wrote. Nothing of yours is"
            " lost: compare the two, and save the ones that should stand."
        ),
        name=name,
    )


def set_picture(
    item_id: int, picture: Picture | None, alt: str, *, by: User | None = None, now: datetime
) -> None:
    """Put a picture of ours beside a text of ours; None takes it away.

    Refused beside an article that we may only quote, and without words for those who do not see it.
    """
    if picture and not alt.strip():
        raise Refused(NO_ALT)
    with _acting_on(item_id, Act.PICTURE, by, now) as item:
        if picture and item.article and item.article.source.rights == Rights.QUOTE:
            raise Refused(_NO_PICTURE_HERE, source=str(item.article.source))
        told = alt.strip() if picture else ""
        Item.objects.filter(pk=item_id).update(picture=picture, picture_alt=told)


def leave_picture_out(item_id: int, *, out: bool, by: User | None = None, now: datetime) -> None:
    """Show an entry without the picture of its article's own page, or with it again."""
    with _acting_on(item_id, Act.PICTURE, by, now):
        Item.objects.filter(pk=item_id).update(pictureless=out)


NO_ALT = N_("Say in words what the picture shows: they stand for it where it is not seen.")
_NO_PICTURE_HERE = N_(
    "Beside an article of %(source)s no picture may stand: its rights allow a quotation, no more."
)


def hide_item(item_id: int, *, hidden: bool, by: User | None = None, now: datetime) -> None:
    """Leave an entry out of the edition, or take it back in."""
    with _acting_on(item_id, Act.HIDE if hidden else Act.SHOW, by, now):
        Item.objects.filter(pk=item_id).update(hidden=hidden)


def pin_item(item_id: int, *, pinned: bool, by: User | None = None, now: datetime) -> None:
    """Let an entry stand first in its section whatever comes, or no longer."""
    with _acting_on(item_id, Act.PIN if pinned else Act.LOOSEN, by, now) as item:
        if item.pinned != pinned:
            item.pinned = pinned
            item.save(update_fields=["pinned"])
            order = [pk for pk in _neighbours(item) if pk != item.pk]
            # Behind those that were pinned before; a loosened one leads the others.
            _renumber([*order, item.pk] if pinned else [item.pk, *order])


def move_item(item_id: int, to: int, *, by: User | None = None, now: datetime) -> None:
    """Put an entry at place `to` (1 = first) of its section; the others make room.

    The places of pinned entries are counted apart: they stand before the others.
    """
    with _acting_on(item_id, Act.MOVE, by, now) as item:
        _put(item, to)


def move_to_section(
    item_id: int, section_id: int, *, by: User | None = None, now: datetime, to: int | None = None
) -> None:
    """Put an entry into another section of its publication, at place `to` or at the end."""
    with _acting_on(item_id, Act.MOVE, by, now) as item:
        if not item.publication.sections.filter(pk=section_id).exists():
            raise NotFound(N_("This section is not in the publication any more."))
        Item.objects.filter(pk=item_id).update(section_id=section_id)
        item.section_id = section_id
        _put(item, to)


def add_text(
    issue_id: int,
    language: str,
    section_id: int,
    *,
    headline: str,
    lead: str = "",
    url: str = "",
    by: User | None = None,
    now: datetime,
) -> Item:
    """An entry of the newsroom's own, at the end of a section; refused when it stands there."""
    if not headline.strip():
        raise Refused(N_("An entry without an article needs a headline."))
    with _acting(issue_id, Act.ADD, by, now) as issue:
        words = {"headline": headline.strip(), "lead": lead.strip(), "url": url}
        placed = Item.objects.filter(issue=issue, language=language, section=section_id)
        if placed.filter(article=None, **words).exists():
            raise Refused(
                N_("“%(headline)s” stands in this section already."), headline=words["headline"]
            )
        return _put_last(issue, language, section_id, **words)


def add_article(
    issue_id: int,
    language: str,
    section_id: int,
    article: Article,
    *,
    by: User | None = None,
    now: datetime,
) -> Item:
    """An article that staff chose themselves, at the end of a section.

    Refused when the publication has it in this language already: an article enters once.
    """
    with transaction.atomic():
        # As in a draft: no article in two issues.
        Publication.objects.select_for_update().get(pk=find(issue_id).publication_id)
        with _acting(issue_id, Act.ADD, by, now) as issue:
            _refuse_entered(issue, language, article)
            item = _put_last(issue, language, section_id, article=article)
            told = Telling.objects.filter(article=article)
            propose_again(issue.publication, list(told.values_list("story_id", flat=True)))
            return item


def _refuse_entered(issue: Issue, language: str, article: Article) -> None:
    entered = Item.objects.filter(publication=issue.publication, article=article, language=language)
    if found := entered.select_related("issue").first():
        raise Refused(
            N_(
                "“%(title)s” is in No. %(number)s already. An entry that was left out is taken back"
                " in where it stands."
            ),
            title=article.title,
            number=found.issue.number,
        )


def _put_last(issue: Issue, language: str, section_id: int, **words: Any) -> Item:
    if language not in issue.publication.languages:
        raise Refused(N_("This publication has no edition in this language."))
    section = issue.publication.sections.filter(pk=section_id).first()
    if section is None:
        raise NotFound(N_("This section is not in the publication any more."))
    there = issue.items.filter(language=language, section=section)
    last: int = there.aggregate(last=Max("position"))["last"] or 0
    return Item.objects.create(
        issue=issue,
        publication=issue.publication,
        language=language,
        section=section,
        position=last + 1,
        **words,
    )


def remove_text(item_id: int, *, by: User | None = None, now: datetime) -> None:
    """Take away an entry of the newsroom's own; an article is left out instead."""
    with _acting_on(item_id, Act.REMOVE, by, now) as item:
        if item.article_id is not None:
            raise Refused(N_("An article is left out of the issue, not removed from it."))
        item.delete()


def set_words(
    issue_id: int,
    language: str,
    text: str,
    *,
    by: User | None = None,
    now: datetime,
    seen: str | None = None,
) -> None:
    """The editor's word above an edition; "" takes it away.

    `seen` is what it was when its author began: Overtaken when it is another by now.
    """
    with _acting(issue_id, Act.WORD, by, now) as issue:
        there = issue.editor_words.get(language, "")
        if seen is not None and there not in (seen, text.strip()):
            raise Overtaken(
                N_(
                    "Somebody has saved another editor’s word while you wrote. Nothing of yours is"
                    " lost: compare the two, and save the one that should stand."
                )
            )
        words = {**issue.editor_words, language: text.strip()}
        kept = {code: word for code, word in words.items() if word}
        Issue.objects.filter(pk=issue_id).update(editor_words=kept)


def undo(issue_id: int, *, by: User, now: datetime) -> Change:
    """Take back what this person did last to an issue."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        refuse_unless_open(issue)
        change = changes.undo(issue, by, now)
        touched(issue_id, now)
        return change


def _put(item: Item, to: int | None) -> None:
    order = [pk for pk in _neighbours(item) if pk != item.pk]
    place = len(order) if to is None else max(0, min(to - 1, len(order)))
    order.insert(place, item.pk)
    _renumber(order)


def _neighbours(item: Item) -> Iterator[int]:
    return (
        Item.objects.filter(
            issue_id=item.issue_id,
            language=item.language,
            section_id=item.section_id,
            pinned=item.pinned,
        )
        .order_by("position", "id")
        .values_list("pk", flat=True)
        .iterator()
    )


def _renumber(order: list[int]) -> None:
    Item.objects.bulk_update(
        [Item(pk=pk, position=place) for place, pk in enumerate(order, start=1)], ["position"]
    )
