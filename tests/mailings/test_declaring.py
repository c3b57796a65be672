"""Articles × readers per title, counted from what was sent."""

from datetime import date, timedelta

import pytest

from mailer.articles.models import Kind, Source
from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue
from mailer.editions.compile import compile_issue
from mailer.editions.models import Edition
from mailer.errors import Refused
from mailer.mailings.declaring import Line, as_csv, declare
from mailer.mailings.models import Delivery, DeliveryState, Mailing, MailingKind
from mailer.subscribers.models import Subscriber
from tests.people import WEDNESDAY, article, reader, review, source

pytestmark = pytest.mark.django_db

YEAR = (date(2025, 1, 1), date(2025, 12, 31))


def sent(issue: Issue, *readers: str, kind: MailingKind = MailingKind.FULL) -> Mailing:
    """A mailing of the issue that these people got, each in their own edition."""
    mailing = Mailing.objects.create(
        issue=issue,
        kind=kind,
        checksum="x",
        created_at=WEDNESDAY,
        deadline_at=WEDNESDAY + timedelta(hours=1),
    )
    editions = {edition.language: edition for edition in Edition.objects.filter(issue=issue)}
    for name in readers:
        language = "ar" if name == "amina" else "fr"
        address = f"{name}@example.org"
        known = Subscriber.objects.filter(email=address).first()
        Delivery.objects.create(
            mailing=mailing,
            subscriber=known or reader(address, language),
            edition=editions[language],
            state=DeliveryState.SENT,
            due_at=WEDNESDAY,
            updated_at=WEDNESDAY,
        )
    ids = [one.pk for one in mailing.deliveries.order_by("pk")]
    mailing.first, mailing.last = ids[0], ids[-1]
    mailing.save()
    return mailing


def issue() -> Issue:
    """Two articles of the Courrier and one of Sawt, in two editions."""
    courrier = source("courrier")
    article(courrier, "Les transferts progressent")
    article(courrier, "Une exposition à Lyon")
    article(source("sawt", language="ar"), "معرض بمدينة ليون")
    made = draft_issue(review(), now=WEDNESDAY)
    compile_issue(made.pk, WEDNESDAY)
    return made


def test_a_title_is_billed_for_its_articles_and_their_readers() -> None:
    """press-rules, Rights: a CSV declares articles × recipients per title."""
    sent(issue(), "youssef", "hanane", "amina")
    assert declare(review(), *YEAR).lines == [
        Line("courrier", "quote", 2, 4),
        Line("sawt", "quote", 1, 1),
    ]


def test_a_reader_who_got_it_twice_is_one_and_who_did_not_get_it_is_none() -> None:
    made = issue()
    sent(made, "youssef", "hanane")
    sent(made, "youssef", kind=MailingKind.RESEND)
    Delivery.objects.filter(subscriber__email="hanane@example.org").update(
        state=DeliveryState.REFUSED
    )
    assert declare(review(), *YEAR).lines == [Line("courrier", "quote", 2, 2)]


def test_another_period_and_our_own_texts_are_left_out() -> None:
    made = issue()
    sent(made, "youssef")
    assert declare(review(), date(2024, 1, 1), date(2024, 12, 31)).lines == []
    Source.objects.filter(title="courrier").update(kind=Kind.STAFF)
    assert declare(review(), *YEAR).lines == []
    with pytest.raises(Refused, match="ends before"):
        declare(review(), *reversed(YEAR))


def test_mailings_whose_rows_are_gone_are_named() -> None:
    mailing = sent(issue(), "youssef")
    Mailing.objects.update(folded_at=WEDNESDAY)
    found = declare(review(), *YEAR)
    assert (found.lines, found.folded) == ([], [mailing])


def test_no_title_is_a_formula() -> None:
    assert as_csv([Line("=1+1", "quote", 1, 2)]).splitlines()[1] == "'=1+1,quote,1,2"
