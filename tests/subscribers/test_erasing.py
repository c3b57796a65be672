"""Erasure: nothing that names the person stays, and no import brings them back."""

from typing import Any

import pytest
from django.apps import apps

from mailer.letters.models import Letter
from mailer.subscribers import confirmation, erasing
from mailer.subscribers.consents import Where
from mailer.subscribers.models import Consent, Erasure, Subscriber, Suppression
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import AMINA, PAGE, ask, join, token

pytestmark = pytest.mark.django_db
BY_LINK = Where("/data/")


def _everything() -> str:
    """Every value of every row, as text."""
    return str([list(model._default_manager.values()) for model in apps.get_models()]).lower()


def test_nothing_of_amina_is_left_but_an_empty_row_and_her_acts() -> None:
    subscription = join()
    Subscriber.objects.update(name="أمينة", attributes={"ville": "Fès"})
    Suppression.objects.create(email_key=AMINA.lower(), reason="complaint", at=WEDNESDAY)
    assert erasing.erase(subscription.subscriber_id, where=BY_LINK, now=WEDNESDAY)
    left = _everything()
    assert not [word for word in (AMINA.lower(), "أمينة", "fès") if word in left]
    amina = Subscriber.objects.get()
    assert (amina.email, amina.email_key, amina.erased_at) == ("", None, WEDNESDAY)
    assert amina.subscriptions.get().state == "unsubscribed"
    assert list(Consent.objects.values_list("act", flat=True).order_by("pk")) == [
        "requested",
        "confirmed",
        "erased",
    ]
    assert set(Letter.objects.values_list("state", "recipient", "text")) == {("refused", "", "")}
    assert not erasing.erase(subscription.subscriber_id, where=BY_LINK, now=WEDNESDAY)


def test_an_erased_address_is_known_among_others_by_its_hash_alone() -> None:
    amina = reader("amina@example.org")
    asked = ["amina@example.org", "youssef@example.org"]
    assert erasing.among(asked) == set()
    erasing.erase(amina.pk, where=BY_LINK, now=WEDNESDAY)
    assert erasing.among(asked) == {"amina@example.org"}
    assert "amina" not in Erasure.objects.get().digest


def test_the_hash_has_a_key_of_its_own_which_a_change_of_the_other_does_not_touch(
    settings: Any,
) -> None:
    erasing.erase(reader("amina@example.org").pk, where=BY_LINK, now=WEDNESDAY)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
    assert erasing.among(["amina@example.org"]) == {"amina@example.org"}
    mark = erasing.key_mark()
    settings.MAILER_ERASURE_KEY = "another"
    assert erasing.among(["amina@example.org"]) == set()
    assert erasing.key_mark() != mark == Erasure.objects.get().key_mark


def test_amina_may_come_back_by_herself_and_only_her_confirmation_lifts_it() -> None:
    erasing.erase(join().subscriber_id, where=BY_LINK, now=WEDNESDAY)
    ask()
    assert erasing.among([AMINA.lower()])
    confirmation.confirm(token("confirm"), where=PAGE, now=WEDNESDAY)
    assert not Erasure.objects.exists()
    assert Subscriber.objects.filter(email=AMINA).count() == 1
