"""What an editor does to a draft. Every change voids a standing signature."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from mailer.articles.models import Rights
from mailer.curation.models import Issue, Item
from mailer.curation.signoff import hold_still, refuse_unless_open, void
from mailer.errors import N_, NotFound, Refused
from mailer.pictures.models import Picture


@contextmanager
def _changing(issue_id: int, now: datetime) -> Iterator[Issue]:
    """The issue, locked and open to change; its signature is void and its time moved on."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        refuse_unless_open(issue)
        yield issue
        void(issue_id, now)
        Issue.objects.filter(pk=issue_id).update(changed_at=now)


@contextmanager
def _changing_item(item_id: int, now: datetime) -> Iterator[Item]:
    """The entry as it is once its issue is locked: somebody may have moved it until then."""
    with _changing(find_item(item_id).issue_id, now):
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
    now: datetime,
    headline: str | None = None,
    lead: str | None = None,
    note: str | None = None,
) -> None:
    """Replace the newsroom's words; None leaves as it is, "" goes back to the article's own."""
    given = {"headline": headline, "lead": lead, "note": note}
    words = {name: text.strip() for name, text in given.items() if text is not None}
    item = find_item(item_id)
    if words.get("headline") == "" and item.article_id is None:
        raise Refused(N_("An entry without an article needs a headline."))
    with _changing(item.issue_id, now):
        Item.objects.filter(pk=item_id).update(**words)


def set_picture(item_id: int, picture: Picture | None, alt: str, *, now: datetime) -> None:
    """Put a picture of ours beside a text of ours; None takes it away.

    Refused beside an article that we may only quote, and without words for those who do not see it.
    """
    item = find_item(item_id)
    if picture and item.article and item.article.source.rights == Rights.QUOTE:
        raise Refused(_NO_PICTURE_HERE, source=str(item.article.source))
    if picture and not alt.strip():
        raise Refused(NO_ALT)
    with _changing(item.issue_id, now):
        told = alt.strip() if picture else ""
        Item.objects.filter(pk=item_id).update(picture=picture, picture_alt=told)


NO_ALT = N_("Say in words what the picture shows: they stand for it where it is not seen.")
_NO_PICTURE_HERE = N_(
    "Beside an article of %(source)s no picture may stand: its rights allow a quotation, no more."
)


def hide_item(item_id: int, *, hidden: bool, now: datetime) -> None:
    """Leave an entry out of the edition, or take it back in."""
    with _changing(find_item(item_id).issue_id, now):
        Item.objects.filter(pk=item_id).update(hidden=hidden)


def move_item(item_id: int, to: int, *, now: datetime) -> None:
    """Put an entry at place `to` (1 = first) of its section; the others make room."""
    with _changing_item(item_id, now) as item:
        order = list(_neighbours(item))
        order.remove(item.pk)
        order.insert(max(0, min(to - 1, len(order))), item.pk)
        _renumber(order)


def move_to_section(item_id: int, section_id: int, *, now: datetime) -> None:
    """Put an entry at the end of another section of its publication."""
    with _changing_item(item_id, now) as item:
        if not item.publication.sections.filter(pk=section_id).exists():
            raise NotFound(N_("This section is not in the publication any more."))
        Item.objects.filter(pk=item_id).update(section_id=section_id)
        item.section_id = section_id
        order = [pk for pk in _neighbours(item) if pk != item.pk]
        _renumber([*order, item.pk])


def set_words(issue_id: int, language: str, text: str, *, now: datetime) -> None:
    """The editor's word above an edition; "" takes it away."""
    with _changing(issue_id, now) as issue:
        words = {**issue.editor_words, language: text.strip()}
        kept = {code: word for code, word in words.items() if word}
        Issue.objects.filter(pk=issue_id).update(editor_words=kept)


def _neighbours(item: Item) -> Iterator[int]:
    return (
        Item.objects.filter(
            issue_id=item.issue_id, language=item.language, section_id=item.section_id
        )
        .order_by("position", "id")
        .values_list("pk", flat=True)
        .iterator()
    )


def _renumber(order: list[int]) -> None:
    Item.objects.bulk_update(
        [Item(pk=pk, position=place) for place, pk in enumerate(order, start=1)], ["position"]
    )
