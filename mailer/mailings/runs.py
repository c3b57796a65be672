"""Runs of numbers (pure)."""

from collections.abc import Iterable


def runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Each run of numbers that follow one another, as its first and its last.

    >>> runs([7, 3, 4, 5, 9])
    [(3, 5), (7, 7), (9, 9)]
    """
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
