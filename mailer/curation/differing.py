"""Two pictures of an issue's entries: what differs, and whether it still stands (pure).

A picture maps an entry's key to its fields. A difference holds, for each entry that changed, the
fields that did; for one that came or went, all of them on one side and None on the other.
"""

from typing import Any

Fields = dict[str, Any]
Picture = dict[str, Fields]
Part = dict[str, Fields | None]


def differing(before: Picture, after: Picture) -> tuple[Part, Part]:
    """What was there, and what is there instead."""
    old: Part = {}
    new: Part = {}
    for key in {**before, **after}:
        was, is_now = before.get(key), after.get(key)
        if was is None or is_now is None:
            old[key], new[key] = was, is_now
        elif was != is_now:
            names = [name for name in {**was, **is_now} if was.get(name) != is_now.get(name)]
            old[key] = {name: was.get(name) for name in names}
            new[key] = {name: is_now.get(name) for name in names}
    return old, new


def overtaken(left: Part, now: Picture) -> bool:
    """Whether something that an act left behind, or took away, is no longer so."""
    for key, fields in left.items():
        there = now.get(key)
        if fields is None or there is None:
            if fields is not there:
                return True
        elif any(there.get(name) != value for name, value in fields.items()):
            return True
    return False
