"""A small cast, so that tests read as stories.

Salma edits the review, Karim and Nadia publish it; Amina (Arabic), Youssef (French) and Grace
(English) read it.
"""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from mailer.articles.models import Article, Source
from mailer.curation.models import Placement, Publication
from mailer.subscribers.models import MailingList, Subscriber, Subscription, SubscriptionState

#: A Wednesday morning in Casablanca.
WEDNESDAY = datetime(2025, 5, 21, 6, 30, tzinfo=UTC)


def salma() -> User:
    """The editor."""
    return User.objects.create_user("salma", password="a long enough secret")


def karim() -> User:
    """The publisher."""
    return User.objects.create_user("karim", password="a long enough secret")


def nadia() -> User:
    """Another publisher."""
    return User.objects.create_user("nadia", password="a long enough secret")


def review() -> Publication:
    """The publication that a new installation holds."""
    return Publication.objects.get(slug="revue-de-presse")


def source(name: str, section: str = "immigration-marocaine", language: str = "fr") -> Source:
    """A source in a section of the review."""
    made = Source.objects.create(
        url=f"https://{name}.example/feed", title=name, language=language, next_fetch_at=WEDNESDAY
    )
    publication = review()
    Placement.objects.create(
        publication=publication, source=made, section=publication.sections.get(slug=section)
    )
    return made


def article(
    of: Source, title: str, *, at: datetime = WEDNESDAY, language: str = "", lead: str = ""
) -> Article:
    """An article of a source, published at a time."""
    count = Article.objects.count()
    return Article.objects.create(
        source=of,
        guid=f"{of.pk}-{count}",
        url=f"https://{of.title}.example/{count}",
        canonical_url=f"https://{of.title}.example/{count}",
        title=title,
        title_key=title.casefold(),
        lead=lead,
        outlet=of.title,
        language=language or of.language,
        published_at=at,
        first_seen_at=at,
        changed_at=at,
    )


def reader(address: str, language: str = "fr", *, state: str = "confirmed") -> Subscriber:
    """A reader of the review's list."""
    made = Subscriber.objects.create(
        email=address, email_key=address.lower(), language=language, created_at=WEDNESDAY
    )
    Subscription.objects.create(
        subscriber=made,
        mailing_list=MailingList.objects.get(slug="revue-de-presse"),
        state=SubscriptionState(state),
        requested_at=WEDNESDAY - timedelta(days=1),
        confirmed_at=WEDNESDAY if state == "confirmed" else None,
    )
    return made
