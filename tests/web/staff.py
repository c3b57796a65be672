"""The staff of the tests, each with a browser that is logged in, and an issue on the bench."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from mailer.curation.compose import draft_issue
from mailer.curation.models import Issue
from mailer.editions.compile import compile_issue
from mailer.editions.freeze import issue_checksum, sign
from mailer.mailings.models import Mailing
from mailer.web.roles import ADMINISTRATOR
from tests.people import WEDNESDAY, article, reader, review, source

SECRET = "a long enough secret"


def member(name: str, role: str | None, password: str | None = None) -> User:
    """A person with a role, or with none, and with a password or none."""
    made = User.objects.create_user(
        name, f"{name}@example.org", password, is_staff=role == ADMINISTRATOR
    )
    if role:
        made.groups.add(Group.objects.get(name=role))
    return made


def at_work(role: str | None, name: str = "") -> Client:
    """A browser in English, of somebody with this role."""
    client = visitor()
    client.force_login(member(name or role or "nobody", role))
    return client


def visitor() -> Client:
    """A browser of somebody who is not logged in."""
    return Client(headers={"accept-language": "en"})


def drafted() -> Issue:
    """A number with two French articles and an Arabic one, compiled."""
    courrier = source("courrier")
    article(courrier, "Les transferts progressent", lead="Ils atteignent 28 milliards.")
    article(courrier, "Une exposition à Lyon")
    article(source("sawt", language="ar"), "معرض بمدينة ليون")
    issue = draft_issue(review(), now=WEDNESDAY)
    compile_issue(issue.pk, WEDNESDAY)
    return issue


def approved() -> Issue:
    """The same, signed by the clock."""
    issue = drafted()
    sign(issue.pk, issue_checksum(issue.pk), None, WEDNESDAY)
    issue.refresh_from_db()
    return issue


def said(answer: Any) -> str:
    """The page that an act led to."""
    assert answer.status_code == 200
    return str(answer.content.decode())


def do(client: Client, path: str, **form: Any) -> str:
    """Post a form from the page of the issue, and the page it leads to."""
    return said(client.post(f"/desk/{path}", form, follow=True, headers={"referer": issue_page()}))


def issue_page() -> str:
    """The address of the first issue's page, else of today's."""
    issue = Issue.objects.order_by("pk").first()
    return f"http://testserver/desk/issues/{issue.pk}/" if issue else "http://testserver/desk/"


def mailed(karim: Client) -> Mailing:
    """A mailing to four readers, begun by Karim."""
    for name in ("youssef", "hanane", "driss", "leila"):
        reader(f"{name}@example.org")
    issue = approved()
    do(karim, f"issues/{issue.pk}/send/", checksum=issue_checksum(issue.pk))
    return Mailing.objects.get()


def rewritten(issue: Issue) -> None:
    """The newspaper corrects the first article of a number."""
    told = issue.items.filter(language="fr")[0].article
    assert told is not None
    told.title = "Les transferts reculent"
    told.save()
