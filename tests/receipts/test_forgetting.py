"""Reports are forgotten with their reader, and after their time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailer.receipts.forgetting import forget
from mailer.receipts.models import Original, Receipt, Way
from mailer.receipts.taking import take
from mailer.subscribers.models import Subscriber
from tests.receipts.reports import report
from tests.receipts.story import AMINA, GRACE, sent, verp

pytestmark = pytest.mark.django_db


def _came(address: str) -> None:
    said = f"550 5.1.1 <{address}>: User unknown"
    take(Way.PIPE, report(address, back_to=verp(address), said=said), timezone.now())


def test_who_is_erased_leaves_no_report_and_no_address() -> None:
    sent()
    _came(AMINA)
    _came(GRACE)
    assert forget(timezone.now()) == 0
    Subscriber.objects.filter(email=AMINA).update(
        email="", email_key=None, erased_at=timezone.now()
    )
    assert forget(timezone.now()) == 1
    assert Original.objects.get().receipt.subscriber.email == GRACE
    erased = Receipt.objects.get(subscriber__email="")
    assert AMINA not in erased.text
    assert erased.verdict == "hard", "the figures stay true"


def test_a_report_is_kept_as_long_as_the_deliveries(settings: Any) -> None:
    sent()
    _came(GRACE)
    settings.MAILER_KEEP_DELIVERIES = 0
    later = timezone.now() + timedelta(days=401)
    assert forget(later) == 0
    settings.MAILER_KEEP_DELIVERIES = 400
    assert forget(timezone.now() + timedelta(days=399)) == 0
    assert forget(later) == 1
    assert Receipt.objects.count() == 1
