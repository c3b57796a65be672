"""What became of a number: by language and domain, and of nobody alone."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from mailer.curation.models import Publication
from mailer.editions.freeze import issue_checksum, sign
from mailer.figures import reading
from mailer.figures.counting import count, count_due
from mailer.figures.models import Figure
from mailer.mailings import fanout
from mailer.mailings.models import Mailing, MailingState
from mailer.receipts import clicks
from mailer.receipts.models import Receipt
from mailer.subscribers.consents import Act
from mailer.subscribers.models import Consent, Subscriber
from tests.people import reader
from tests.web.outcomes import DOUBT, POLICY, SENT, come
from tests.web.staff import drafted

pytestmark = pytest.mark.django_db


def mailed() -> Mailing:
    """To 22 readers at one large domain, two at a small one; two are refused, one is in doubt."""
    for number in range(22):
        reader(f"reader{number}@large.example", "ar" if number % 2 else "fr")
    for name in ("amina", "youssef"):
        reader(f"{name}@small.example")
    issue = drafted()
    sign(issue.pk, issue_checksum(issue.pk), None, timezone.now())
    mailing = fanout.start(issue.pk, None, timezone.now())
    come(mailing, POLICY, POLICY, DOUBT, *[SENT] * 21)
    return over(mailing)


def over(mailing: Mailing) -> Mailing:
    Mailing.objects.filter(pk=mailing.pk).update(
        state=MailingState.DONE, finished_at=timezone.now()
    )
    return Mailing.objects.get(pk=mailing.pk)


def leave(address: str, *, after: timedelta = timedelta()) -> None:
    at = timezone.now() + after
    Consent.objects.create(
        subscriber=Subscriber.objects.get(email=address), act=Act.UNSUBSCRIBED, at=at
    )


def test_the_groups_add_up_to_the_mailing() -> None:
    mailing = mailed()
    assert count_due(timezone.now()) == 1
    whole = reading.of_mailings([mailing])[mailing.pk]
    assert (whole.recipients, whole.accepted, whole.refused, whole.uncertain) == (24, 21, 2, 1)
    for groups in (reading.by_language(mailing.pk), reading.by_domain(mailing.pk)):
        assert sum(one.recipients for one in groups) == 24
        assert sum(one.accepted for one in groups) == 21


def test_a_domain_of_a_few_people_is_not_named() -> None:
    mailing = mailed()
    count(mailing, timezone.now())
    named = [(one.name, one.recipients) for one in reading.by_domain(mailing.pk)]
    assert named == [("large.example", 22), ("", 2)]


def test_what_came_back_is_counted_once_however_often_it_was_told() -> None:
    mailing = mailed()
    accepted = mailing.deliveries.filter(state=3).order_by("pk")
    for delivery, verdict, times in ((accepted[0], "hard", 2), (accepted[1], "complaint", 1)):
        for number in range(times):
            Receipt.objects.create(
                key=f"{delivery.pk}-{verdict}-{number}",
                way="mailbox",
                received_at=timezone.now(),
                verdict=verdict,
                outcome="counted",
                mailing=mailing,
                delivery=delivery.pk,
                subscriber=delivery.subscriber,
            )
    count(mailing, timezone.now())
    assert reading.of_mailings([mailing])[mailing.pk].bounced == 1


def test_a_farewell_answers_the_number_before_it_within_a_week() -> None:
    mailing = mailed()
    leave("reader5@large.example", after=timedelta(minutes=1))
    leave("reader6@large.example", after=timedelta(days=8))
    leave("reader7@large.example", after=timedelta(days=-1))
    count(mailing, timezone.now())
    assert reading.of_mailings([mailing])[mailing.pk].unsubscribed == 1


def test_it_is_counted_anew_for_a_week_and_no_more_than_hourly() -> None:
    mailing = mailed()
    now = timezone.now()
    assert [count_due(now), count_due(now + timedelta(minutes=10))] == [1, 0]
    leave("reader5@large.example", after=timedelta(minutes=1))
    assert count_due(now + timedelta(hours=1)) == 1
    assert reading.of_mailings([mailing])[mailing.pk].unsubscribed == 1
    assert count_due(now + timedelta(days=9)) == 0


def test_a_mailing_under_way_shows_its_tallies() -> None:
    mailing = mailed()
    Mailing.objects.update(state=MailingState.RUNNING, finished_at=None)
    assert count_due(timezone.now()) == 0
    whole = reading.of_mailings([mailing])[mailing.pk]
    assert (whole.recipients, whole.accepted, whole.refused) == (24, 21, 2)


def test_the_figures_outlive_the_rows() -> None:
    mailing = mailed()
    count(mailing, timezone.now())
    mailing.deliveries.all().delete()
    Mailing.objects.update(folded_at=timezone.now())
    count(mailing, timezone.now())
    assert count_due(timezone.now() + timedelta(hours=2)) == 0
    assert sum(Figure.objects.values_list("recipients", flat=True)) == 24


def test_an_erased_reader_is_counted_at_no_domain() -> None:
    mailing = mailed()
    Subscriber.objects.filter(email="reader5@large.example").update(email="", email_key=None)
    count(mailing, timezone.now())
    named = {one.name: one.recipients for one in reading.by_domain(mailing.pk)}
    assert named == {"large.example": 21, "": 3}


def test_clicks_are_told_by_link_of_an_edition_that_twenty_got() -> None:
    Publication.objects.update(count_clicks=True)
    for number in range(20):
        reader(f"reader{number}@large.example")
    reader("amina@large.example", "ar")
    issue = drafted()
    sign(issue.pk, issue_checksum(issue.pk), None, timezone.now())
    mailing = fanout.start(issue.pk, None, timezone.now())
    come(mailing, *[SENT] * 21)
    for edition, number in itertools.product(issue.editions.all(), (2, 2, 1)):
        if number <= edition.articles:
            clicks.count(clicks.find(edition.clicks_key, number))
    assert all(not one.links for one in reading.of_links(issue)), "nobody is counted yet"
    count(over(mailing), timezone.now())
    french, arabic = reading.of_links(issue)
    assert [(one.number, one.host, one.count) for one in french.links] == [
        (1, "courrier.example", 1),
        (2, "courrier.example", 2),
    ]
    assert (french.readers, french.whole, french.most) == (20, 3, 2)
    assert (arabic.readers, arabic.links) == (1, ()), "whose click it was could be told"


def test_where_clicks_are_not_counted_there_are_no_links_to_tell_of() -> None:
    assert reading.of_links(mailed().issue) == []
