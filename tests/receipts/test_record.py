"""Reports become rows, and what they lead to."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailer.letters.models import Letter
from mailer.mailings import alert, control, fanout, holding, ledger
from mailer.mailings.models import Alarm, DeliveryState
from mailer.mime.verp import make_verp
from mailer.receipts import record as recording
from mailer.receipts.models import Original, Outcome, Receipt, Stray, Way
from mailer.receipts.record import Taken
from mailer.receipts.taking import take
from mailer.subscribers import links
from mailer.subscribers.models import Consent, Subscriber, Subscription
from mailer.web.roles import PUBLISHER
from tests.mailings.story import approved_issue, states
from tests.mailings.test_alert import member
from tests.people import reader
from tests.receipts.reports import complaint, report, words
from tests.receipts.story import (
    AMINA,
    GRACE,
    YOUSSEF,
    delivery,
    returned,
    sent,
    sent_again,
    suppressed,
    verp,
)
from tests.receipts.test_hooks import bounce
from tests.receipts.test_reading import by_sns

pytestmark = pytest.mark.django_db


def came(raw: bytes, *recipients: str) -> Taken:
    return take(Way.MAILBOX, raw, timezone.now(), recipients)


def test_a_dead_address_gets_nothing_any_more_and_the_evidence_is_kept() -> None:
    mailing = sent()
    raw = report(AMINA, back_to=verp(AMINA))
    assert came(raw) is Taken.DONE
    assert suppressed() == {AMINA: "bounce"}
    receipt = Receipt.objects.get()
    assert (receipt.verdict, receipt.outcome, receipt.proof) == ("hard", Outcome.SUPPRESSED, "verp")
    assert (receipt.mailing, receipt.delivery) == (mailing, delivery(AMINA).pk)
    assert (receipt.domain, receipt.text) == ("example.net", "550 5.1.1 User unknown")
    assert recording.is_suppressed(receipt)


def test_a_notification_of_amazons_by_mail_is_believed_for_what_only_a_mail_of_ours_holds() -> None:
    sent()
    told = bounce()
    told["bounce"]["bouncedRecipients"][0]["emailAddress"] = AMINA
    assert came(by_sns(told)) is Taken.FORGED
    assert suppressed() == {}
    told["mail"]["source"] = verp(AMINA)
    assert [came(by_sns(told)), came(by_sns(told))] == [Taken.DONE, Taken.COPY]
    assert suppressed() == {AMINA: "bounce"}


def test_the_same_report_a_hundred_times_is_one() -> None:
    sent()
    raw = report(AMINA, back_to=verp(AMINA), status="5.2.2", said="552 5.2.2 Mailbox full")
    assert [came(raw) for _ in range(100)] == [Taken.DONE, *[Taken.COPY] * 99]
    assert Receipt.objects.count() == Original.objects.count() == 1
    assert suppressed() == {}


def test_the_returned_mail_tells_whose_it_is_where_no_address_does() -> None:
    sent()
    assert came(report(YOUSSEF, returned=returned(YOUSSEF))) is Taken.DONE
    assert (Receipt.objects.get().proof, suppressed()) == ("message-id", {YOUSSEF: "bounce"})


def test_a_complaint_that_hides_the_address_is_told_by_the_link_to_leave() -> None:
    sent()
    of = delivery(GRACE)
    link = links.unsubscribe_url(of.subscriber_id)
    hidden = f"Feedback-ID: {of.edition_id}:fr:abcdef012345\nTo: redacted\n\n{link}\n"
    assert came(complaint(returned=hidden)) is Taken.DONE
    receipt = Receipt.objects.get()
    assert (receipt.proof, receipt.delivery) == ("link", of.pk)
    assert suppressed() == {GRACE: "complaint"}


def test_a_thousand_forged_reports_are_counted_and_change_nothing() -> None:
    sent()
    for number in range(500):
        forged = make_verp(delivery(AMINA).pk, b"another secret", "bounces.example.org")
        assert came(report(AMINA, back_to=forged, name=f"r{number}")) is Taken.FORGED
        assert came(report(AMINA, name=f"m{number}")) is Taken.FORGED
    assert Stray.objects.get(why="forged").count == 1000
    assert not Receipt.objects.exists()
    assert suppressed() == {}


def test_somebody_elses_message_id_proves_nothing() -> None:
    sent()
    other = returned(GRACE).replace(f"To: {GRACE}", f"To: {AMINA}")
    assert came(report(AMINA, returned=other)) is Taken.FORGED
    assert suppressed() == {}


def test_what_is_nobodys_is_counted_as_unknown() -> None:
    bare = "Subject: something else\n\nhello\n"
    assert came(report("stranger@example.net", returned=bare)) is Taken.UNKNOWN
    assert Stray.objects.get().why == "unknown"


def test_an_old_key_still_proves(settings: Any) -> None:
    sent()
    back_to = verp(AMINA)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key that nobody has seen"
    assert came(report(AMINA, back_to=back_to)) is Taken.DONE


def test_a_report_about_an_erased_reader_leaves_no_address() -> None:
    sent()
    back_to, person = verp(AMINA), Subscriber.objects.get(email=AMINA)
    Subscriber.objects.filter(pk=person.pk).update(
        email="", email_key=None, name="", erased_at=timezone.now()
    )
    said = f"550 5.1.1 <{AMINA}>: User unknown"
    assert came(report(AMINA, back_to=back_to, said=said)) is Taken.DONE
    assert AMINA not in Receipt.objects.get().text
    assert not Original.objects.exists()
    assert suppressed() == {}


def test_what_came_back_settles_a_doubt() -> None:
    reader(AMINA)
    mailing = fanout.start(approved_issue().pk, None, timezone.now())
    group = ledger.claim(mailing.pk, 1, worker="w", journal="", now=timezone.now())
    assert group is not None
    ledger.begin(group, timezone.now())
    ledger.take_back(group.lease, None, timezone.now())
    assert states(mailing) == {"uncertain": 1}
    later = report(AMINA, back_to=verp(AMINA), action="delayed", status="4.4.1", said="451 busy")
    assert came(later) is Taken.DONE
    assert states(mailing) == {"sent": 1}
    assert suppressed() == {}


def test_a_full_mailbox_is_given_up_after_five_mailings_in_a_row() -> None:
    reader(AMINA)
    outcomes = []
    for number in range(5):
        sent_again(number)
        full = report(
            AMINA, back_to=verp(AMINA), status="5.2.2", said="552 full", name=f"full-{number}"
        )
        came(full)
        outcomes.append(Receipt.objects.latest("pk").outcome)
    assert outcomes == [*[Outcome.COUNTED] * 4, Outcome.SUPPRESSED]
    assert suppressed() == {AMINA: "soft"}


def test_a_request_to_leave_that_answers_a_copy_is_done_and_answered() -> None:
    sent()
    mail = words(
        "STOP\n",
        From=GRACE,
        Subject="Re: Revue de presse",
        In_Reply_To=returned(GRACE).partition("Message-ID: ")[2].partition("\n")[0],
    )
    assert came(mail) is Taken.DONE
    tie = Subscription.objects.get(subscriber__email=GRACE)
    assert tie.state == "unsubscribed"
    assert Consent.objects.filter(subscriber__email=GRACE, act="unsubscribed").count() == 1
    assert Letter.objects.get().kind == "farewell"
    assert Receipt.objects.get().outcome == Outcome.UNSUBSCRIBED


def test_a_wave_of_requests_to_leave_without_a_proof_waits_for_staff() -> None:
    people = [f"lecteur{number}@example.net" for number in range(25)]
    sent(*people)
    for person in people:
        assert came(words("", From=person, Subject="unsubscribe")) is Taken.DONE
    left = Subscription.objects.filter(state="unsubscribed")
    assert left.count() == Letter.objects.filter(kind="farewell").count() == 20
    assert Receipt.objects.filter(outcome=Outcome.ASKS).count() == 5
    assert came(words("", From="stranger@example.net", Subject="unsubscribe")) is Taken.UNKNOWN


def test_nothing_is_ever_answered_to_a_machine() -> None:
    sent()
    out = came(complaint(GRACE, kind="opt-out", returned=returned(GRACE)))
    assert out is Taken.DONE
    assert Subscription.objects.get(subscriber__email=GRACE).state == "unsubscribed"
    away = words("", From=AMINA, Subject="Automatic reply: unsubscribe", To=verp(AMINA))
    assert came(away) is Taken.IGNORED
    assert came(report(AMINA, back_to=verp(AMINA))) is Taken.DONE
    farewells = Letter.objects.filter(recipient__in=[AMINA, "", "mailer-daemon@mx.example.net"])
    assert not farewells.exists()


def test_policy_refusals_of_one_provider_hold_its_part_and_staff_are_told() -> None:
    people = [f"lecteur{number}@orange.fr" for number in range(25)]
    mailing = sent(*people)
    reader("late@orange.fr")
    for number, person in enumerate(people):
        said = f"550 5.7.1 <{person}>: refused by policy"
        came(report(person, back_to=verp(person), status="5.7.1", said=said, name=f"p{number}"))
    assert suppressed() == {}
    (held,) = holding.standing(mailing.pk)
    assert held.provider == "orange.fr"
    assert held.why["values"]["refused"] == 20
    assert "@" not in held.why["values"]["said"]
    assert Alarm.objects.get().provider == "orange.fr"
    holding.release(mailing.pk, "orange.fr", None, timezone.now())
    again = report(people[0], back_to=verp(people[0]), status="5.7.1", said="550 5.7.1 no")
    came(again)
    assert holding.standing(mailing.pk) == [], "a person let it go on: they are counted anew"


def test_policy_refusals_that_come_after_the_end_are_told_to_staff_once() -> None:
    karim = member("karim", PUBLISHER)
    people = [f"lecteur{number}@orange.fr" for number in range(25)]
    mailing = sent(*people)
    assert control.finish(mailing.pk, timezone.now())
    for number, person in enumerate(people):
        said = f"550 5.7.1 <{person}>: refused by policy"
        came(report(person, back_to=verp(person), status="5.7.1", said=said, name=f"p{number}"))
    assert holding.standing(mailing.pk) == []
    alarm = Alarm.objects.get()
    assert (alarm.provider, alarm.why["values"]["refused"]) == ("orange.fr", 20)
    assert alert.tell_untold(timezone.now()) == 1
    letter = Letter.objects.get()
    assert letter.recipient == karim.email
    assert letter.subject.endswith("orange.fr refuse son courrier")
    assert "lecteur1" not in letter.text


def test_a_report_about_a_delivery_whose_rows_are_gone_changes_nothing() -> None:
    sent()
    back_to = verp(AMINA)
    delivery(AMINA).delete()
    assert came(report(AMINA, back_to=back_to)) is Taken.FORGED
    assert suppressed() == {}


def test_a_delivery_that_was_sent_stays_sent_whatever_comes_back() -> None:
    mailing = sent()
    came(report(AMINA, back_to=verp(AMINA)))
    assert delivery(AMINA).state == DeliveryState.SENT
    assert states(mailing) == {"sent": 3}
    assert timezone.now() - Receipt.objects.get().received_at < timedelta(minutes=1)


def test_a_forwarded_copy_that_bounces_elsewhere_counts_for_its_reader() -> None:
    sent()
    came(report("old@elsewhere.example", back_to=verp(YOUSSEF)))
    assert suppressed() == {YOUSSEF: "bounce"}
