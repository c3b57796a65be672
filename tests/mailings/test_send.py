"""Mailings over a real dialogue: from the fan-out to the server's log and back into the ledger."""

import time
from datetime import timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from mailer.curation.models import Issue, IssueState
from mailer.embedded.place import free_port
from mailer.mailings import control, ledger, limiting, reasons, recovery, send
from mailer.mailings.meaning import said
from mailer.mailings.models import Alarm, Lease, LimitScope, Mailing, MailingState
from mailer.mailings.pace import BELIEVED
from mailer.mailings.retry import NEVER_BEGUN, Kind
from mailer.mime.verp import make_verp
from mailer.subscribers.models import Subscriber, Subscription, Suppression
from tests.fakes.smtp import FakeSmtp
from tests.mailings.story import (
    assert_nobody_lost_nobody_twice,
    child,
    finish,
    make_due,
    row,
    started,
    states,
    until,
)
from tests.people import karim
from tests.servers import Redis

pytestmark = pytest.mark.django_db(transaction=True)


def test_five_hundred_readers_get_their_edition_once(server: FakeSmtp) -> None:
    mailing = started(500)
    assert send.work(mailing.pk) is False
    assert states(mailing) == {"sent": 500}
    assert_nobody_lost_nobody_twice(mailing, server)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DONE
    assert Issue.objects.get(pk=mailing.issue_id).state == IssueState.SENT


def test_a_readers_copy_is_theirs(server: FakeSmtp) -> None:
    mailing = started(2)
    send.work(mailing.pk)
    copy = next(one for one in server.accepted if one.recipient == "reader1@example.org")
    mail = message_from_bytes(copy.body, policy=default)
    assert mail["To"] == "reader1@example.org"
    assert mail["Content-Language"] == "ar"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<http")
    assert mail["Message-ID"] == copy.message_id
    assert mail["Precedence"] == "list"
    html = mail.get_body(("html",))
    assert html is not None
    assert mail["List-Unsubscribe"][1:].split(">")[0] in html.get_content()


def test_bounces_come_back_to_an_address_that_names_the_delivery(
    server: FakeSmtp, settings: Any
) -> None:
    settings.MAILER_BOUNCE_DOMAIN = "bounces.example.org"
    mailing = started(2)
    send.work(mailing.pk)
    senders = {one.sender for one in server.accepted}
    assert len(senders) == 2
    assert all(one.startswith("b+") and one.endswith("@bounces.example.org") for one in senders)


def test_one_refused_recipient_stops_nobody_else(server: FakeSmtp) -> None:
    server.at("RCPT", "550 5.1.1 no such user", match="reader3@")
    mailing = started(50)
    send.work(mailing.pk)
    assert states(mailing) == {"sent": 49, "refused": 1}
    refused = row(mailing, "reader3")
    assert (refused.smtp_code, refused.attempts) == (550, 1)
    assert "no such user" in refused.smtp_text
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_deferred_recipient_gets_the_same_message_later(server: FakeSmtp) -> None:
    server.at("RCPT", "450 4.2.0 greylisted, come back", match="reader3@", times=1)
    mailing = started(10)
    send.work(mailing.pk)
    assert states(mailing) == {"sent": 9, "deferred": 1}
    assert row(mailing, "reader3").due_at > timezone.now() + timedelta(minutes=4)
    assert recovery.unfinished(timezone.now()) == []

    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 10}
    assert row(mailing, "reader3").attempts == 2
    assert_nobody_lost_nobody_twice(mailing, server)


def test_what_is_put_off_until_past_the_deadline_is_refused(server: FakeSmtp) -> None:
    server.at("RCPT", "450 4.2.0 later", match="reader3@")
    mailing = started(5)
    send.work(mailing.pk)
    Mailing.objects.filter(pk=mailing.pk).update(deadline_at=timezone.now())
    recovery.heal(timezone.now())
    assert states(mailing) == {"sent": 4, "refused": 1}
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DONE


def test_what_never_reached_a_server_is_refused_at_the_deadline_and_may_be_asked_again(
    server: FakeSmtp, settings: Any
) -> None:
    relay, settings.SMTP_URL = settings.SMTP_URL, f"smtp://127.0.0.1:{free_port()}"
    mailing = started(3)
    send.work(mailing.pk)
    recovery.heal(timezone.now())
    assert states(mailing) == {"queued": 3}
    recovery.heal(mailing.deadline_at)
    assert states(mailing) == {"refused": 3}
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DONE
    assert reasons.refusals(mailing) == {Kind.TOO_LATE: 3}
    told = said("refused", None, row(mailing, "reader0").smtp_text).meaning
    assert told == {"id": NEVER_BEGUN, "values": {}}

    settings.SMTP_URL = relay
    send.close()
    assert control.retry_refused(mailing.pk, karim(), timezone.now()) == 3
    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 3}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_what_is_leased_at_the_deadline_is_refused_and_its_worker_sends_nothing() -> None:
    mailing = started(4)
    group = ledger.claim(mailing.pk, 2, worker="w", journal="", now=timezone.now())
    assert group is not None
    recovery.heal(timezone.now())
    late = Mailing.objects.get(pk=mailing.pk)
    late.deadline_at = timezone.now()
    assert ledger.close_late(late, timezone.now()) == 4
    assert states(mailing) == {"refused": 4}
    assert ledger.begin(group, timezone.now()) is None


def test_a_line_cut_at_data_sends_that_message_again(server: FakeSmtp) -> None:
    server.at("DATA", cut=True, times=3)
    mailing = started(40)
    send.work(mailing.pk)
    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 40}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_line_cut_in_the_body_harms_only_the_message_on_it(server: FakeSmtp) -> None:
    server.at("BODY", cut=True, times=3)
    mailing = started(40)
    send.work(mailing.pk)
    make_due(mailing)
    finish(mailing)
    # Body and dot leave in one packet, so how much of it arrived only the server knows.
    assert states(mailing) == {"sent": 37, "uncertain": 3}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_line_cut_behind_the_dot_leaves_that_message_uncertain(server: FakeSmtp) -> None:
    server.at("DOT", cut=True, accept=True, match="reader3@")
    mailing = started(40)
    send.work(mailing.pk)
    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 39, "uncertain": 1}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_an_address_that_cannot_be_written_is_refused_alone(server: FakeSmtp) -> None:
    mailing = started(10)
    Subscriber.objects.filter(email="reader3@example.org").update(email="eve@x\r\nRCPT TO:<all>")
    send.work(mailing.pk)
    assert states(mailing) == {"sent": 9, "refused": 1}
    assert not [line for line in server.commands if "all" in line]


def test_a_relay_that_is_down_costs_no_attempt_and_comes_back(settings: Any, data: Path) -> None:
    with FakeSmtp() as gone:
        port = gone.port
        settings.SMTP_URL = gone.url
    mailing = started(30)
    send.work(mailing.pk)
    assert states(mailing) == {"queued": 30}
    mailing.refresh_from_db()
    assert mailing.relay_error
    assert mailing.relay_due_at is not None
    assert mailing.relay_due_at <= timezone.now() + timedelta(seconds=60)
    assert recovery.unfinished(timezone.now()) == []

    send.close()
    with FakeSmtp(port=port) as server:
        make_due(mailing)
        finish(mailing)
        assert states(mailing) == {"sent": 30}
        assert row(mailing, "reader3").attempts == 1
        assert_nobody_lost_nobody_twice(mailing, server)
        send.close()


def test_without_a_relay_the_mailing_says_what_is_missing(settings: Any, data: Path) -> None:
    settings.SMTP_URL = ""
    mailing = started(3)
    assert send.work(mailing.pk) is False
    mailing.refresh_from_db()
    assert mailing.relay_error is not None
    assert "SMTP_URL" in mailing.relay_error["id"]
    assert states(mailing) == {"queued": 3}


def test_who_leaves_between_fan_out_and_hand_over_gets_nothing(server: FakeSmtp) -> None:
    mailing = started(10)
    Subscription.objects.filter(subscriber__email="reader3@example.org").update(
        state="unsubscribed"
    )
    Suppression.objects.create(
        email_key="reader4@example.org", reason="complaint", at=timezone.now()
    )
    Subscriber.objects.filter(email="reader5@example.org").update(
        paused_until=timezone.now() + timedelta(weeks=2)
    )
    send.work(mailing.pk)
    assert states(mailing) == {"sent": 7, "suppressed": 3}
    gone = {f"reader{number}@example.org" for number in (3, 4, 5)}
    assert not gone & set(server.recipients())
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_paused_mailing_sends_nothing_until_it_is_resumed(server: FakeSmtp) -> None:
    mailing = started(20)
    control.pause(mailing.pk, None)
    assert send.work(mailing.pk) is False
    assert states(mailing) == {"queued": 20}
    assert recovery.unfinished(timezone.now()) == []
    control.resume(mailing.pk, None)
    finish(mailing)
    assert states(mailing) == {"sent": 20}


def test_an_edition_that_changed_behind_the_signature_pauses_the_mailing(
    server: FakeSmtp,
) -> None:
    mailing = started(5)
    mailing.issue.editions.filter(language="fr").update(subject="Something else")
    send.work(mailing.pk)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.PAUSED
    assert mailing.paused_why is not None
    assert "approved" in mailing.paused_why["id"]
    assert server.recipients() == []


def test_a_wrong_domain_of_bounces_pauses_the_mailing_and_refuses_nobody(
    server: FakeSmtp, settings: Any
) -> None:
    settings.MAILER_BOUNCE_DOMAIN = "no domain"
    mailing = started(5)
    send.work(mailing.pk)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.PAUSED
    assert states(mailing) == {"queued": 5}


def test_a_group_that_could_not_be_put_together_is_nobodys_loss(
    server: FakeSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing = started(20)
    with monkeypatch.context() as broken:
        broken.setattr("mailer.mailings.send.Envelopes", None)
        with pytest.raises(TypeError):
            send.work(mailing.pk)
    assert states(mailing) == {"queued": 20}
    finish(mailing)
    assert states(mailing) == {"sent": 20}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_worker_that_is_told_to_stop_leaves_in_order(server: FakeSmtp) -> None:
    server.delay = 0.02
    mailing = started(400)
    send.work(mailing.pk, draining=lambda: len(server.accepted) > 20)
    left = states(mailing)
    assert set(left) == {"sent", "queued"}
    assert not Lease.objects.exists()
    finish(mailing)
    assert states(mailing) == {"sent": 400}
    assert_nobody_lost_nobody_twice(mailing, server)


# -- With workers in processes of their own ----------------------------------------------------


def test_a_worker_killed_in_mid_mailing_loses_nobody_and_doubles_nobody(
    server: FakeSmtp, data: Path
) -> None:
    server.delay = 0.02
    mailing = started(300)
    worker = child(mailing)
    until(lambda: len(server.accepted) > 60)
    worker.kill()
    worker.wait()
    assert states(mailing)["sending"] > 0

    recovery.heal(timezone.now())
    recovery.heal(timezone.now())
    assert "sending" not in states(mailing)
    assert "leased" not in states(mailing)
    assert states(mailing).get("uncertain", 0) <= 10
    assert not list(data.glob("marks/mailings/*.marks"))

    finish(mailing)
    ended = states(mailing)
    assert set(ended) <= {"sent", "uncertain"}
    assert ended["sent"] >= 290
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_worker_killed_again_and_again_still_brings_it_to_an_end(server: FakeSmtp) -> None:
    server.delay = 0.02
    mailing = started(300)
    for taken in (40, 90, 140):
        worker = child(mailing)
        until(lambda taken=taken: len(server.accepted) > taken)
        worker.kill()
        worker.wait()
        recovery.heal(timezone.now())
    finish(mailing)
    assert states(mailing).get("uncertain", 0) <= 30
    assert_nobody_lost_nobody_twice(mailing, server)


def test_two_workers_on_one_mailing_share_it(server: FakeSmtp) -> None:
    server.delay = 0.02
    mailing = started(400)
    workers = [child(mailing), child(mailing)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert states(mailing) == {"sent": 400}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_running_worker_stops_within_seconds_of_a_pause_and_of_a_cancel(
    server: FakeSmtp,
) -> None:
    server.delay = 0.05
    mailing = started(1500)
    worker = child(mailing)
    until(lambda: len(server.accepted) > 30)
    control.pause(mailing.pk, None)
    assert worker.wait(15) == 0
    assert set(states(mailing)) == {"sent", "queued"}

    control.resume(mailing.pk, None)
    worker = child(mailing)
    taken = len(server.accepted)
    until(lambda: len(server.accepted) > taken + 30)
    control.cancel(mailing.pk, None, timezone.now())
    assert worker.wait(15) == 0
    assert set(states(mailing)) == {"sent", "cancelled"}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_frozen_worker_finds_its_lease_gone_and_sends_nothing(server: FakeSmtp) -> None:
    mailing = started(10)
    now = timezone.now()
    group = ledger.claim(mailing.pk, 10, worker="frozen", journal="elsewhere/x", now=now)
    assert group is not None
    recovery.heal(now + ledger.LEASE + recovery.GRACE + timedelta(seconds=1))
    assert states(mailing) == {"queued": 10}
    assert ledger.begin(group, now) is None


def test_what_a_slow_server_says_after_the_call_is_heard_by_the_next(
    server: FakeSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "_LANDING", 0.05)
    server.thinking = True
    mailing = started(3)
    until(lambda: send.work(mailing.pk, 0.1) and states(mailing) == {"sending": 3})
    server.thinking = False
    until(lambda: not send.work(mailing.pk, 0.1))
    assert states(mailing) == {"sent": 3}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_stop_is_heard_while_a_slow_server_is_waited_for(server: FakeSmtp) -> None:
    server.at("DOT", stall=True)
    mailing = started(1)
    began = time.monotonic()
    send.work(mailing.pk, 0.2, draining=lambda: time.monotonic() > began + 0.5)
    # The relay never answers: it was left, and what it may have taken is known as such.
    assert states(mailing) == {"uncertain": 1}
    assert not Lease.objects.exists()


def test_a_folder_that_takes_no_journal_is_told_and_nothing_is_sent(
    server: FakeSmtp, data: Path
) -> None:
    (data / "marks").write_text("a file in its place")
    mailing = started(2)
    assert not send.work(mailing.pk)
    mailing.refresh_from_db()
    assert mailing.relay_error is not None
    assert str(data) in mailing.relay_error["values"]["folder"]
    assert states(mailing) == {"queued": 2}
    (data / "marks").unlink()
    make_due(mailing)
    finish(mailing)
    assert states(mailing) == {"sent": 2}


@pytest.mark.postgresql
def test_a_database_that_hangs_up_again_and_again_loses_nobody(server: FakeSmtp) -> None:
    server.delay = 0.02
    mailing = started(600)
    worker = child(mailing)
    for taken in (50, 120, 200):
        until(lambda taken=taken: len(server.accepted) > taken)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    worker.wait(60)
    finish(mailing)
    assert states(mailing).get("uncertain", 0) <= 10
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_reader_at_whose_name_the_relay_hangs_up_comes_to_an_end_alone(
    server: FakeSmtp, settings: Any
) -> None:
    settings.MAILER_BOUNCE_DOMAIN = "bounces.example.org"
    mailing = started(6)
    eve = row(mailing, "reader3")
    server.at("MAIL", cut=True, match=make_verp(eve.pk, settings.SECRET_KEY.encode(), "b.org")[:20])
    for _ in range(8):
        send.close()
        make_due(mailing)
        send.work(mailing.pk, 1)
    assert states(mailing) == {"sent": 5, "queued": 1}
    assert row(mailing, "reader3").attempts > 2
    Mailing.objects.filter(pk=mailing.pk).update(deadline_at=timezone.now())
    send.close()
    make_due(mailing)
    send.work(mailing.pk, 1)
    mailing.refresh_from_db()
    assert states(mailing) == {"sent": 5, "refused": 1}
    assert mailing.state == MailingState.DONE


def test_a_mailing_goes_on_by_the_other_relay_when_one_is_gone(
    server: FakeSmtp, settings: Any
) -> None:
    with FakeSmtp() as gone:
        settings.SMTP_URL = f"{gone.url}?weight=3 {server.url}"
        server.delay = gone.delay = 0.01
        mailing = started(400)
        worker = child(mailing)
        until(lambda: len(gone.accepted) > 50)
    # Here the first relay has ended, with the mails that were on its lines.
    worker.wait(60)
    make_due(mailing)
    finish(mailing)
    mailing.refresh_from_db()
    assert mailing.relay_error is None
    count = states(mailing)
    assert count["sent"] + count.get("uncertain", 0) == 400
    assert count.get("uncertain", 0) <= 10
    assert server.accepted
    taken = gone.copies() + server.copies()
    assert set(taken.values()) == {1}
    assert len(taken) >= count["sent"]
    assert not Lease.objects.exists()


def test_a_limited_domain_is_sent_to_at_its_pace_and_the_others_pass_it(
    server: FakeSmtp, settings: Any, store: Redis
) -> None:
    settings.REDIS_URL = store.url
    mailing = started(40)
    Subscriber.objects.filter(pk__in=Subscriber.objects.values("pk")[:25]).update(
        email=Concat(Value("r"), "pk", Value("@slow.example"), output_field=CharField())
    )
    limiting.set_limit(LimitScope.DOMAIN, "slow.example", Decimal(10), timezone.now())
    send.work(mailing.pk, 1)
    first = [one for one in server.recipients() if one.endswith("@slow.example")]
    assert len(first) <= 10 + 11 + 3, "a second's worth at once, then ten a second"
    assert len(server.recipients()) - len(first) == 15
    until(lambda: not send.work(mailing.pk, 5) and "queued" not in states(mailing))
    assert states(mailing) == {"sent": 40}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_relay_that_refuses_everybody_is_stopped_before_the_list_is_burnt(
    server: FakeSmtp,
) -> None:
    server.at("RCPT", "550 5.3.0 not from you")
    mailing = started(800)
    send.work(mailing.pk)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.PAUSED
    assert mailing.paused_why is not None
    assert "refused" in mailing.paused_why["values"]
    told = states(mailing)
    # Fifteen open it; what ten connections had begun meanwhile comes in besides.
    assert told["refused"] <= 15 + 20
    assert told["queued"] == 800 - told["refused"]
    assert Alarm.objects.filter(mailing=mailing).count() == 1

    server.behave()
    control.resume(mailing.pk, None)
    finish(mailing)
    assert states(mailing) == {"sent": told["queued"], "refused": told["refused"]}
    assert_nobody_lost_nobody_twice(mailing, server)


def test_a_limited_relay_gets_what_it_may_take(
    server: FakeSmtp, settings: Any, store: Redis
) -> None:
    settings.REDIS_URL = store.url
    mailing = started(200)
    limiting.set_limit(LimitScope.RELAY, f"127.0.0.1:{server.port}", Decimal(20), timezone.now())
    began = time.monotonic()
    send.work(mailing.pk, 2)
    spent = time.monotonic() - began
    assert len(server.accepted) <= 20 + 20 * spent + 21
    limiting.take_away(LimitScope.RELAY, f"127.0.0.1:{server.port}", timezone.now())
    time.sleep(BELIEVED)
    finish(mailing)
    assert states(mailing) == {"sent": 200}
    assert_nobody_lost_nobody_twice(mailing, server)
