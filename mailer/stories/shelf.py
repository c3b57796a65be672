"""Changing the stories of a language, by compare-and-swap.

shelf = look(language)      what stands, and the turn it stands at
…                           compute; nothing is locked meanwhile
with turned(shelf) as turn: write; Stale when somebody turned it since
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F

from mailer.stories.models import Shelf


class Stale(Exception):
    """Somebody changed the stories of the language since one looked: look again."""


def look(language: str) -> Shelf:
    """The shelf of a language, made when there is none."""
    return Shelf.objects.get_or_create(language=language)[0]


@contextmanager
def turned(shelf: Shelf) -> Iterator[int]:
    """A transaction in which the shelf is turned; yields the turn that the changes bear.

    The row stays locked until the end, so turns become visible in their order: who has seen one
    has seen all before it.
    """
    with transaction.atomic():
        seen = Shelf.objects.filter(language=shelf.language, turn=shelf.turn)
        if not seen.update(turn=F("turn") + 1):
            raise Stale(shelf.language)
        yield shelf.turn + 1


@contextmanager
def in_hand(language: str) -> Iterator[int]:
    """The same for what computes nothing: the row is locked first, so it is never too late."""
    look(language)
    with transaction.atomic():
        shelf = Shelf.objects.select_for_update().get(pk=language)
        with turned(shelf) as turn:
            yield turn
