"""The states of an issue. This module is their only writer.

    draft (in review) ──approve──▸ approved (scheduled) ──start──▸ sending ──▸ sent (recalled)
      ▴                   │
      ├──── void ─────────┘      any change to what readers see voids the signature
      ├──── reopen ── held ◂── hold ── draft, approved (its hour was missed, it is thin, …)
      └──▸ discarded ◂── held

Where MAILER_SECOND_PUBLISHER says so, a second publisher signs beside the first, while it is
approved; what voids one signature voids both. Whether two are needed is asked when it is to leave.

What stands in brackets is no state of its own but a moment beside it: an editor asked for a look,
there is an hour at which the clock sends it, its web edition was taken back. Where the publication
has four eyes, who changed an issue does not approve it.

Every step is a compare-and-swap: the state that was seen is part of the statement, and a step
that comes too late is refused with a sentence.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from mailer.curation.models import Approval, Comment, Issue, IssueState, Notice
from mailer.curation.propose import give_back
from mailer.errors import N_, NotFound, Refused, StoredSentence
from mailer.trail import note as trail
from mailer.trail.models import Area

#: Issues in these states have not left, and their content can be changed.
OPEN = (IssueState.DRAFT, IssueState.APPROVED, IssueState.HELD)


def find(issue_id: int) -> Issue:
    """The issue of an id, with its publication; NotFound with a sentence."""
    try:
        return Issue.objects.select_related("publication").get(pk=issue_id)
    except Issue.DoesNotExist:
        raise NotFound(
            N_("There is no issue %(issue)s. `mailer compile` prints the id of the one it makes."),
            issue=issue_id,
        ) from None


def hold_still(issue_id: int) -> Issue:
    """The issue, its row locked until the transaction ends: nobody edits or signs meanwhile."""
    find(issue_id)
    return (
        Issue.objects.select_for_update(of=("self",)).select_related("publication").get(pk=issue_id)
    )


def standing(issue_id: int) -> Approval | None:
    """The first signature that holds now, if any."""
    return next(iter(signatures(issue_id)), None)


def signatures(issue_id: int) -> list[Approval]:
    """All that hold now, in the order they were given, all under one checksum."""
    found = Approval.objects.filter(issue_id=issue_id, voided_at=None).select_related("by")
    return list(found.order_by("pk"))


def approve(issue_id: int, checksum: str, by: User | None, now: datetime) -> Approval:
    """Sign `checksum`; `by` None is the clock's signature for an automatic publication.

    A person who comes second countersigns, where MAILER_SECOND_PUBLISHER asks for two. Whether
    the checksum is that of the stored editions is for the caller to check, under the issue's lock
    (`editions.freeze.sign` does).
    """
    with transaction.atomic():
        # The lock makes a second signer wait for the first, and see their signature.
        issue, found = hold_still(issue_id), signatures(issue_id)
        _refuse_own_work(issue, by)
        if found and issue.state == IssueState.APPROVED and found[0].checksum != checksum:
            # What was signed is no longer what there is: its audience is another, perhaps.
            _take_back(issue, now)
            found = []
        if found and by and settings.MAILER_SECOND_PUBLISHER:
            _refuse_countersigning(issue, found, by)
        else:
            _step(issue_id, {IssueState.DRAFT}, IssueState.APPROVED, now)
        told = N_("No. %(number)s was approved, exactly as it was shown")
        _note(issue, "issue.approved", told, by)
        return Approval.objects.create(issue_id=issue_id, checksum=checksum, by=by, at=now)


def _refuse_own_work(issue: Issue, by: User | None) -> None:
    """Raise Refused where the publication wants another publisher than whoever made the issue."""
    if by and issue.publication.four_eyes and trail.has_changed(issue.pk, by):
        raise Refused(
            N_(
                "%(name)s has changed No. %(number)s: this publication wants another publisher to"
                " approve it."
            ),
            name=by.username,
            number=issue.number,
        )


def _note(issue: Issue, verb: str, told: str, by: User | None = None) -> None:
    trail.note_by(by, verb, told, Area.ISSUE, issue.pk, number=issue.number)


def ask_review(issue_id: int, by: User, now: datetime) -> None:
    """Say that a draft waits for a publisher's look; said twice, it is done once."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        if issue.state != IssueState.DRAFT:
            raise Refused(_TOO_LATE[IssueState(issue.state)], issue=issue_id)
        if issue.review_at is None:
            Issue.objects.filter(pk=issue_id).update(review_at=now, review_by=by)
            _note(issue, "issue.review", N_("No. %(number)s was given for review"), by)


def schedule(issue_id: int, at: datetime | None, now: datetime) -> None:
    """Let the clock send an approved issue at a moment; None: nobody but a person sends it."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        if issue.state != IssueState.APPROVED:
            raise Refused(_TOO_LATE[IssueState(issue.state)], issue=issue_id)
        if at is not None and at <= now:
            raise Refused(N_("This hour has passed: choose a later one, or send it now."))
        Issue.objects.filter(pk=issue_id).update(send_at=at)
        told = (
            N_("An hour was set for No. %(number)s")
            if at
            else N_("The hour of No. %(number)s was taken away")
        )
        _note(issue, "issue.scheduled", told)


def comment(issue_id: int, by: User, text: str, now: datetime) -> Comment:
    """Say something about an issue, in whatever state; refused when it is nothing.

    The same words by the same person, nothing between them, are a form that was sent twice.
    """
    if not text:
        raise Refused(N_("Write something first."))
    with transaction.atomic():
        issue = hold_still(issue_id)
        last = Comment.objects.filter(issue=issue).order_by("pk").last()
        if last and (last.by_id, last.text) == (by.pk, text):
            return last
        _note(issue, "issue.commented", N_("Something was said about No. %(number)s"), by)
        return Comment.objects.create(issue=issue, by=by, at=now, text=text)


def recall(issue_id: int, why: str, now: datetime) -> None:
    """Take back the web edition of a sent issue, and say why to whoever opens it."""
    if not why:
        raise Refused(N_("Say why: readers who open its page are told."))
    with transaction.atomic():
        issue = hold_still(issue_id)
        if issue.state not in {IssueState.SENDING, IssueState.SENT}:
            raise Refused(
                N_("Issue %(issue)s was not sent: there is nothing to recall."), issue=issue_id
            )
        Issue.objects.filter(pk=issue_id).update(recalled_at=now, recalled_why=why)
        _note(issue, "issue.recalled", N_("The web edition of No. %(number)s was recalled"))


def publish_again(issue_id: int) -> None:
    """Show a recalled web edition again; said twice, it is done once."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        if issue.recalled_at:
            Issue.objects.filter(pk=issue_id).update(recalled_at=None, recalled_why="")
            _note(issue, "issue.shown", N_("The web edition of No. %(number)s was shown again"))


def _refuse_countersigning(issue: Issue, found: list[Approval], by: User) -> None:
    """Raise Refused unless `by` signs an approved issue as the second person."""
    if issue.state != IssueState.APPROVED or len(_people(found)) >= _SIGNERS:
        raise Refused(_TOO_LATE[IssueState(issue.state)], issue=issue.pk)
    if by in _people(found):
        raise Refused(
            N_(
                "%(name)s has signed issue %(issue)s already: a second signature is another"
                " publisher's."
            ),
            name=by.username,
            issue=issue.pk,
        )


#: How many must sign a large mailing.
_SIGNERS = 2


def lacking(issue_id: int, recipients: int) -> Refused | None:
    """Why an approved issue may not go to so many yet, who has signed, and what to do; or None."""
    most = settings.MAILER_SECOND_PUBLISHER
    if not most or recipients <= most:
        return None
    people = _people(signatures(issue_id))
    if len(people) >= _SIGNERS:
        return None
    values = {"issue": issue_id, "most": most}
    if people:
        return Refused(_ONE_SIGNED, name=people[0].username, **values)
    return Refused(_NO_PERSON_SIGNED, **values)


_ONE_SIGNED = N_(
    "Issue %(issue)s would go to more than %(most)s people, and only %(name)s has signed it: a"
    " second publisher must. Let another one approve it too, on its page of the desk or by"
    " `mailer approve`."
)
_NO_PERSON_SIGNED = N_(
    "Issue %(issue)s would go to more than %(most)s people, and only the clock has signed it: two"
    " publishers must. Let both approve it, on its page of the desk or by `mailer approve`."
)


def _people(found: list[Approval]) -> list[User]:
    return [one.by for one in found if one.by is not None]


def void(issue_id: int, now: datetime) -> bool:
    """Take back every signature because the content changed; True when there was one.

    Whoever acts is noted as one of those who made the issue.
    """
    with transaction.atomic():
        issue = find(issue_id)
        trail.note_change(issue_id, issue.number)
        return _take_back(issue, now)


def _take_back(issue: Issue, now: datetime) -> bool:
    """Make an approved issue, or one in review, a draft again; True when a signature was void."""
    standing_ones = Approval.objects.filter(issue=issue, voided_at=None)
    voided = bool(standing_ones.update(voided_at=now))
    Issue.objects.filter(pk=issue.pk, review_at__isnull=False).update(
        review_at=None, review_by=None
    )
    Issue.objects.filter(pk=issue.pk, state=IssueState.APPROVED).update(
        state=IssueState.DRAFT, changed_at=now
    )
    if voided:
        _note(issue, "issue.voided", N_("The approval of No. %(number)s no longer holds"))
    return voided


def mark_sending(issue_id: int, now: datetime) -> None:
    """The fan-out of its mailing was written."""
    _step(issue_id, {IssueState.APPROVED}, IssueState.SENDING, now)


def mark_sent(issue_id: int, now: datetime) -> None:
    """Its mailing is done; harmless when that was said before."""
    Issue.objects.filter(pk=issue_id, state=IssueState.SENDING).update(
        state=IssueState.SENT, changed_at=now
    )


def hold(issue_id: int, why: StoredSentence, now: datetime) -> None:
    """Keep it from leaving by itself, and have staff told why."""
    with transaction.atomic():
        issue = find(issue_id)
        _take_back(issue, now)
        _step(issue_id, {IssueState.DRAFT}, IssueState.HELD, now)
        Issue.objects.filter(pk=issue_id).update(held_why=why)
        Notice.objects.create(
            publication=issue.publication, issue=issue, date=issue.date, why=why, raised_at=now
        )
        _note(issue, "issue.held", N_("No. %(number)s was held"))


def reopen(issue_id: int, now: datetime) -> None:
    """Make a held issue a draft again; the clock does not send it any more, a person does."""
    with transaction.atomic():
        _step(issue_id, {IssueState.HELD}, IssueState.DRAFT, now)
        Issue.objects.filter(pk=issue_id).update(held_why=None, send_at=None)
        _note(find(issue_id), "issue.reopened", N_("No. %(number)s was reopened as a draft"))


def discard(issue_id: int, now: datetime) -> None:
    """Give up an issue that was not sent; its articles are free for the next one."""
    with transaction.atomic():
        issue = hold_still(issue_id)
        _take_back(issue, now)
        _step(issue_id, {IssueState.DRAFT, IssueState.HELD}, IssueState.DISCARDED, now)
        told = issue.items.filter(article__telling__isnull=False).order_by()
        stories = list(told.values_list("article__telling__story", flat=True))
        _note(issue, "issue.discarded", N_("No. %(number)s was discarded"))
        issue.items.all().delete()
        give_back(issue.publication, stories)


_TOO_LATE = {
    IssueState.DRAFT: N_("Issue %(issue)s is a draft: it must be approved first."),
    IssueState.APPROVED: N_("Issue %(issue)s is approved already."),
    IssueState.SENDING: N_("Issue %(issue)s is being sent: it can no longer be changed."),
    IssueState.SENT: N_("Issue %(issue)s was sent: it can no longer be changed."),
    IssueState.HELD: N_("Issue %(issue)s is held: reopen it first."),
    IssueState.DISCARDED: N_("Issue %(issue)s was discarded."),
}


def refuse_unless_open(issue: Issue) -> None:
    """Raise Refused when the issue's content can no longer be changed."""
    if issue.state not in OPEN:
        raise Refused(_TOO_LATE[IssueState(issue.state)], issue=issue.pk)


def _step(issue_id: int, before: set[IssueState], after: IssueState, now: datetime) -> None:
    moved = Issue.objects.filter(pk=issue_id, state__in=before).update(state=after, changed_at=now)
    if not moved:
        raise Refused(_TOO_LATE[IssueState(find(issue_id).state)], issue=issue_id)
