"""From the form to the mail that asks."""

from datetime import timedelta

import pytest
from django.db import connection

from mailer.errors import BadAddress, NotFound
from mailer.letters import outbox
from mailer.letters.models import Letter
from mailer.subscribers import domains, optin
from mailer.subscribers.models import (
    Consent,
    MailingList,
    RequestKind,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)
from mailer.subscribers.optin import Asked
from tests.people import WEDNESDAY, reader
from tests.subscribers.readers import AMINA, FORM, ask, join

pytestmark = pytest.mark.django_db


def test_amina_asks_and_gets_a_mail_in_arabic_with_proof_of_what_she_was_shown() -> None:
    row = ask()
    assert (row.outcome, row.email) == ("mailed", "")
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.round) == ("pending", 1)
    assert subscription.subscriber.email == AMINA
    letter = Letter.objects.get()
    assert (letter.kind, letter.language, letter.recipient) == ("confirmation", "ar", AMINA)
    assert letter.sender_name == "النشرة الإخبارية"
    proof = Consent.objects.get()
    assert (proof.act, proof.language, proof.network) == ("requested", "ar", "196.200.131.0/24")
    assert "النشرة الإخبارية" in proof.shown
    assert proof.message_id == letter.message_id


def test_the_form_writes_one_row_and_nothing_else_whoever_asks() -> None:
    reader("youssef@example.org")
    for email in ("youssef@example.org", "grace@example.org"):
        with_letters = Letter.objects.count(), Consent.objects.count()
        row = optin.request(email, "en", "revue-de-presse", where=FORM, now=WEDNESDAY)
        assert (row.taken_at, row.outcome) == (None, "")
        assert (Letter.objects.count(), Consent.objects.count()) == with_letters
    assert not Subscriber.objects.filter(email="grace@example.org").exists()


def test_youssef_who_is_on_the_list_already_gets_nothing_and_keeps_his_language() -> None:
    youssef = reader("youssef@example.org", "fr")
    assert ask("YOUSSEF@example.org", "en").outcome == "known"
    assert not Letter.objects.exists()
    youssef.refresh_from_db()
    assert youssef.language == "fr"


def test_a_suppressed_address_gets_nothing() -> None:
    Suppression.objects.create(email_key=AMINA.lower(), reason="complaint", at=WEDNESDAY)
    assert ask().outcome == "suppressed"
    assert not Letter.objects.exists()
    assert not Subscriber.objects.exists()


def test_asking_twice_sends_two_mails_for_one_pending_subscription() -> None:
    ask()
    assert ask(language="fr").outcome == "mailed"
    assert Subscription.objects.get().round == 1
    assert [letter.language for letter in Letter.objects.order_by("pk")] == ["ar", "fr"]


def test_a_stranger_causes_three_mails_a_day_to_one_mailbox_and_no_more() -> None:
    outcomes = [ask().outcome for _ in range(5)]
    assert outcomes == ["mailed"] * 3 + ["limited"] * 2
    assert Letter.objects.count() == 3
    assert ask(now=WEDNESDAY + timedelta(hours=25)).outcome == "mailed"


def test_dots_and_tags_reach_one_mailbox_no_more_often() -> None:
    spelled = [
        "ami.na@gmail.com",
        "amina+a@gmail.com",
        "a.m.i.n.a@googlemail.com",
        "amina@gmail.com",
    ]
    assert [ask(one).outcome for one in spelled] == ["mailed"] * 3 + ["limited"]


def test_a_domain_that_takes_no_mail_is_found_out_behind_the_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dead(found: list[str]) -> frozenset[str]:
        assert set(found) <= {"gone.example.org", "xn--mgbh0fb.example.org"}
        return frozenset(found)

    monkeypatch.setattr(domains, "dead", dead)
    for email in ("amina@gone.example.org", "amina@مثال.example.org"):
        assert ask(email).outcome == "dead"
    assert not Letter.objects.exists()
    assert not Subscriber.objects.exists()


def test_a_request_that_is_let_go_no_further_leaves_a_row_without_the_address() -> None:
    asked = Asked(AMINA, "ar", "revue-de-presse")
    row = optin.write_down(asked, where=FORM, now=WEDNESDAY, barred="limited")
    assert (row.email, row.outcome, row.taken_at) == ("", "limited", WEDNESDAY)
    with pytest.raises(BadAddress):
        optin.write_down(
            Asked("x", "ar", "revue-de-presse"), where=FORM, now=WEDNESDAY, barred="trap"
        )
    assert optin.take_requests(WEDNESDAY) == 0
    assert SignupRequest.objects.count() == 1


def test_who_asks_for_their_data_gets_the_link_and_a_stranger_nothing() -> None:
    reader("youssef@example.org")
    for email, outcome in (("YOUSSEF@example.org", "mailed"), ("nobody@example.org", "unknown")):
        asked = Asked(email, "en", kind=RequestKind.DATA)
        row = optin.write_down(asked, where=FORM, now=WEDNESDAY)
        optin.take_requests(WEDNESDAY)
        row.refresh_from_db()
        assert (row.outcome, row.email) == (outcome, "")
    letter = Letter.objects.get()
    assert (letter.kind, letter.recipient) == ("data", "youssef@example.org")
    assert not Subscriber.objects.filter(email="nobody@example.org").exists()


def test_a_flood_at_the_sign_up_form_keeps_nobody_from_their_data() -> None:
    join("youssef@example.org")
    for _ in range(4):
        ask("youssef@example.org")
    optin.write_down(
        Asked("youssef@example.org", "fr", kind=RequestKind.DATA), where=FORM, now=WEDNESDAY
    )
    optin.take_requests(WEDNESDAY)
    assert Letter.objects.latest("pk").kind == "data"


def test_a_stranger_does_not_change_the_language_of_somebody_who_reads_another_list() -> None:
    MailingList.objects.create(slug="culture", names={"fr": "Culture"}, public=True)
    grace = reader("grace@example.org", "en")
    ask("grace@example.org", "ar", list_slug="culture")
    grace.refresh_from_db()
    assert grace.language == "en"
    assert Letter.objects.get().language == "en"


def test_whoever_left_and_asks_again_begins_a_new_round() -> None:
    subscription = join()
    Subscription.objects.update(state="unsubscribed", left_at=WEDNESDAY)
    assert ask().outcome == "mailed"
    subscription.refresh_from_db()
    assert (subscription.state, subscription.round) == ("pending", 2)


@pytest.mark.parametrize(
    "typed", ["a\r\nBcc: b@example.org", "a\0@example.org", "a" * 400 + "@example.org", "amina"]
)
def test_an_address_that_cannot_be_is_refused_at_once_and_written_down_for_staff(
    typed: str,
) -> None:
    with pytest.raises(BadAddress) as refusal:
        optin.request(typed, "fr", "revue-de-presse", where=FORM, now=WEDNESDAY)
    row = SignupRequest.objects.get()
    assert (row.outcome, row.reason) == ("refused", refusal.value.stored())
    assert optin.take_requests(WEDNESDAY) == 0


@pytest.mark.parametrize("slug", ["", "staff-only", "x" * 300, "nul\0", "nowhere"])
def test_a_list_that_is_not_public_cannot_be_joined(slug: str) -> None:
    MailingList.objects.create(slug="staff-only", public=False)
    with pytest.raises(NotFound):
        optin.request(AMINA, "fr", slug, where=FORM, now=WEDNESDAY)
    assert not SignupRequest.objects.exists()


def test_a_request_that_crashes_is_set_aside_and_the_others_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = optin.request("bad@example.org", "ar", "revue-de-presse", where=FORM, now=WEDNESDAY)
    good = optin.request(AMINA, "ar", "revue-de-presse", where=FORM, now=WEDNESDAY)
    post = outbox.post

    def crash_on_bad(kind: str, to: str, *args: object, **kwargs: object) -> Letter:
        if to == "bad@example.org":
            raise RuntimeError("a fault of ours")
        return post(kind, to, *args, **kwargs)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(outbox, "post", crash_on_bad)
    assert optin.take_requests(WEDNESDAY) == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.outcome, bad.email) == ("failed", "bad@example.org")
    assert good.outcome == "mailed"
    assert not Subscriber.objects.filter(email="bad@example.org").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_workers_never_take_one_request() -> None:
    from threading import Thread

    for number in range(20):
        optin.request(
            f"reader{number}@example.org", "fr", "revue-de-presse", where=FORM, now=WEDNESDAY
        )

    def work() -> None:
        optin.take_requests(WEDNESDAY)
        connection.close()

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Letter.objects.count() == 20
    assert SignupRequest.objects.filter(outcome="mailed").count() == 20
