"""No order of requests, links, imports and erasures mails a person without a standing consent.

A machine does whatever readers, strangers, staff and the clock may do, in any order, with every
link that was ever mailed, however old. Beside it runs a model of a few lines that knows who
consented. At each step the two must agree, to the person, on who would be mailed.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mailer.errors import BadToken, Refused
from mailer.letters.models import Letter
from mailer.mailings.statements import AUDIENCE, Audience
from mailer.receipts.models import Way
from mailer.receipts.record import Taken
from mailer.receipts.taking import take
from mailer.subscribers import (
    confirmation,
    dossier,
    erasing,
    importing,
    links,
    moving,
    optin,
    optout,
    pending,
    preferences,
)
from mailer.subscribers.consents import Where
from mailer.subscribers.models import MailingList, RequestKind, Suppression
from mailer.subscribers.optin import Asked
from tests.people import WEDNESDAY

pytestmark = pytest.mark.django_db

HERE = Where("a page")
LIST = "revue-de-presse"
_LINK = re.compile(r"/([\w-]+)/([\w-]{52})")
#: Two: the fewer they are, the more happens to each.
PEOPLE = ["amina@example.org", "youssef@example.org"]
_people = st.sampled_from(PEOPLE)


@dataclass
class Mail:
    """A letter: to whom, when, and whether what it asked for was ended since."""

    to: str | None
    at: datetime
    tokens: dict[str, str]
    spent: bool = False


@dataclass
class Known:
    """What the model knows of an address.

    `state` is unknown, pending, standing, left or erased; `read` whether they ever were on the
    list and left it, or stood; `asked` when they last asked.
    """

    state: str = "unknown"
    read: bool = False
    asked: datetime = WEDNESDAY
    paused_until: datetime | None = None
    suppressed: bool = False


@dataclass
class World:
    """Every address, and every mail."""

    people: dict[str, Known] = field(default_factory=lambda: {one: Known() for one in PEOPLE})
    mails: list[Mail] = field(default_factory=list)

    def end(self, who: str, state: str) -> None:
        """Somebody's request or reading ends: no link mailed until now may begin it again."""
        self.people[who].state = state
        for mail in self.mails:
            mail.spent |= mail.to == who

    def mailed(self, now: datetime) -> set[str]:
        """Who may be mailed."""
        return {
            who
            for who, known in self.people.items()
            if known.state == "standing"
            and not known.suppressed
            and not (known.paused_until and known.paused_until > now)
        }


class Everybody(RuleBasedStateMachine):
    """What anybody may do; each run in a transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self._undone = transaction.atomic()
        self._undone.__enter__()
        self.now, self.world, self._seen = WEDNESDAY, World(), 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    # -- What is done ----------------------------------------------------------------------------

    @rule(who=_people)
    def fills_in_the_form(self, who: str) -> None:
        optin.write_down(Asked(who, "ar", LIST), where=HERE, now=self.now)
        optin.take_requests(self.now)
        known = self.world.people[who]
        if not known.suppressed:
            self._asks(known)
        self._collect()

    @rule(at=st.integers(0, 10**6))
    def presses_the_button_of_any_mail_that_ever_asked(self, at: int) -> None:
        if (mail := self._any("confirm", at)) is None:
            return
        valid = not mail.spent and self.now < mail.at + links.CONFIRM_FOR
        try:
            confirmation.confirm(mail.tokens["confirm"], where=HERE, now=self.now)
        except BadToken:
            assert not valid
        else:
            assert valid
            assert mail.to
            self.world.people[mail.to].state = "standing"
            self.world.people[mail.to].read = True
        self._collect()

    @rule(at=st.integers(0, 10**6))
    def says_that_it_was_not_me(self, at: int) -> None:
        if (mail := self._any("not-me", at)) is None:
            return
        try:
            confirmation.disown(mail.tokens["not-me"], where=HERE, now=self.now)
        except BadToken:
            return
        assert mail.to
        self._goes_back(mail.to)

    @rule(at=st.integers(0, 10**6))
    def leaves_by_the_link_of_any_mail(self, at: int) -> None:
        if (mail := self._any("unsubscribe", at)) is None:
            return
        optout.unsubscribe(mail.tokens["unsubscribe"], where=HERE, now=self.now)
        if mail.to:
            self._leaves(mail.to)

    @rule(who=_people)
    def leaves_by_mail(self, who: str) -> None:
        # Of many in one hour that prove nothing, the last ones wait for staff.
        self.now += timedelta(hours=1)
        asks = f"From: {who}\nSubject: unsubscribe\nMessage-ID: <{self.now.isoformat()}>\n\n"
        if take(Way.MAILBOX, asks.encode(), self.now) is not Taken.DONE:
            assert self.world.people[who].state in ("unknown", "erased")
        self._leaves(who)

    @rule(at=st.integers(0, 10**6), weeks=st.sampled_from(["0", "2", "8"]))
    def pauses_or_goes_on(self, at: int, weeks: str) -> None:
        if (mail := self._any("preferences", at)) is None:
            return
        token = mail.tokens["preferences"]
        try:
            preferences.change(token, language="", name="", weeks=weeks, now=self.now)
        except BadToken:
            return
        assert mail.to
        until = self.now + timedelta(weeks=int(weeks)) if weeks != "0" else None
        self.world.people[mail.to].paused_until = until

    @rule(who=_people)
    def erases_everything(self, who: str) -> None:
        if (token := self._data_link(who)) is None:
            return
        erasing.erase(dossier.open_file(token, self.now).pk, where=HERE, now=self.now)
        self.world.end(who, "erased")
        self.world.people[who] = Known("erased")
        for mail in self.world.mails:
            mail.to = None if mail.to == who else mail.to

    @rule(who=_people, new=_people)
    def moves(self, who: str, new: str) -> None:
        if (token := self._data_link(who)) is None or who == new:
            return
        if not moving.ask(dossier.open_file(token, self.now), new, self.now):
            assert self.world.people[new].suppressed
            return
        (link,) = [one.tokens["address"] for one in self._collect() if "address" in one.tokens]
        free = self.world.people[new].state in ("unknown", "erased")
        try:
            moving.confirm(link, where=HERE, now=self.now)
        except Refused:
            assert not free
            return
        assert free
        people = self.world.people
        # A suppression is of the address, not of the person.
        people[new], people[who] = people[who], Known(suppressed=people[who].suppressed)
        people[new].suppressed = False
        for mail in self.world.mails:
            mail.to = new if mail.to == who else mail.to

    @rule(whom=st.sets(_people, min_size=1), proven=st.booleans())
    def staff_import_a_file(self, whom: set[str], proven: bool) -> None:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "people.csv"
            file.write_text("email\n" + "\n".join(sorted(whom)) + "\n", encoding="utf-8")
            proof: dict[str, Any] = {"confirmed": True, "consent": "A paper form"} if proven else {}
            importing.import_csv(file, LIST, now=self.now, **proof)
        for who in whom:
            known = self.world.people[who]
            if known.suppressed or known.state not in ("unknown", "pending"):
                continue
            if proven:
                known.state, known.read = "standing", True
            elif known.state == "unknown":
                self._asks(known)
        self._collect()

    @rule(who=_people)
    def an_address_is_suppressed(self, who: str) -> None:
        Suppression.objects.get_or_create(
            email_key=who, defaults={"reason": "complaint", "at": self.now}
        )
        self.world.people[who].suppressed = True

    @rule(hours=st.sampled_from([1, 30, 80, 24 * 14, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        pending.tend(self.now)
        self._collect()
        for who, known in self.world.people.items():
            if known.state == "pending" and known.asked <= self.now - pending.PURGE_AFTER:
                self._goes_back(who)

    # -- What must hold --------------------------------------------------------------------------

    @invariant()
    def who_would_be_mailed_has_consented_and_who_has_is_not_forgotten(self) -> None:
        # Without an issue: who has no edition is left out for that reason alone, the last of all.
        everybody = Audience([MailingList.objects.get(slug=LIST).pk], None, 0, "fr")
        chosen = """
            SELECT s.email_key FROM audience a
            JOIN subscribers_subscriber s ON s.id = a.subscriber_id
            WHERE a.reason IN ('', 'no_edition')
        """
        with connection.cursor() as cursor:
            cursor.execute(*everybody.of(AUDIENCE + chosen, self.now))
            found = {row[0] for row in cursor.fetchall()}
        assert found == self.world.mailed(self.now)

    # -- How the model goes on -------------------------------------------------------------------

    def _asks(self, known: Known) -> None:
        if known.state != "standing":
            known.state, known.asked = "pending", self.now

    def _leaves(self, who: str) -> None:
        if self.world.people[who].state in ("pending", "standing"):
            self.world.people[who].read = True
            self.world.end(who, "left")

    def _goes_back(self, who: str) -> None:
        """A request comes to nothing: who had read before has left, of others nothing is known."""
        if self.world.people[who].state == "pending":
            self.world.end(who, "left" if self.world.people[who].read else "unknown")
            if not self.world.people[who].read:
                self.world.people[who].paused_until = None
                for mail in self.world.mails:
                    mail.to = None if mail.to == who else mail.to

    def _data_link(self, who: str) -> str | None:
        optin.write_down(Asked(who, "ar", kind=RequestKind.DATA), where=HERE, now=self.now)
        optin.take_requests(self.now)
        return next((one.tokens["data"] for one in self._collect() if "data" in one.tokens), None)

    def _any(self, page: str, at: int) -> Mail | None:
        having = [mail for mail in self.world.mails if page in mail.tokens]
        return having[at % len(having)] if having else None

    def _collect(self) -> list[Mail]:
        """The letters that were posted since, as their readers keep them for ever."""
        new = Letter.objects.filter(pk__gt=self._seen).order_by("pk")
        came = [
            Mail(
                one.recipient, one.created_at, dict(re.findall(r"/([\w-]+)/([\w-]{52})", one.text))
            )
            for one in new
            if one.recipient
        ]
        self._seen = max([self._seen, *new.values_list("pk", flat=True)])
        self.world.mails += came
        return came


def test_whatever_happens_in_whatever_order_only_those_who_consented_are_mailed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So that the limits, which have tests of their own, do not end the story.
    monkeypatch.setattr(django_settings, "MAILER_SIGNUPS_PER_ADDRESS", 10_000)
    run_state_machine_as_test(
        Everybody, settings=settings(max_examples=30, stateful_step_count=30, deadline=None)
    )
