"""Sign-off at the desk: review, four eyes, the hour, recall, correction, and the trail of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mailer.curation.models import Comment, Issue, IssueState, Publication
from mailer.editions.freeze import issue_checksum, sign
from mailer.mailings import fanout
from mailer.mailings.clock import keep_calendar
from mailer.mailings.models import Delivery, Mailing, MailingKind, MailingState
from mailer.trail.models import Act
from mailer.web.roles import EDITOR, PUBLISHER
from tests.people import reader
from tests.web.outcomes import DOUBT, POLICY, SENT, ended
from tests.web.staff import at_work, do, drafted, said, visitor

pytestmark = pytest.mark.django_db


def state(issue: Issue) -> str:
    issue.refresh_from_db()
    return issue.step


def approve(client: Client, issue: Issue) -> str:
    return do(client, f"issues/{issue.pk}/approve/", checksum=issue_checksum(issue.pk))


def test_salma_gives_a_draft_for_review_and_her_next_change_takes_it_back(
    salma: Client, karim: Client
) -> None:
    issue = drafted()
    for _ in range(2):
        assert "It is in review" in do(salma, f"issues/{issue.pk}/review/")
    assert state(issue) == "review"
    assert "In review since" in said(karim.get(f"/desk/issues/{issue.pk}/"))
    item = issue.items.filter(language="fr")[0]
    do(salma, f"items/{item.pk}/edit/", headline="Autre chose")
    assert state(issue) == "draft"
    do(salma, f"issues/{issue.pk}/review/")
    approve(karim, issue)
    assert state(issue) == "approved"
    assert "approved already" in do(salma, f"issues/{issue.pk}/review/")


def test_where_four_eyes_are_wanted_who_made_it_does_not_approve_it(karim: Client) -> None:
    Publication.objects.update(four_eyes=True)
    issue = drafted()
    item = issue.items.filter(language="fr")[0]
    do(karim, f"items/{item.pk}/edit/", headline="De la main de Karim")
    page = said(karim.get(f"/desk/issues/{issue.pk}/"))
    assert "wants another publisher to approve it" in page
    assert "Approve exactly this" not in page
    assert "karim has changed No. 1" in approve(karim, issue)
    assert state(issue) == "draft"
    assert "Approved by nadia" in approve(at_work(PUBLISHER, "nadia"), issue)


def test_karim_sets_the_hour_and_the_clock_keeps_it(karim: Client) -> None:
    reader("youssef@example.org")
    issue = drafted()
    tomorrow = timezone.now() + timedelta(days=1)
    at = f"{tomorrow:%Y-%m-%d}T08:00"
    assert "must be approved first" in do(karim, f"issues/{issue.pk}/schedule/", at=at)
    approve(karim, issue)
    assert "hour has passed" in do(karim, f"issues/{issue.pk}/schedule/", at="2020-01-01T08:00")
    assert "is not a date with an hour" in do(karim, f"issues/{issue.pk}/schedule/", at="soon")
    assert "The clock sends it then." in do(karim, f"issues/{issue.pk}/schedule/", at=at)
    assert state(issue) == "scheduled"
    assert issue.send_at is not None
    assert keep_calendar(issue.send_at - timedelta(seconds=1)) == []
    do(karim, f"issues/{issue.pk}/schedule/")
    assert state(issue) == "approved"
    do(karim, f"issues/{issue.pk}/schedule/", at=at)
    issue.refresh_from_db()
    assert issue.send_at is not None
    assert len(keep_calendar(issue.send_at)) == 1


def test_what_is_said_at_the_desk_stays_there(salma: Client) -> None:
    issue = drafted()
    before = issue_checksum(issue.pk)
    page = do(salma, f"issues/{issue.pk}/comment/", text="Vérifier <script>x</script> le chiffre")
    assert "Vérifier &lt;script&gt;" in page
    assert "Write something first" in do(salma, f"issues/{issue.pk}/comment/", text=" ")
    assert Comment.objects.count() == 1
    assert issue_checksum(issue.pk) == before


def sent(karim: Client, *outcomes: Any) -> Issue:
    """A number that was mailed to four readers, who came to these ends."""
    issue = ended(karim, *outcomes).issue
    Issue.objects.filter(pk=issue.pk).update(state=IssueState.SENT)
    return issue


def test_a_recalled_number_says_why_in_its_place_and_leaves_the_feed(karim: Client) -> None:
    issue = sent(karim, SENT, SENT, SENT, SENT)
    page = "/archive/revue-de-presse/1/fr/"
    assert visitor().get(page).status_code == 200
    assert "Say why" in do(karim, f"issues/{issue.pk}/recall/")
    do(karim, f"issues/{issue.pk}/recall/", why="Un chiffre était <b>faux</b>.")
    gone = visitor().get(page)
    assert gone.status_code == 410
    assert "Un chiffre était &lt;b&gt;faux&lt;/b&gt;." in gone.content.decode()
    assert "Les transferts" not in gone.content.decode()
    assert "<item>" not in visitor().get("/feed/revue-de-presse.fr.xml").content.decode()
    do(karim, f"issues/{issue.pk}/recall/", again="1")
    assert visitor().get(page).status_code == 200


def test_what_was_not_sent_cannot_be_recalled_nor_corrected(karim: Client) -> None:
    issue = drafted()
    assert "nothing to recall" in do(karim, f"issues/{issue.pk}/recall/", why="Faux")
    assert "nothing to correct" in do(karim, f"issues/{issue.pk}/correct/")


def test_a_correction_goes_to_who_received_the_faulty_number_alone(karim: Client) -> None:
    wrong = sent(karim, SENT, POLICY, DOUBT, SENT)
    faulty = Mailing.objects.get()
    received = set(
        faulty.deliveries.filter(state__in=[3, 6]).values_list("subscriber__email", flat=True)
    )
    assert len(received) == 3
    reader("new@example.org")

    page = do(karim, f"issues/{wrong.pk}/correct/")
    assert "Write what was wrong" in page
    correction = Issue.objects.get(corrects=wrong)
    assert "is open already" in do(karim, f"issues/{wrong.pk}/correct/")
    item = correction.items.get(language="fr")
    do(karim, f"items/{item.pk}/edit/", headline="Le chiffre juste est 28", note="Et non 82.")
    assert fanout.verdict(correction.pk).would_send == 3
    approve(karim, correction)
    do(karim, f"issues/{correction.pk}/send/", checksum=issue_checksum(correction.pk))

    mailing = Mailing.objects.get(issue=correction)
    assert mailing.kind == MailingKind.CORRECTION
    got = set(mailing.deliveries.values_list("subscriber__email", flat=True))
    assert got == received
    again = do(karim, f"issues/{correction.pk}/send/", checksum=issue_checksum(correction.pk))
    assert f"it is mailing {mailing.pk}" in again
    assert Delivery.objects.filter(mailing=mailing).count() == 3
    assert state(correction) == "sending"


def test_a_correction_waits_for_the_end_of_the_mailing_that_it_corrects(karim: Client) -> None:
    wrong = sent(karim, SENT)
    do(karim, f"issues/{wrong.pk}/correct/")
    correction = Issue.objects.get(corrects=wrong)
    approve(karim, correction)
    Mailing.objects.update(state=MailingState.RUNNING)
    form = {"checksum": issue_checksum(correction.pk)}
    assert "is not over" in do(karim, f"issues/{correction.pk}/send/", **form)


def test_the_signature_under_a_correction_covers_whom_it_goes_to(karim: Client) -> None:
    wrong = sent(karim, SENT)
    do(karim, f"issues/{wrong.pk}/correct/")
    correction = Issue.objects.get(corrects=wrong)
    signed = issue_checksum(correction.pk)
    Issue.objects.filter(pk=correction.pk).update(corrects=None)
    assert issue_checksum(correction.pk) != signed


def test_the_trail_says_who_did_what_in_each_language(karim: Client, salma: Client) -> None:
    issue = drafted()
    item = issue.items.filter(language="fr")[0]
    for headline in ("Une", "Deux"):
        do(salma, f"items/{item.pk}/edit/", headline=headline)
    approve(karim, issue)
    do(salma, f"items/{item.pk}/edit/", headline="Trois")
    told = [(act.name, act.verb) for act in Act.objects.filter(about=issue.pk).order_by("pk")]
    assert told == [
        ("", "issue.drafted"),
        ("salma", "issue.changed"),
        ("karim", "issue.approved"),
        ("salma", "issue.changed"),
        ("salma", "issue.voided"),
    ]
    page = said(karim.get("/desk/trail/"))
    assert "No. 1 was approved, exactly as it was shown" in page
    karim.post("/desk/language/", {"language": "ar", "next": "/desk/"})
    assert "اعتُمد العدد 1" in said(karim.get("/desk/trail/"))
    who = User.objects.get(username="salma").pk
    only = said(karim.get(f"/desk/trail/?by={who}&area=issue&from=2020-01-01&to=nonsense"))
    assert "اعتُمد العدد 1" not in only
    assert salma.get("/desk/trail/").status_code == 403


def test_an_act_that_is_refused_leaves_no_trail(karim: Client) -> None:
    issue = drafted()
    before = Act.objects.count()
    do(karim, f"issues/{issue.pk}/approve/", checksum="0" * 64)
    do(karim, f"issues/{issue.pk}/reopen/")
    checksum = {"checksum": issue_checksum(issue.pk)}
    assert at_work(EDITOR).post(f"/desk/issues/{issue.pk}/approve/", checksum).status_code == 403
    assert Act.objects.count() == before


def test_the_clocks_acts_are_nobodys(karim: Client) -> None:
    issue = drafted()
    sign(issue.pk, issue_checksum(issue.pk), None, timezone.now())
    act = Act.objects.get(verb="issue.approved")
    assert (act.by, act.name) == (None, "")
    assert "the clock or the command line" in said(karim.get("/desk/trail/"))
