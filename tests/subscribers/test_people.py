"""Many lines read together say what each says by itself."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import MailerError
from mailer.subscribers.columns import recognised
from mailer.subscribers.people import Line, People
from mailer.subscribers.table import Refusal, blank

HEADS = {
    "one name": ["email", "name", "language", "city"],
    "two names": ["first name", "last name", "email", "city", "phone"],
    "the address alone": ["email"],
    "one attribute twice": ["email", "city", "city"],
    "another mailer's": ["uuid", "email", "name", "attributes", "status"],
}
CELLS = (
    *("", " ", "amina@example.org", " Grace@Example.org ", "'=1@example.org", "أمينة@example.org"),
    *(
        "amina@example",
        "amina@xn--mgbh0fb.example",
        "a@localhost",
        "a..b@example.org",
        "@",
        "a@b@c.ma",
    ),
    *(
        "amina@éxample.org",
        "a" * 65 + "@example.org",
        "a@" + "b." * 130 + "ma",
        "a@example.org\u200f",
    ),
    *("fr", "AR", "tlh", "Zoé", "Zoe\u0301", "\u0301e", "أمينة", "=1+1", "'=1+1", "'", "O'Hara"),
    *(
        "\u202egro.live",
        "a\u200fb",
        "a\u00a0b",
        "a\tb",
        '"',
        "\\",
        "\\N",
        "x" * 1_100,
        "\x07",
        "{}",
    ),
    *('{"k": "v\\n"}', '{"k": [1]}', "[]", "enabled", "bounced", "perhaps", "\x85", "\u2028"),
)


def _alone(people: People, cells: list[str], number: int) -> Line | tuple[int, str]:
    try:
        return people.line(number, cells)
    except MailerError as reason:
        return number, str(reason)


@pytest.mark.parametrize("names", HEADS.values(), ids=HEADS)
@given(data=st.data())
def test_lines_read_together_are_read_as_each_by_itself(
    names: list[str], data: st.DataObject
) -> None:
    """Whatever stands in them, and however many cells they have."""
    cell = st.sampled_from(CELLS)
    several = st.lists(cell, min_size=1, max_size=len(names) + 1)
    whole = st.lists(cell, min_size=len(names), max_size=len(names))
    table = data.draw(st.lists(several | whole, max_size=6))
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(table)
    people = People(recognised(names).meanings, confirmed=True)

    together = people.read(iter(io.StringIO(file.getvalue())), ",")

    told = [(one.line, str(one.reason)) if isinstance(one, Refusal) else one for one in together]
    rows = [(number, cells) for number, cells in enumerate(table, 2) if not blank(cells)]
    assert told == [_alone(people, cells, number) for number, cells in rows]
