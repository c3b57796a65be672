"""What happened to one person's mail, from the first attempt to the last."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from mailer.errors import BadAddress, NotFound
from mailer.mailings import fanout, history, ledger, send
from mailer.mailings.history import Entry, History, Step
from mailer.mailings.history_json import as_json
from mailer.mailings.models import Delivery, DeliveryState, Mailing, MailingKind
from mailer.mailings.retry import Kind
from mailer.subscribers.models import Subscriber, Suppression
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import make_due, row, settled, started
from tests.people import WEDNESDAY, karim

pytestmark = pytest.mark.django_db(transaction=True)


def looked(address: str = "reader0@example.org") -> History:
    return history.of(history.find(address))


def meaning(told: Entry | Step) -> str:
    assert told.said.meaning is not None
    return told.said.meaning["id"]


def again(mailing: Mailing) -> Mailing:
    """The same issue once more, to everybody."""
    kind = MailingKind.CORRECTION
    return fanout.start(mailing.issue_id, None, timezone.now(), kind)


def test_amina_was_put_off_then_refused_and_each_step_is_there(server: FakeSmtp) -> None:
    server.at("RCPT", "550 5.7.1 your reputation", match="reader0@")
    server.at("RCPT", "450 4.7.1 greylisted, come back", match="reader0@", times=1)
    mailing = started(2)
    send.work(mailing.pk)
    (waiting,) = looked().entries
    assert (waiting.state, meaning(waiting)) == ("deferred", Kind.GREYLISTED.value)
    assert waiting.due_at
    assert waiting.due_at > waiting.at

    make_due(mailing)
    send.work(mailing.pk)
    (refused,) = looked(" READER0@Example.org ").entries
    assert (refused.state, refused.attempts, refused.due_at) == ("refused", 2, None)
    assert (refused.said.code, refused.said.text) == (550, "5.7.1 your reputation")
    # Without the enhanced code this would have been called a mailbox that does not exist.
    assert meaning(refused) == Kind.POLICY.value
    assert [(one.state, one.said.code) for one in refused.steps] == [
        ("deferred", 450),
        ("refused", 550),
    ]
    assert (refused.issue.number, refused.language) == (1, "fr")
    # People read how it came to that, and the end once.
    assert [one.state for one in refused.before] == ["deferred"]


def test_the_message_id_is_that_of_the_copy_which_left(server: FakeSmtp) -> None:
    mailing = started(2)
    send.work(mailing.pk)
    copy = next(one for one in server.accepted if one.recipient == "reader1@example.org")
    (entry,) = looked("reader1@example.org").entries
    assert entry.message_id == copy.message_id
    assert (entry.state, entry.language, entry.steps) == ("sent", "ar", ())


def test_who_asked_for_it_again_is_named(server: FakeSmtp) -> None:
    server.at("RCPT", "550 5.2.2 full", match="reader0@", times=1)
    mailing = started(2)
    send.work(mailing.pk)
    now = timezone.now()
    with transaction.atomic():
        ledger.ask_again(mailing, DeliveryState.REFUSED, karim(), now)
    (entry,) = looked().entries
    assert [(one.state, one.by) for one in entry.steps] == [("refused", ""), ("queued", "karim")]


def test_a_line_that_broke_behind_the_dot_is_told_as_what_nobody_knows(server: FakeSmtp) -> None:
    server.at("DOT", cut=True, match="reader0@")
    send.work(started(1).pk)
    (entry,) = looked().entries
    assert (entry.state, meaning(entry)) == ("uncertain", Kind.UNKNOWN.value)
    assert entry.said.code is None


def test_who_was_suppressed_before_the_hand_over_sees_no_attempt(server: FakeSmtp) -> None:
    mailing = started(2)
    Suppression.objects.create(
        email_key="reader0@example.org", reason="complaint", at=timezone.now()
    )
    send.work(mailing.pk)
    found = looked()
    assert found.suppression
    assert found.suppression.reason == "complaint"
    assert [(one.state, one.attempts) for one in found.entries] == [("suppressed", 0)]
    assert [one.state for one in found.entries[0].steps] == ["suppressed"]


def test_what_a_worker_holds_is_shown_in_its_hands() -> None:
    mailing = started(2)
    ledger.claim(mailing.pk, 1, worker="w", journal="", now=timezone.now())
    assert sorted(looked(f"reader{n}@example.org").entries[0].state for n in (0, 1)) == [
        "leased",
        "queued",
    ]


def test_the_newest_comes_first_and_older_ones_on_the_next_page() -> None:
    first = started(1)
    mailings = [first.pk, *(again(first).pk for _ in range(3))]
    person = history.find("reader0@example.org")
    page = history.of(person, most=3)
    assert [one.mailing.pk for one in page.entries] == mailings[:0:-1]
    rest = history.of(person, before=page.older, most=3)
    assert [one.mailing.pk for one in rest.entries] == [first.pk]
    assert rest.older is None


def test_what_somebody_received_is_every_copy_that_left_however_many_a_page_shows() -> None:
    first = started(1)
    for _ in range(history.PAGE + 1):
        again(first)
    person = history.find("reader0@example.org")
    assert history.received(person) == 0
    Delivery.objects.filter(subscriber=person).exclude(mailing=first).update(
        state=DeliveryState.SENT
    )
    assert history.received(person) == history.PAGE + 1


def test_a_page_costs_the_same_few_statements_however_much_there_is() -> None:
    mailing = started(1)

    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            looked()
        return len(told)

    one = statements()
    for _ in range(4):
        again(mailing)
    assert statements() == one


def test_an_erased_person_keeps_their_rows_and_no_trace_of_the_address(server: FakeSmtp) -> None:
    server.at("RCPT", "550 5.1.1 <reader0@example.org> unknown", match="reader0@")
    mailing = started(1)
    send.work(mailing.pk)
    person = row(mailing, "reader0").subscriber
    Subscriber.objects.filter(pk=person.pk).update(
        email="", email_key=None, name="", erased_at=WEDNESDAY
    )
    with pytest.raises(NotFound, match="who was erased"):
        history.find("reader0@example.org")
    found = history.of(history.find(str(person.pk)))
    assert (found.address, found.suppression) == ("", None)
    assert [one.said.text for one in found.entries] == ["5.1.1 <…> unknown"]
    assert "reader0" not in str(as_json(found))
    (exported,) = ledger.rows(mailing.issue_id)
    assert (exported.address, exported.smtp_text) == ("", "5.1.1 <…> unknown")


def test_what_names_nobody_is_refused_in_a_sentence() -> None:
    for nobody in ("nobody@example.org", "99", "9" * 40):
        with pytest.raises(NotFound):
            history.find(nobody)
    with pytest.raises(BadAddress):
        history.find("amina")


def test_a_history_is_told_in_plain_values() -> None:
    mailing = started(1)
    settled(mailing, 1)
    Mailing.objects.update(created_at=WEDNESDAY - timedelta(days=3))
    with translation.override("fr"):
        told = as_json(looked())
    (delivery,) = told["deliveries"]
    assert told["address"] == "reader0@example.org"
    assert (delivery["state"], delivery["smtp_code"]) == ("sent", 250)
    assert delivery["meaning"] == "Le serveur de messagerie a accepté le message."
    assert delivery["title"] == "Revue de presse"
    assert delivery["message_id"].startswith("<")
