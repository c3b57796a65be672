"""Rows of an import: what is written stands there as it was read."""

import pytest
from django.db import transaction

from mailer.subscribers.import_rows import add_new
from mailer.subscribers.models import Consent, MailingList, Subscriber, Subscription
from mailer.subscribers.people import Line
from mailer.subscribers.terms import Terms
from tests.people import WEDNESDAY, reader

pytestmark = pytest.mark.django_db
WORDS = "I agreed, on “paper”, at C:\\fair\tof Rabat\non 9 May 2025."


def _terms(consent: str = WORDS) -> Terms:
    return Terms(MailingList.objects.get().pk, consent, "import a\\b.csv", WEDNESDAY)


def _line(number: int, email: str, name: str = "", attributes: str = "{}") -> Line:
    return Line(number, email, email.lower(), name, "ar", attributes)


@pytest.mark.parametrize("name", ["أمينة", "back\\slash \\N \\.", '"quoted", {braced}', "\\t"])
def test_a_cell_arrives_as_it_was_read(name: str) -> None:
    with transaction.atomic():
        accepted = add_new(
            [_line(2, "Amina@example.org", name, '{"k": "a\\\\b \\"c\\""}')], _terms()
        )
    amina = Subscriber.objects.get()
    proof = Consent.objects.get()
    assert accepted == 1
    assert (amina.email, amina.name, amina.attributes) == (
        "Amina@example.org",
        name,
        {"k": 'a\\b "c"'},
    )
    assert (proof.subscriber, proof.text_shown, proof.language) == (amina, WORDS, "ar")
    assert (proof.origin, proof.at) == ("import a\\b.csv", WEDNESDAY)


def test_who_signed_up_meanwhile_keeps_their_row_and_stops_nobody() -> None:
    """Between the look at who is known and the writing of who is new."""
    grace = reader("grace@example.org", state="unsubscribed")
    lines = [_line(2, "zoe@example.org"), _line(3, "grace@example.org"), _line(4, "a@example.org")]
    with transaction.atomic():
        accepted = add_new(lines, _terms())
    assert accepted == 2
    assert Subscription.objects.get(subscriber=grace).state == "unsubscribed"
    ties = Subscription.objects.exclude(subscriber=grace).values_list("subscriber__email", "state")
    assert sorted(ties) == [("a@example.org", "confirmed"), ("zoe@example.org", "confirmed")]
    assert sorted(Consent.objects.values_list("subscriber__email", "act")) == [
        ("a@example.org", "imported"),
        ("zoe@example.org", "imported"),
    ]


def test_people_who_must_confirm_are_pending_and_have_no_proof_yet() -> None:
    with transaction.atomic():
        add_new([_line(2, "amina@example.org")], _terms(consent=""))
    tie = Subscription.objects.get()
    assert (tie.state, tie.requested_at, tie.confirmed_at) == ("pending", WEDNESDAY, None)
    assert not Consent.objects.exists()
