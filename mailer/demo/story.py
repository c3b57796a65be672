"""The demo's steps (a verb). Each is safe to repeat: what an earlier run did is found, not redone.

1. sources      nine sample newspapers join the revue de presse
2. staff        a publisher, with a password told once
3. readers      three people sign up on the public page, and confirm by their mail
4. fetch        every source, now
5. issue        drafted, compiled into an edition per language
6. signature    the publisher signs the editions' checksum
7. mailing      the workers send; the ledger is watched until all is settled
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.utils import timezone

from mailer.articles.models import Article, Source
from mailer.articles.refresh import add_source, refresh
from mailer.curation.compose import draft_issue, find_publication
from mailer.curation.models import Issue, IssueState, Publication
from mailer.curation.placing import place
from mailer.demo import readers
from mailer.demo.outlets import outlets
from mailer.demo.telling import Step, Telling
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.editions.models import Edition
from mailer.errors import N_, Refused
from mailer.mailings import fanout
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.report import sums
from mailer.rendering import sentence
from mailer.subscribers.models import Subscription, SubscriptionState
from mailer.tasks import ring_senders

PUBLICATION = "revue-de-presse"
PUBLISHER = "demo"
#: Seconds the mailing has, far more than three mails need.
_PATIENCE = 90


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to open at the end."""

    issue: Issue
    password: str


def run(feeds: str, telling: Telling) -> Told:
    """Everything, in order; `feeds` is the address of the sample newspapers. Raises Refused."""
    publication = find_publication(PUBLICATION)
    with telling.step("Sample newspapers join the revue de presse") as step:
        sources = _sources(feeds, publication)
        step.came = f"{len(sources)} sample newspapers in three languages are sources"
    password = _publisher()
    with telling.step("Three readers sign up, and confirm by mail") as step:
        step.came = _readers()
    with telling.step("Fetching what the newspapers wrote") as step:
        step.came = _fetch(sources, step)
    with telling.step("Drafting the issue and compiling its editions") as step:
        issue = _issue(publication)
        step.came = _editions(issue)
    with telling.step("The publisher signs") as step:
        step.came = _sign(issue)
    with telling.step("Sending") as step:
        step.came = _send(issue, step)
    issue.refresh_from_db()
    return Told(issue, password)


def what_to_open(told: Told) -> list[str]:
    """The last lines: where to look."""
    url, folder = settings.MAILER_URL, settings.CATCHER_FOLDER
    lines = ["", "Open now:", f"  the desk         {url}/desk/"]
    lines += [f"                   user {PUBLISHER}, password {told.password}"]
    lines += [f"  all caught mail  {url}/catcher/"]
    subjects = dict(Edition.objects.filter(issue=told.issue).values_list("language", "subject"))
    for reader in readers.READERS:
        subject = subjects.get(reader.language)
        mails = readers.mails_to(folder, reader.email)
        if number := next((mail.number for mail in mails if mail.subject == subject), 0):
            whose = f"{reader.name}’s mail"
            lines.append(f"  {whose:<15}  {url}/catcher/{number}/  {subject}")
    return [*lines, "", "It stays open until Ctrl-C."]


def _sources(feeds: str, publication: Publication) -> list[Source]:
    # What a mail must name, where nobody has filled it in: a house that does not exist.
    publication.sender = publication.sender or "revue@example.org"
    publication.postal_address = publication.postal_address or "1, rue de l’Exemple, Rabat"
    publication.save(update_fields=["sender", "postal_address"])
    found = []
    for outlet in outlets():
        url = f"{feeds}{outlet.path}"
        source = Source.objects.filter(url=url).first() or add_source(
            url, title=outlet.title, language=outlet.language, now=timezone.now()
        )
        place(source, publication, outlet.section)
        found.append(source)
    return found


def _publisher() -> str:
    """The demo's publisher, with a new password at each run: it is kept nowhere in clear."""
    user, _ = User.objects.get_or_create(username=PUBLISHER, defaults={"email": "demo@example.org"})
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get(name="publisher"))
    return password


def _readers() -> str:
    waiting = [reader for reader in readers.READERS if not _confirmed(reader)]
    for reader in waiting:
        readers.sign_up(settings.MAILER_URL, reader)
    for reader in waiting:
        readers.confirm(settings.MAILER_URL, settings.CATCHER_FOLDER, reader)
    names = ", ".join(f"{reader.name} ({reader.language})" for reader in readers.READERS)
    return f"{names} signed up and confirmed"


def _confirmed(reader: readers.Reader) -> bool:
    return Subscription.objects.filter(
        subscriber__email_key=reader.email, state=SubscriptionState.CONFIRMED
    ).exists()


def _fetch(sources: list[Source], step: Step) -> str:
    """Fetch each; a source that a worker fetches at this moment is left to it."""
    for number, source in enumerate(sources, start=1):
        report = refresh(source.pk, force=True)
        if report.error:
            step.show(f"{source.title}: {sentence(report.error)}")
        step.bar(number, len(sources))
    _until(lambda: not Source.objects.filter(pk__in=[s.pk for s in sources], last_fetched_at=None))
    return f"{Article.objects.filter(source__in=sources).count()} articles are in"


def _issue(publication: Publication) -> Issue:
    found = publication.issues.exclude(state=IssueState.DISCARDED).order_by("number").first()
    return found or draft_issue(publication, now=timezone.now())


def _editions(issue: Issue) -> str:
    if issue.state in (IssueState.DRAFT, IssueState.APPROVED):
        compile_issue(issue.pk, timezone.now())
    editions = Edition.objects.filter(issue=issue)
    counts = ", ".join(f"{edition.language} {edition.articles}" for edition in editions)
    return f"Issue {issue.number} holds, in articles: {counts}"


def _sign(issue: Issue) -> str:
    checksum = issue_checksum(issue.pk)
    if issue.state == IssueState.DRAFT:
        sign(issue.pk, checksum, User.objects.get(username=PUBLISHER), timezone.now())
    return f"Signed by {PUBLISHER}: {checksum[:16]}…"


def _send(issue: Issue, step: Step) -> str:
    mailing = Mailing.objects.filter(issue=issue).first() or fanout.start(
        issue.pk, User.objects.get(username=PUBLISHER), timezone.now()
    )
    ring_senders(mailing.pk)

    def settled() -> bool:
        now = sums(mailing.pk)
        step.bar(now.recipients - now.open, now.recipients)
        mailing.refresh_from_db()
        return mailing.state in (MailingState.DONE, MailingState.CANCELLED)

    _until(settled)
    done = sums(mailing.pk)
    return f"{done.sent} of {done.recipients} mails accepted by the catcher"


def _until(holds: Callable[[], object]) -> None:
    until = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > until:
            raise Refused(
                N_("The demo waited %(seconds)s seconds in vain. The folder %(logs)s says why."),
                seconds=_PATIENCE,
                logs=str(settings.MAILER_DATA / "logs"),
            )
        time.sleep(0.2)
