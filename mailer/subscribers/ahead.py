"""One item ahead, in a thread of its own (pure)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The items, each made while the one before it is worked on.

    Where the work is a database's, it takes as long as the longer of the two, and not their sum.
    What goes wrong in the making is raised here, in its place.
    """
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = other.submit(next, items, None)
            yield item
