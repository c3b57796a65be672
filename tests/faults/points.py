"""The crash points: which names of the product are wrapped, and what each end of them is called.

This is the only file of the suite that knows the product from inside. When a name in it is no
more, or a point is never reached, the suite fails and says so: put the new name here.

A `Wrap` with a `verb` also gives `<verb>_before_commit` and `<verb>_after_commit`, at each commit
of the database within it, whichever way it is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.faults.hits import find, replace

_LEDGER = "mailer.mailings.ledger:"
_CONTROL = "mailer.mailings.control:"
_CONNECTION = "mailer.smtp.connection:Connection."
_MARKS = "mailer.smtp.marks:"

#: What the replies of the dialogue are called; the one to the final dot is nearly always 250.
_REPLIES = {
    "mail": "after_mail",
    "rcpt": "after_rcpt",
    "data": "after_354",
    "dot": "after_250",
    "rset": "after_rset",
}


@dataclass(frozen=True)
class Wrap:
    """A function of the product; a point is hit before it, or after it when it returned.

    Each of `before` and `after` is a name, or a function of the arguments that gives one, or none.
    `if_` looks at arguments and result. `within` counts it in that verb alone.
    """

    target: str
    before: str = ""
    after: str | Callable[..., str] = ""
    verb: str = ""
    within: str = ""
    if_: Callable[[tuple[Any, ...], Any], Any] | None = None


def _reply_awaited(dialogue: Any, *_: Any) -> str:
    return _REPLIES.get(dialogue.awaited or "", "")


WRAPS = (
    # The ledger, in the thread of the database.
    Wrap(_LEDGER + "claim", verb="claim", after="claimed", if_=lambda _, group: group),
    Wrap(_LEDGER + "begin", verb="begin", after="begun", if_=lambda _, people: people),
    Wrap("mailer.mailings.outgoing:Outgoing.submit", after="submitted"),
    Wrap(
        "mailer.mailings.worker:Worker.collect",
        after="outcomes_read",
        if_=lambda own, _: own[0]._unwritten,
    ),
    Wrap(_LEDGER + "settle", verb="settle"),
    Wrap(_LEDGER + "end_leases", verb="end_leases", after="lease_ended"),
    Wrap(_LEDGER + "heartbeat", verb="heartbeat", after="heartbeat"),
    Wrap(_LEDGER + "give_back", verb="give_back"),
    Wrap(_CONTROL + "finish", verb="finish"),
    Wrap(_CONTROL + "relay_is_down", verb="relay_down"),
    Wrap(_CONTROL + "relay_is_up", verb="relay_up"),
    # The wire, in the loop's own thread.
    Wrap(_CONNECTION + "__init__", after="connected"),
    Wrap(_CONNECTION + "_begin", after="envelope_written", if_=lambda own, _: not own[0].idle),
    Wrap("mailer.smtp.dialogue:Dialogue.receive", after=_reply_awaited),
    Wrap(_CONNECTION + "_write_body", after="body_written", if_=lambda own, _: own[0]._body_out),
    Wrap(_MARKS + "Marks.dots", before="before_mark", after="after_mark", verb="mark"),
    Wrap(_MARKS + "_check", before="between_marks", within="mark"),
    Wrap("mailer.smtp.dialogue:Dialogue.dot", before="before_dot"),
    Wrap(
        _CONNECTION + "_write_body",
        after="after_dot",
        if_=lambda own, _: not own[0]._dialogue.wants_body,
    ),
    Wrap(_MARKS + "Marks.reply", before="before_reply_mark", after="after_reply_mark"),
    Wrap("mailer.mailings.outgoing:Outgoing._tell", after="outcomes_told"),
    Wrap(_MARKS + "Marks.clear", before="before_clear", after="after_clear"),
    Wrap(_CONNECTION + "retire", after="line_given_up"),
    Wrap("mailer.mailings.outgoing:Outgoing.close", after="lines_closed"),
    Wrap(_MARKS + "Marks.close", before="before_journal_closed", after="journal_closed"),
    # The healer.
    Wrap(_LEDGER + "take_back", verb="take_back", before="take_back_begun"),
    Wrap("mailer.mailings.journals:Journals.marks", after="take_back_marks_read"),
    Wrap(_MARKS + "forget_marks", before="forget_marks", after="marks_forgotten"),
    # A reader's way out.
    Wrap("mailer.subscribers.optout:unsubscribe", verb="unsubscribe"),
)


def _commits(*verbs: str) -> tuple[str, ...]:
    return tuple(f"{verb}_{end}_commit" for verb in verbs for end in ("before", "after"))


def names(wrap: Wrap) -> set[str]:
    """The points that a wrapped function has."""
    after = set(_REPLIES.values()) if callable(wrap.after) else {wrap.after}
    own = _commits(wrap.verb) if wrap.verb and wrap.verb != "mark" else ()
    return {wrap.before, *after, *own} - {""}


#: What a healer passes on its way; all others are a worker's.
HEALERS = (
    "take_back_begun",
    "take_back_marks_read",
    "forget_marks",
    "marks_forgotten",
    *_commits("take_back", "finish"),
)
#: The points in the loop's thread.
_ON_THE_LINE = (
    *("connected", "envelope_written", "after_mail", "after_rcpt", "after_354", "before_mark"),
    *("between_marks", "after_mark", "before_dot", "after_dot", "after_250"),
    *("before_reply_mark", "after_reply_mark", "outcomes_told"),
)
#: The points of the plain scene, which all other faults are crossed with.
WORKERS = (
    *("claimed", "begun", "submitted", "heartbeat"),
    *_ON_THE_LINE,
    *("outcomes_read", "before_clear", "after_clear", "lease_ended"),
    *("lines_closed", "before_journal_closed", "journal_closed"),
    *_commits("claim", "begin", "settle", "end_leases", "heartbeat", "finish"),
)
#: Those of the worker's leave-taking: who lives from one task to the next does not pass them.
AT_THE_END = ("lines_closed", "before_journal_closed", "journal_closed")
#: What other scenes pass besides.
ELSEWHERE = (
    *("body_written", "after_rset", "line_given_up"),
    *_commits("give_back", "relay_down", "relay_up", "unsubscribe"),
)
#: What another way of writing on the line may change.
WIRE = (*_ON_THE_LINE, "body_written", "before_clear", "after_clear", *_commits("settle"))


# What a case changes of the product's patience and measures.


def two_writes() -> None:
    """Every body is a large one: it goes out first, and its dot in a turn of its own."""
    replace("mailer.smtp.connection:ONE_WRITE", 512)


def small_journals(capacity: int) -> None:
    """A journal has room for so many marks: one of 4 MB takes 20 ms to read."""
    _, _, made = find("mailer.smtp.marks:Marks.__init__")
    replace(
        "mailer.smtp.marks:Marks.__init__",
        lambda marks, folder, room=capacity: made(marks, folder, room),
    )


def impatient(seconds: float) -> None:
    """A relay has so many seconds for each step."""
    from mailer.smtp.timeouts import Timeouts

    steps = ("connect", "banner", "ehlo", "mail", "rcpt", "data", "block", "dot", "rset")
    replace("mailer.smtp.pool:Timeouts", partial(Timeouts, **dict.fromkeys(steps, seconds)))


def database_patience(again: float, seconds: float) -> None:
    """How soon a database that went away is asked again, and how long in all."""
    replace("mailer.mailings.worker:_DATABASE_AGAIN", again)
    replace("mailer.mailings.worker:_DATABASE_PATIENCE", seconds)


def told_to_stop(when: Callable[[], bool]) -> None:
    """This worker was told to stop, from then on."""
    replace("mailer.celery:draining", when)


# What the suite must notice: each of these breaks a rule on which everything rests.


def _no_dots() -> None:
    replace("mailer.smtp.marks:Marks.dots", lambda marks, keys: None)


def _late_dots() -> None:
    _, _, dots = find("mailer.smtp.marks:Marks.dots")
    before: list[int] = []

    def late(marks: Any, keys: list[int]) -> None:
        dots(marks, before)
        before[:] = keys

    replace("mailer.smtp.marks:Marks.dots", late)


def _sent_again() -> None:
    _, _, from_mark = find("mailer.mailings.retry:from_mark")
    again = partial(from_mark, False, None)
    replace("mailer.mailings.retry:from_mark", lambda *mark, **named: again())


def _nothing_taken_back() -> None:
    replace(_LEDGER + "take_back", lambda *words, **named: True)


def _consent_ignored() -> None:
    _, _, wanted = find("mailer.mailings.statements:STILL_WANTED")
    replace("mailer.mailings.statements:STILL_WANTED", wanted.replace("'confirmed'", "n.state"))


def _checksum_ignored() -> None:
    _, _, copy = find("mailer.mailings.copies:_compiled")
    _, _, checksum = find("mailer.editions.freeze:edition_checksum")
    known = dict[int, str]()

    def first_seen(edition: Any) -> str:
        return known.get(edition.pk) or checksum(edition)

    def compiled(edition: int, approved: str) -> Any:
        known[edition] = approved
        return copy(edition, approved)

    replace("mailer.editions.freeze:edition_checksum", first_seen)
    replace("mailer.mailings.copies:_compiled", compiled)


def _uncounted() -> None:
    replace("mailer.mailings.tallies:add", lambda *words: None)


SABOTAGES: dict[str, Callable[[], None]] = {
    "no-dots": _no_dots,
    "late-dots": _late_dots,
    "sent-again": _sent_again,
    "nothing-taken-back": _nothing_taken_back,
    "consent-ignored": _consent_ignored,
    "checksum-ignored": _checksum_ignored,
    "uncounted": _uncounted,
}
