"""Troubles that people make while a worker stands still: they leave, look, pause, change."""

import hashlib
from typing import TYPE_CHECKING, Any

from django.db import connection

from mailer.editions.models import Edition
from mailer.mailings.models import Delivery, DeliveryState, Mailing, MailingState
from mailer.subscribers.models import Subscription
from tests.faults.troubles import Trouble, alongside

if TYPE_CHECKING:
    from tests.faults.play import Play
    from tests.faults.zygote import Child

#: A message already in DATA may be taken so many seconds after an unsubscription: invariant I3.
_GRACE = 5.0
_UNTOUCHED = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.DEFERRED)
#: Shown; shown for the last time; led away from; only by POST.
_AS_EVER = (200, 286, 303, 405)
_CHANGED = "This was never approved"


class Unsubscribed(Trouble):
    """Two readers leave by one click: one who is being handed over, if any is, and one who waits.

    With `killed` the web process dies there, at the first one's commit.
    """

    alternates = True

    def __init__(self, killed: str = "") -> None:
        self._killed = killed
        self._leaving: list[Delivery] = []
        self._web: Child | None = None
        self._at = 0.0

    def arrange(self, play: "Play") -> None:
        self._web = browser(play, **self._crash())

    def strike(self, play: "Play") -> None:
        assert self._web is not None
        for states in ([DeliveryState.SENDING], _UNTOUCHED):
            found = Delivery.objects.filter(mailing=play.mailing, state__in=states)
            self._leaving += found.exclude(subscriber=play.stage.cast.eve).order_by("-id")[:1]
        ways = [play.stage.cast.way_out(one.subscriber_id) for one in self._leaving]
        self._web.say(requests=[("post", way, {"List-Unsubscribe": "One-Click"}) for way in ways])
        alongside(play, self._web, "done")
        self._at = play.stage.clock.monotonic()
        # Looked at behind the commit: who is not in a worker's hands by now may get nothing more.
        self._seen = {one.pk: Delivery.objects.get(pk=one.pk).state for one in self._leaving}

    def check(self, play: "Play") -> list[str]:
        assert self._web is not None
        if self._killed:
            return self._check_killed(play)
        answers = self._web.told.get("answers", [])
        if len(answers) != len(self._leaving):
            return [f"the way out answered {answers}"]
        return [
            wrong
            for one, (_, _, status, at) in zip(self._leaving, answers, strict=True)
            for wrong in self._wrong(play, one, status, at)
        ]

    def _crash(self) -> dict[str, Any]:
        return {"point": self._killed, "n": 1, "how": "die"} if self._killed else {}

    def _wrong(self, play: "Play", one: Delivery, status: int, at: float) -> list[str]:
        if status != 200:
            return [f"the way out of subscriber {one.subscriber_id} answered {status}"]
        held = self._web in play.waiting or self._seen[one.pk] == DeliveryState.SENDING
        late = [taken for taken in play.taken(one) if taken.at > at + (_GRACE if held else 0)]
        return [f"I3: subscriber {one.subscriber_id} left and got a mail later"] if late else []

    def _check_killed(self, play: "Play") -> list[str]:
        assert self._web is not None
        if not self._leaving:
            return []
        if not self._web.killed:
            return [f"the web process was not killed at {self._killed}"]
        first = Subscription.objects.get(subscriber=self._leaving[0].subscriber_id)
        left = first.state == "unsubscribed"
        if left != self._killed.endswith("after_commit"):
            return [f"killed at {self._killed}, the subscription is {first.state}"]
        return self._wrong(play, self._leaving[0], 200, self._at) if left else []


class Changed(Trouble):
    """An edition changes behind the signature: nothing of the new one may ever leave."""

    alternates = True

    def strike(self, play: "Play") -> None:
        if play.worker.told["at"].endswith("before_commit"):
            # On SQLite the worker holds the database's one lock: the change comes just behind.
            return
        self._change(play)

    def released(self, play: "Play") -> None:
        self._change(play)

    def _change(self, play: "Play") -> None:
        Edition.objects.filter(issue=play.stage.cast.issue, language="fr").update(subject=_CHANGED)

    def at_two_minutes(self, play: "Play") -> None:
        mailing = Mailing.objects.get(pk=play.mailing)
        if mailing.state not in (MailingState.PAUSED, MailingState.DONE):
            play.wrong.append(f"I4: an edition changed, and the mailing is {mailing.state}")
        if mailing.state == MailingState.PAUSED:
            play.end = MailingState.PAUSED
            if not mailing.paused_why:
                play.wrong.append("I4: the mailing is paused, and nobody is told why")

    def check(self, play: "Play") -> list[str]:
        new = [one for one in play.server.accepted if _CHANGED.encode() in one.body]
        return [f"I4: {len(new)} left that nobody had approved"] if new else []


class Watched(Trouble):
    """Pages are looked at, by GET and HEAD: nothing changes."""

    lives = (True,)

    def arrange(self, play: "Play") -> None:
        self._web = browser(play, staff="karim")

    def strike(self, play: "Play") -> None:
        before = _digest()
        requests = [(method, page, {}) for page in _pages(play) for method in ("get", "head")]
        self._web.say(requests=requests)
        if not self._web.within(10, "answers"):
            play.wrong.append("I5: a page waits for a worker")
        answers = self._web.told.get("answers", [])
        if broken := [one for one in answers if one[2] not in _AS_EVER]:
            play.wrong.append(f"pages are broken during a mailing: {broken}")
        if _digest() != before:
            play.wrong.append("I5: GET and HEAD changed the database")


class Paused(Trouble):
    """A publisher pauses the mailing; nothing more begins until it is resumed."""

    alternates = True
    act, form = "pause", dict[str, str]()

    def arrange(self, play: "Play") -> None:
        self._web, self._later = browser(play, staff="karim"), browser(play, staff="karim")

    def strike(self, play: "Play") -> None:
        path = f"/desk/mailings/{play.mailing}/{self.act}/"
        self._web.say(requests=[("post", path, self.form)])
        alongside(play, self._web, "done")

    def heal(self, play: "Play") -> None:
        if not play.lives:
            play.server.quiet(2.0)
        self._taken = len(play.server.accepted)
        state = Mailing.objects.get(pk=play.mailing).state
        self._holds = state == MailingState.PAUSED
        if state == MailingState.RUNNING:
            play.wrong.append(f"asked to {self.act}, the mailing is {state}")

    def at_two_minutes(self, play: "Play") -> None:
        if self._holds:
            if len(play.server.accepted) != self._taken:
                play.wrong.append("a paused mailing went on")
            self._resume(play)

    def last(self, play: "Play") -> None:
        # Nothing of it was left to do, so nobody waited two minutes; it is paused all the same.
        if Mailing.objects.get(pk=play.mailing).state == MailingState.PAUSED:
            self._resume(play)
            play.start("beat_once").until()

    def _resume(self, play: "Play") -> None:
        self._later.say(requests=[("post", f"/desk/mailings/{play.mailing}/resume/", {})])
        self._later.until("done")


class Cancelled(Paused):
    """A publisher cancels the mailing: what has not begun never leaves."""

    act, form = "cancel", {"sure": "1"}

    def heal(self, play: "Play") -> None:
        super().heal(play)
        if Mailing.objects.get(pk=play.mailing).state == MailingState.CANCELLED:
            play.end = MailingState.CANCELLED

    def at_two_minutes(self, play: "Play") -> None:
        """It stays cancelled."""

    def check(self, play: "Play") -> list[str]:
        later = len(play.server.accepted) - self._taken
        cancelled = play.end == MailingState.CANCELLED
        return [f"{later} left after the mailing was cancelled"] if cancelled and later else []


def browser(play: "Play", **plan: Any) -> "Child":
    """A web process that waits for its requests."""
    child = play.start("web", **plan)
    child.until("ready")
    return child


def _pages(play: "Play") -> list[str]:
    """What readers, staff and programs look at during a mailing."""
    cast = play.stage.cast
    return [
        *(cast.way_out(cast.readers[0]), cast.preferences(cast.readers[1])),
        *(f"/desk/mailings/{play.mailing}/", f"/desk/mailings/{play.mailing}/progress/"),
        *(f"/desk/mailings/{play.mailing}/cancel/", f"/desk/issues/{cast.issue}/send/"),
        *(f"/desk/issues/{cast.issue}/", f"/api/v1/mailings/{play.mailing}", "/metrics"),
    ]


def _digest() -> str:
    """Of every row of every table but the sessions'."""
    told = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table != "django_session":
                cursor.execute(f'SELECT * FROM "{table}"')
                told.update(repr(sorted(map(repr, cursor.fetchall()))).encode())
    return told.hexdigest()
