"""From the link to its end."""

from datetime import timedelta

import pytest

from mailer.errors import BadToken
from mailer.letters.models import Letter
from mailer.subscribers import confirmation, links, optout
from mailer.subscribers.models import Consent, SignupRequest, Subscriber, Subscription
from mailer.subscribers.tokens import Purpose
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import AMINA, PAGE, ask, join, token

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(hours=1)


def test_amina_confirms_and_is_welcomed_in_her_language() -> None:
    ask()
    asked_by = Letter.objects.get().message_id
    subscription = confirmation.confirm(token("confirm"), where=PAGE, now=LATER)
    assert (subscription.state, subscription.confirmed_at) == ("confirmed", LATER)
    welcome = Letter.objects.latest("pk")
    assert (welcome.kind, welcome.language, welcome.recipient) == ("welcome", "ar", AMINA)
    assert token("unsubscribe", welcome) != token("preferences", welcome)
    proof = Consent.objects.latest("pk")
    assert (proof.act, proof.at, proof.message_id) == ("confirmed", LATER, asked_by)
    assert "النشرة الإخبارية" in proof.shown


def test_pressing_the_button_twice_changes_nothing_more() -> None:
    ask()
    link = token("confirm")
    confirmation.confirm(link, where=PAGE, now=WEDNESDAY)
    again = confirmation.confirm(link, where=PAGE, now=LATER)
    assert again.confirmed_at == WEDNESDAY
    assert Letter.objects.filter(kind="welcome").count() == 1
    assert Consent.objects.filter(act="confirmed").count() == 1


def test_either_of_two_mails_confirms() -> None:
    ask()
    first = token("confirm")
    ask()
    assert confirmation.confirm(first, where=PAGE, now=LATER).state == "confirmed"


def test_looking_at_the_page_changes_nothing() -> None:
    ask()
    link = token("confirm")
    assert confirmation.look(link, Purpose.CONFIRM, LATER).state == "pending"
    assert Subscription.objects.get().state == "pending"
    assert Consent.objects.count() == 1


def test_an_old_link_never_brings_back_somebody_who_left() -> None:
    ask()
    link = token("confirm")
    confirmation.confirm(link, where=PAGE, now=WEDNESDAY)
    optout.unsubscribe(token("unsubscribe"), where=PAGE, now=WEDNESDAY)
    with pytest.raises(BadToken, match="used up"):
        confirmation.confirm(link, where=PAGE, now=LATER)
    ask()
    with pytest.raises(BadToken, match="used up"):
        confirmation.confirm(link, where=PAGE, now=LATER)
    assert Subscription.objects.get().state == "pending"


def test_a_link_older_than_72_hours_has_expired() -> None:
    ask()
    with pytest.raises(BadToken, match="expired"):
        confirmation.confirm(token("confirm"), where=PAGE, now=WEDNESDAY + timedelta(hours=72))
    assert Subscription.objects.get().state == "pending"


def test_the_other_links_confirm_nothing() -> None:
    ask()
    subscriber = Subscriber.objects.get()
    for url in (
        links.unsubscribe_url(subscriber.pk, Subscription.objects.get().mailing_list_id),
        links.preferences_url(subscriber.pk, WEDNESDAY),
    ):
        with pytest.raises(BadToken, match="something else"):
            confirmation.confirm(url.rpartition("/")[2], where=PAGE, now=LATER)
    with pytest.raises(BadToken, match="something else"):
        confirmation.confirm(token("not-me"), where=PAGE, now=LATER)


def test_this_was_not_me_leaves_nothing_of_the_address_and_no_way_to_confirm() -> None:
    ask()
    confirm, disown = token("confirm"), token("not-me")
    Letter.objects.update(state="sent", settled_at=WEDNESDAY, text="", html="")
    confirmation.disown(disown, where=PAGE, now=LATER)
    forgotten = Subscriber.objects.get()
    assert (forgotten.email, forgotten.email_key, forgotten.erased_at) == ("", None, LATER)
    assert SignupRequest.objects.get().email == ""
    assert Letter.objects.get().recipient == ""
    assert Consent.objects.latest("pk").act == "disowned"
    with pytest.raises(BadToken, match="used up"):
        confirmation.confirm(confirm, where=PAGE, now=LATER)
    assert ask().outcome == "mailed"
    with pytest.raises(BadToken, match="used up"):
        confirmation.confirm(confirm, where=PAGE, now=LATER)


def test_disowning_what_was_confirmed_since_is_refused_and_keeps_the_reader() -> None:
    ask()
    disown = token("not-me")
    confirmation.confirm(token("confirm"), where=PAGE, now=WEDNESDAY)
    with pytest.raises(BadToken, match="confirmed since"):
        confirmation.disown(disown, where=PAGE, now=LATER)
    assert Subscription.objects.get().state == "confirmed"


def test_somebody_who_once_confirmed_is_not_erased_by_disowning_a_later_request() -> None:
    join()
    optout.unsubscribe(token("unsubscribe"), where=PAGE, now=WEDNESDAY)
    ask()
    confirmation.disown(token("not-me"), where=PAGE, now=LATER)
    assert Subscriber.objects.get().email == AMINA
    assert Subscription.objects.get().state == "unsubscribed"


def test_another_persons_link_is_of_no_use() -> None:
    ask()
    youssef = reader("youssef@example.org", state="pending")
    confirmation.confirm(token("confirm"), where=PAGE, now=LATER)
    assert youssef.subscriptions.get().state == "pending"
