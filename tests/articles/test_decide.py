from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mailer.articles.canonical import canonical
from mailer.articles.decide import (
    Intent,
    Known,
    New,
    Rejected,
    Unchanged,
    Update,
    Words,
    decide,
    guids,
    wants_page,
)
from mailer.articles.feed import Entry
from mailer.articles.title_key import title_key

NOW = datetime(2025, 5, 21, 6, 30, tzinfo=UTC)
LE_MATIN, HESPRESS = 1, 2


def entry(
    title: str = "Le Conseil ouvre ses portes à Rabat",
    url: str = "https://lematin.ma/a",
    *,
    guid: str = "",
    at: datetime | None = NOW - timedelta(hours=1),
    lead: str = "Un début.",
) -> Entry:
    return Entry(
        guid=guid,
        url=url,
        canonical_url=canonical(url),
        title=title,
        lead=lead,
        body=lead,
        author="",
        agency="",
        outlet="Le Matin",
        language="fr",
        image_url="",
        categories=(),
        published_at=at,
        updated_at=None,
        title_key=title_key(title),
    )


def once(*entries: Entry, known: tuple[Known, ...] = (), source: int = LE_MATIN) -> list[Intent]:
    return decide(entries, known, source_id=source, now=NOW)


def stored(new: Intent, number: int = 7, source: int = LE_MATIN) -> Known:
    """The article that was made of a New."""
    assert isinstance(new, New)
    return Known(
        number, source, new.guid, new.canonical_url, new.published_at, new.dated, new.words
    )


def known(first: Entry, number: int = 7, source: int = LE_MATIN) -> Known:
    return stored(once(first, source=source)[0], number, source)


def test_an_unknown_entry_is_new_and_the_second_time_unchanged() -> None:
    (new,) = once(entry(guid="1"))
    assert isinstance(new, New)
    assert (new.guid, new.dated, new.published_at) == ("1", True, NOW - timedelta(hours=1))
    assert once(entry(guid="1"), known=(stored(new),)) == [Unchanged(7)]


def test_a_known_guid_with_other_words_is_an_update_that_keeps_its_date() -> None:
    (update,) = once(
        entry(title="Un tout autre titre pour la même histoire", guid="1", at=NOW),
        known=(known(entry(guid="1")),),
    )
    assert isinstance(update, Update)
    assert update.words.title == "Un tout autre titre pour la même histoire"
    assert update.published_at == NOW - timedelta(hours=1)


def test_the_same_address_from_another_source_is_the_same_article_and_stays_as_it_is() -> None:
    first = known(entry(guid="1"), source=HESPRESS)
    assert once(
        entry(guid="99", lead="Autre", url="https://lematin.ma/a?utm_source=x"), known=(first,)
    ) == [Unchanged(7)]


def test_a_guid_belongs_to_its_source() -> None:
    first = known(entry(guid="1"), source=HESPRESS)
    (new,) = once(
        entry("Une autre histoire tout à fait", "https://lematin.ma/b", guid="1"), known=(first,)
    )
    assert isinstance(new, New)


def test_the_same_title_on_the_same_host_within_three_days_is_the_same_article() -> None:
    first = known(entry(guid="1"))
    moved = entry(url="https://www.lematin.ma/b", guid="2")
    (update,) = once(moved, known=(first,))
    assert isinstance(update, Update)
    assert (update.id, update.canonical_url) == (7, "https://www.lematin.ma/b")
    later = replace(first, published_at=NOW - timedelta(days=4))
    assert isinstance(once(moved, known=(later,))[0], New)
    elsewhere = entry(url="https://hespress.com/b", guid="2")
    assert isinstance(once(elsewhere, known=(first,))[0], New)


def test_a_short_title_that_comes_back_every_day_is_another_article() -> None:
    first = known(entry("Revue de presse", guid="1"))
    (new,) = once(entry("Revue de presse", "https://lematin.ma/b", guid="2"), known=(first,))
    assert isinstance(new, New)


def test_an_entry_that_stands_twice_in_a_feed_is_one_article() -> None:
    new, again = once(entry(guid="1"), entry(guid="1", lead="Autre"))
    assert isinstance(new, New)
    assert again == Unchanged(None)
    article = stored(new)
    assert once(entry(guid="1"), entry(guid="1", lead="Autre"), known=(article,)) == [
        Unchanged(7),
        Unchanged(7),
    ]


def test_an_undated_entry_is_of_the_moment_it_was_seen_until_its_date_is_known() -> None:
    first = known(entry(guid="1", at=None))
    assert (first.published_at, first.dated) == (NOW, False)
    assert once(entry(guid="1", at=None), known=(first,)) == [Unchanged(7)]
    (update,) = once(entry(guid="1"), known=(first,))
    assert isinstance(update, Update)
    assert (update.published_at, update.dated) == (NOW - timedelta(hours=1), True)


def test_a_date_in_the_future_is_the_clock_of_another_or_no_date() -> None:
    soon, far = (once(entry(guid="1", at=NOW + timedelta(hours=h)))[0] for h in (3, 72))
    assert isinstance(soon, New)
    assert isinstance(far, New)
    assert (soon.published_at, soon.dated) == (NOW, True)
    assert (far.published_at, far.dated) == (NOW, False)


def test_an_entry_without_an_address_or_a_title_is_rejected() -> None:
    no_address, no_title = once(entry(url="", guid="1"), entry("…", guid="2"))
    assert isinstance(no_address, Rejected)
    assert isinstance(no_title, Rejected)
    assert no_address.reason % {"title": "Un titre"} == "“Un titre” has no address to link to."


def test_a_few_repeated_guids_are_repaired_and_many_are_abandoned() -> None:
    good = [entry(f"Titre {n}", f"https://h.ma/{n}", guid=str(n)) for n in range(60)]
    bad = [entry(f"Bis {n}", f"https://h.ma/bis{n}", guid="same") for n in range(3)]
    repaired = guids(good + bad)
    assert repaired[:60] == [str(n) for n in range(60)]
    assert repaired[60:] == [f"same https://h.ma/bis{n}" for n in range(3)]
    # 3 of 60 are five in a hundred; 3 of 59 are more.
    assert guids(good[:57] + bad)[0] == "0"
    assert guids(good[:56] + bad)[0] == "https://h.ma/0"


def test_a_guid_longer_than_an_index_takes_is_shortened() -> None:
    one, two = guids([entry(guid="x" * 3000), entry("Autre", "https://h.ma/b", guid="x" * 3001)])
    assert one.startswith("sha256:")
    assert one != two
    assert len(one) < 100


def test_an_update_does_not_take_the_address_of_another_article() -> None:
    first = known(entry(guid="1"))
    second = known(entry("Une tout autre histoire à lire", "https://lematin.ma/b", guid="2"), 8)
    (update,) = once(entry(url="https://lematin.ma/b", guid="1"), known=(first, second))
    assert update == Unchanged(7)


def test_what_a_feed_leaves_out_later_is_not_taken_away() -> None:
    first = known(replace(entry(guid="1"), author="Amina Idrissi", image_url="https://h.ma/i.jpg"))
    assert once(entry(guid="1"), known=(first,)) == [Unchanged(7)]


def test_what_came_from_the_page_stays_when_the_feed_is_as_thin_as_ever() -> None:
    lead = "Un chapeau assez long pour qu'un lecteur sache de quoi il retourne."
    thin = known(entry(guid="1", lead="Un début."))
    words = replace(thin.words, lead=lead, body=lead * 3)
    first = replace(thin, words=words, page_read=True)
    assert once(entry(guid="1", lead="Un début."), known=(first,)) == [Unchanged(7)]
    (update,) = once(entry("Un autre titre pour la même histoire", guid="1"), known=(first,))
    assert isinstance(update, Update)
    assert (update.words.lead, update.words.title) == (lead, "Un autre titre pour la même histoire")


def test_a_page_is_wanted_for_a_lead_a_date_an_author_or_an_image_that_is_missing() -> None:
    """press-rules, Enrich: when lead (< 40 characters), date, author or image is missing."""
    full = replace(
        known(entry()).words, lead="x" * 40, author="Amina", image_url="https://h.ma/i.jpg"
    )
    assert not wants_page(full, True)
    assert not wants_page(replace(full, author="", agency="MAP"), True)
    for missing in ({"lead": "x" * 39}, {"author": ""}, {"image_url": ""}):
        assert wants_page(replace(full, **missing), True)
    assert wants_page(full, False)


def test_the_pages_own_address_stays_while_the_feed_gives_what_it_gave() -> None:
    first = known(entry(url="https://lematin.ma/?p=1", guid="1"))
    named = replace(
        first, canonical_url="https://lematin.ma/le-conseil", given_url="https://lematin.ma/?p=1"
    )
    assert once(entry(url="https://lematin.ma/?p=1", guid="1"), known=(named,)) == [Unchanged(7)]
    theirs = entry(url="https://lematin.ma/?p=1", guid="x")
    assert once(theirs, known=(named,), source=HESPRESS) == [Unchanged(7)]
    (moved,) = once(entry(url="https://lematin.ma/autre", guid="1"), known=(named,))
    assert isinstance(moved, Update)
    assert (moved.canonical_url, moved.given_url) == ("https://lematin.ma/autre",) * 2


titles = st.sampled_from(["Le roi reçoit le ministre à Rabat", "Le Conseil ouvre ses portes à Fès"])
urls = st.sampled_from([f"https://h.ma/{n}" for n in range(4)] + ["https://g.ma/1", ""])
entries = st.lists(
    st.builds(
        entry,
        titles,
        urls,
        guid=st.sampled_from(["", "1", "2", "3"]),
        lead=st.sampled_from(["a", "b"]),
    ),
    max_size=8,
)


@given(entries, entries)
def test_no_two_articles_ever_share_a_guid_or_an_address(
    first: list[Entry], then: list[Entry]
) -> None:
    shelf: dict[int, Known] = {}
    for feed in (first, *[then] * 5):  # a feed that contradicts itself settles after some visits
        intents = once(*feed, known=tuple(shelf.values()))
        for intent in intents:
            if isinstance(intent, New):
                shelf[len(shelf)] = stored(intent, len(shelf))
            elif isinstance(intent, Update):
                shelf[intent.id] = replace(
                    shelf[intent.id],
                    canonical_url=intent.canonical_url,
                    given_url=intent.given_url,
                    words=intent.words,
                )
        for identity in ("guid", "canonical_url"):
            values = [getattr(article, identity) for article in shelf.values()]
            assert len(values) == len(set(values))
    assert not any(isinstance(intent, New | Update) for intent in intents)


def test_words_are_all_that_an_update_may_change() -> None:
    assert set(Words.__dataclass_fields__) < set(Entry.__dataclass_fields__)
