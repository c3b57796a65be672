"""A number that goes to a segment of its lists alone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mailer.curation import audience
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.errors import Refused
from mailer.mailings import fanout
from mailer.mailings.models import Delivery, DeliveryState, Mailing
from mailer.mailings.statements import COUNT_AUDIENCE, Audience
from mailer.subscribers import segmenting, segments
from mailer.subscribers.models import MailingList, Subscriber, Subscription
from mailer.subscribers.segments import Condition, Filter
from tests.people import WEDNESDAY, reader
from tests.web.staff import approved

pytestmark = pytest.mark.django_db


def _cast() -> None:
    """Amina of Rabat reads Arabic, Youssef of Salé and Hanane of nowhere French."""
    for name, language, attributes in (
        ("amina", "ar", {"city": "Rabat", "$.x": "1"}),
        ("youssef", "fr", {"city": "Salé"}),
        ("hanane", "fr", {}),
    ):
        one = reader(f"{name}@example.org", language)
        Subscriber.objects.filter(pk=one.pk).update(attributes=attributes)


def _whom(wanted: Filter) -> list[str]:
    """Whom an approved number is written for, and the same told beforehand."""
    issue = approved()
    segment = segmenting.save(None, "these", wanted, WEDNESDAY)
    audience.narrow(issue.pk, segment.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    told = fanout.verdict(issue.pk)
    mailing = fanout.start(issue.pk, None, timezone.now())
    assert mailing.segment == segment.definition
    found = Delivery.objects.filter(mailing=mailing).values_list("subscriber__email", flat=True)
    assert told.would_send == len(found)
    assert told.left_out.get("outside", 0) == 3 - len(found)
    return sorted(email.partition("@")[0] for email in found)


@pytest.mark.parametrize(
    ("wanted", "whom"),
    [
        (Filter(languages=("ar",)), ["amina"]),
        (Filter(attributes=(Condition("city", "is", "Salé"),)), ["youssef"]),
        (Filter(attributes=(Condition("city", "is_not", "Salé"),)), ["amina", "hanane"]),
        (Filter(attributes=(Condition("city", "set"),)), ["amina", "youssef"]),
        (Filter(attributes=(Condition("city", "unset"),)), ["hanane"]),
        (Filter(attributes=(Condition("$.x", "is", "1"),)), ["amina"]),
        (Filter(joined_since=WEDNESDAY.date()), ["amina", "hanane", "youssef"]),
        (Filter(languages=("fr",), attributes=(Condition("city", "set"),)), ["youssef"]),
    ],
)
def test_a_segment_is_whoever_is_all_that_it_asks(wanted: Filter, whom: list[str]) -> None:
    _cast()
    assert _whom(wanted) == whom


def test_a_segment_may_ask_for_another_list_and_for_no_refusal() -> None:
    _cast()
    press = MailingList.objects.create(slug="press")
    for name, state in (("amina", "confirmed"), ("youssef", "pending"), ("hanane", "confirmed")):
        person = Subscriber.objects.get(email=f"{name}@example.org")
        Subscription.objects.create(
            subscriber=person, mailing_list=press, state=state, requested_at=WEDNESDAY
        )
    issue = approved()
    before = fanout.start(issue.pk, None, timezone.now())
    refused = Delivery.objects.filter(mailing=before, subscriber__email="hanane@example.org")
    refused.update(state=DeliveryState.REFUSED)
    wanted = Filter(lists=("press",), never_refused=True).stored()
    meant = Audience(before.lists, wanted, issue.pk, issue.publication.fallback)
    with connection.cursor() as cursor:
        cursor.execute(*meant.of(COUNT_AUDIENCE, timezone.now()))
        assert sorted(cursor.fetchall()) == [("", "ar", 1), ("outside", "fr", 2)]


def test_a_segment_that_is_changed_after_the_approval_sends_nothing() -> None:
    _cast()
    issue = approved()
    segment = segmenting.save(None, "these", Filter(languages=("ar",)), WEDNESDAY)
    audience.narrow(issue.pk, segment.pk, WEDNESDAY)
    issue.refresh_from_db()
    assert issue.state == "draft"
    compile_issue(issue.pk, WEDNESDAY)
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    segmenting.save(segment, "these", Filter(languages=("fr",)), WEDNESDAY)
    with pytest.raises(Refused, match="no longer what was approved"):
        fanout.start(issue.pk, None, timezone.now())
    assert not Mailing.objects.exists()


def test_a_segment_that_leaves_nobody_is_refused_whole() -> None:
    _cast()
    with pytest.raises(Refused, match="Nobody would get"):
        _whom(Filter(joined_since=(WEDNESDAY + timedelta(days=1)).date()))


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(attributes=(Condition("city", "is"),)),
        Filter(attributes=(Condition("", "is", "x"),)),
        Filter(attributes=(Condition("city", "like", "x"),)),
        Filter(attributes=(Condition("city", "set"),) * 11),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(wanted: Filter) -> None:
    with pytest.raises(Refused):
        segmenting.save(None, "these", wanted, WEDNESDAY)


def test_two_segments_of_one_name_are_refused_and_so_is_none() -> None:
    segmenting.save(None, "these", Filter(languages=("ar",)), WEDNESDAY)
    for name in ("these", ""):
        with pytest.raises(Refused):
            segmenting.save(None, name, Filter(languages=("fr",)), WEDNESDAY)


@pytest.mark.parametrize(
    "stored",
    [
        {"languages": ["ar", "fr"], "never_refused": True},
        {"lists": ["press"], "attributes": [["city", "set", ""]], "joined_since": "2025-05-21"},
    ],
)
def test_a_filter_is_stored_as_it_was_read(stored: Mapping[str, Any]) -> None:
    assert segments.of(stored).stored() == stored
    assert segments.of({"joined_since": "2025-05-21"}).joined_since == date(2025, 5, 21)
