"""Karim narrows a number to some of its readers."""

import pytest
from django.test import Client

from mailer.subscribers.models import Segment
from tests.people import reader
from tests.web.staff import do, drafted, said

pytestmark = pytest.mark.django_db


def _made(karim: Client, **form: object) -> str:
    whole = {"name": "Arabic of Rabat", "language": "ar", **form}
    where = {"referer": "http://testserver/desk/segments/"}
    return said(karim.post("/desk/segments/", whole, follow=True, headers=where))


def test_a_segment_is_made_listed_and_changed(karim: Client) -> None:
    page = _made(karim, **{"attribute-0": "city", "operator-0": "is", "value-0": "Rabat"})
    assert "The segment “Arabic of Rabat” is saved." in page
    one = Segment.objects.get()
    assert one.definition == {"languages": ["ar"], "attributes": [["city", "is", "Rabat"]]}
    form = said(karim.get(f"/desk/segments/{one.pk}/"))
    assert 'value="Rabat"' in form
    karim.post(f"/desk/segments/{one.pk}/", {"name": "Since", "since": "2025-05-21"})
    one.refresh_from_db()
    assert (one.name, one.definition) == ("Since", {"joined_since": "2025-05-21"})


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"language": ""}, "This segment is everybody"),
        ({"since": "tomorrow"}, "is not a date"),
        ({"value-0": "Rabat"}, "A condition needs an attribute"),
        ({"name": " "}, "A segment needs a name"),
    ],
)
def test_a_segment_that_makes_no_sense_is_refused(
    karim: Client, form: dict[str, str], says: str
) -> None:
    assert says in _made(karim, **form)
    assert not Segment.objects.exists()


def test_a_number_goes_to_the_segment_that_karim_chooses(karim: Client) -> None:
    reader("amina@example.org", "ar")
    reader("youssef@example.org", "fr")
    _made(karim)
    issue, one = drafted(), Segment.objects.get()
    assert "Arabic of Rabat" in said(karim.get(f"/desk/issues/{issue.pk}/"))
    # The readers are counted beside the page.
    audience = f"issues/{issue.pk}/audience/"
    do(karim, audience, segment=str(one.pk))
    assert "outside the segment" in said(karim.get(f"/desk/{audience}"))
    issue.refresh_from_db()
    assert issue.segment == one
    do(karim, audience, segment="")
    assert "outside the segment" not in said(karim.get(f"/desk/{audience}"))
    assert "There is no segment 99" in do(karim, audience, segment="99")
