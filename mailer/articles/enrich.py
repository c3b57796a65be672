"""What a page fills in of what its feed left out (pure)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailer.articles.decide import THIN_LEAD, Words
from mailer.articles.facts import PageFacts

#: After how long a page that did not answer is asked again; after the last it is given up.
_AGAIN = (timedelta(hours=1), timedelta(hours=6))
_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filled:
    """An article's words and date, its page having been looked at."""

    words: Words
    published_at: datetime
    dated: bool
    paywalled: bool


def fill(
    words: Words, facts: PageFacts, *, published_at: datetime, dated: bool, now: datetime
) -> Filled:
    """What was there stays; the page fills in what was missing, and the text where its is longer.

    The headline is never the page's: the outlet's feed says how it is called today.
    """
    thin = len(words.lead) < THIN_LEAD < len(facts.lead)
    signed = words.author or words.agency
    date = facts.published_at
    if not dated and date and date <= now + _CLOCKS_DIFFER:
        published_at, dated = min(date, now), True
    return Filled(
        replace(
            words,
            lead=facts.lead if thin else words.lead,
            body=facts.body if len(facts.body) > len(words.body) else words.body,
            author=words.author if signed else facts.author,
            agency=words.agency or facts.agency,
            image_url=words.image_url or facts.image_url,
            categories=words.categories or facts.categories,
            language=words.language or facts.language,
            updated_at=words.updated_at or facts.updated_at,
        ),
        published_at,
        dated,
        facts.paywalled,
    )


def again(tries: int, now: datetime) -> datetime | None:
    """When a page that did not answer for the `tries`th time is asked next; None: never."""
    return now + _AGAIN[tries - 1] if tries <= len(_AGAIN) else None
