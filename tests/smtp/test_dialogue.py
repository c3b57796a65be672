"""The dialogue, without a socket: what is written, what a reply means."""

import pytest

from mailer.smtp.capabilities import Capabilities
from mailer.smtp.dialogue import Dialogue, LeavingError, Transaction
from mailer.smtp.envelope import Body, Outcome
from mailer.smtp.reply import ProtocolError, Reply, ReplyParser
from tests.fakes.post import letter

PIPELINING = Capabilities(pipelining=True)
AMINA, BILAL = "amina@example.org", "bilal@example.org"


def carrying(key: int, recipient: str) -> Transaction:
    envelope = letter(key, recipient)
    rcpt = f"RCPT TO:<{recipient}>\r\n".encode()
    return Transaction(envelope, Body.of(b"body\r\n"), b"MAIL FROM:<r@press.ma>\r\n", rcpt, 0.0)


def say(dialogue: Dialogue, replies: str) -> list[Outcome]:
    """Give these replies; the outcomes they brought."""
    heard = ReplyParser().feed(replies.replace("\n", "\r\n").encode())
    return [outcome for reply in heard if (outcome := dialogue.receive(reply))]


def begun(server: Capabilities = PIPELINING, limit: int = 100) -> Dialogue:
    dialogue = Dialogue(server, limit)
    dialogue.begin(carrying(1, AMINA))
    return dialogue


def test_with_pipelining_three_commands_travel_together() -> None:
    dialogue = begun()
    assert dialogue.outgoing() == (
        b"MAIL FROM:<r@press.ma>\r\nRCPT TO:<amina@example.org>\r\nDATA\r\n"
    )
    assert dialogue.outgoing() == b""


def test_without_pipelining_each_command_waits_for_its_reply() -> None:
    dialogue = begun(Capabilities())
    written = [dialogue.outgoing()]
    for _ in range(2):
        assert dialogue.outgoing() == b""
        say(dialogue, "250 ok\n")
        written.append(dialogue.outgoing())
    assert [command[:4] for command in written] == [b"MAIL", b"RCPT", b"DATA"]
    assert not dialogue.may_overlap


def test_the_next_envelope_goes_right_behind_the_final_dot() -> None:
    dialogue = begun()
    dialogue.outgoing()
    assert say(dialogue, "250 ok\n250 ok\n354 go\n") == []
    assert dialogue.wants_body
    assert dialogue.body().pieces == (b"body\r\n",)
    assert dialogue.dot(carrying(2, BILAL)) == (
        b".\r\nMAIL FROM:<r@press.ma>\r\nRCPT TO:<bilal@example.org>\r\nDATA\r\n"
    )
    (outcome,) = say(dialogue, "250 2.0.0 queued as 7\n250 ok\n250 ok\n354 go\n")
    assert outcome == Outcome(1, "sent", "dot", 250, "2.0.0", "queued as 7")
    assert dialogue.current is not None
    assert dialogue.current.envelope.key == 2
    assert dialogue.wants_body


def test_a_refused_recipient_behind_a_354_gets_a_lone_dot() -> None:
    dialogue = begun()
    dialogue.outgoing()
    assert say(dialogue, "250 ok\n550 5.1.1 no such user\n354 go\n") == []
    assert dialogue.body().pieces == ()
    assert dialogue.dot(None) == b".\r\n"
    # Whatever the server says to the dot, nobody was written to.
    (outcome,) = say(dialogue, "250 2.0.0 ok\n")
    assert outcome == Outcome(1, "refused", "rcpt", 550, "5.1.1", "no such user")


@pytest.mark.parametrize(
    ("replies", "kind", "stage"),
    [
        ("550 5.7.1 not you\n503 MAIL first\n503 MAIL first\n", "refused", "mail"),
        ("451 4.3.0 later\n503 MAIL first\n503 MAIL first\n", "deferred", "mail"),
        ("250 ok\n450 4.2.0 greylisted\n554 no recipients\n", "deferred", "rcpt"),
        ("250 ok\n550 5.1.1 unknown\n503 RCPT first\n", "refused", "rcpt"),
        ("250 ok\n250 ok\n451 4.3.0 disk\n", "deferred", "data"),
        ("250 ok\n251 will forward\n554 5.0.0 no\n", "refused", "data"),
    ],
)
def test_a_refusal_before_the_body_is_told_once_and_the_server_reset(
    replies: str, kind: str, stage: str
) -> None:
    dialogue = begun()
    dialogue.outgoing()
    (outcome,) = say(dialogue, replies)
    assert (outcome.kind, outcome.stage, dialogue.current) == (kind, stage, None)
    dialogue.begin(carrying(2, BILAL))
    assert dialogue.outgoing().startswith(b"RSET\r\nMAIL FROM")
    assert say(dialogue, "250 reset\n250 ok\n250 ok\n354 go\n") == []
    assert dialogue.wants_body


def test_without_pipelining_a_refusal_stops_at_once_and_the_server_is_reset() -> None:
    dialogue = begun(Capabilities())
    dialogue.outgoing()
    say(dialogue, "250 ok\n")
    dialogue.outgoing()
    (outcome,) = say(dialogue, "550 5.1.1 unknown\n")
    assert outcome.kind == "refused"
    dialogue.begin(carrying(2, BILAL))
    assert dialogue.outgoing() == b"RSET\r\n"
    say(dialogue, "250 reset\n")
    assert dialogue.outgoing().startswith(b"MAIL")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [("250 ok", "sent"), ("552 5.2.2 full", "refused"), ("451 4.7.1 greylisted", "deferred")],
)
def test_the_word_after_the_dot_is_the_verdict(reply: str, kind: str) -> None:
    dialogue = begun()
    dialogue.outgoing()
    say(dialogue, "250 ok\n250 ok\n354 go\n")
    dialogue.dot(None)
    (outcome,) = say(dialogue, f"{reply}\n")
    assert (outcome.kind, outcome.stage) == (kind, "dot")


def lost_after(replies: str, *, dot: bool, following: bool = False) -> list[tuple[int, str, str]]:
    dialogue = begun()
    dialogue.outgoing()
    say(dialogue, replies)
    if dot:
        dialogue.dot(carrying(2, BILAL) if following else None)
    return [(o.key, o.kind, o.stage) for o in dialogue.abandon("line lost")]


def test_a_line_lost_before_the_dot_returns_the_envelope() -> None:
    assert lost_after("", dot=False) == [(1, "returned", "mail")]
    assert lost_after("250 ok\n", dot=False) == [(1, "returned", "rcpt")]
    assert lost_after("250 ok\n250 ok\n", dot=False) == [(1, "returned", "data")]
    assert lost_after("250 ok\n250 ok\n354 go\n", dot=False) == [(1, "returned", "data")]


def test_a_line_lost_behind_the_dot_leaves_that_one_in_doubt_and_returns_the_next() -> None:
    assert lost_after("250 ok\n250 ok\n354 go\n", dot=True, following=True) == [
        (1, "uncertain", "dot"),
        (2, "returned", "mail"),
    ]


def test_a_refusal_heard_before_the_line_was_lost_stands() -> None:
    assert lost_after("250 ok\n550 5.1.1 no\n", dot=False) == [(1, "refused", "rcpt")]
    assert lost_after("250 ok\n450 4.2.0 no\n354 go\n", dot=True) == [(1, "deferred", "rcpt")]


@pytest.mark.parametrize(
    ("replies", "kind", "stage"),
    [
        ("421 4.3.2 going down\n", "returned", "mail"),
        ("530 5.7.0 authenticate first\n", "returned", "mail"),
        ("250 ok\n421 4.7.0 too many\n", "deferred", "rcpt"),
        ("250 ok\n250 ok\n421 4.3.2 bye\n", "deferred", "data"),
        ("250 ok\n250 ok\n354 go\n421 4.3.2 bye\n", "deferred", "data"),
    ],
)
def test_a_server_that_leaves_takes_nobody_with_it(replies: str, kind: str, stage: str) -> None:
    dialogue = begun()
    dialogue.outgoing()
    with pytest.raises(LeavingError):
        say(dialogue, replies)
    (outcome,) = dialogue.abandon("left")
    assert (outcome.kind, outcome.stage) == (kind, stage)


def test_421_after_the_dot_defers_that_one_and_returns_the_next() -> None:
    dialogue = begun()
    dialogue.outgoing()
    say(dialogue, "250 ok\n250 ok\n354 go\n")
    dialogue.dot(carrying(2, BILAL))
    with pytest.raises(LeavingError):
        say(dialogue, "421 4.3.2 shutting down\n")
    assert [(o.key, o.kind) for o in dialogue.abandon("left")] == [(1, "deferred"), (2, "returned")]


@pytest.mark.parametrize(
    "replies",
    [
        "354 go\n",
        "199 hm\n",
        "250 ok\n354 go\n",
        "250 ok\n250 ok\n250 ok\n",
        "250 ok\n250 ok\n354 go\n250 thanks\n",
        "700 what\n",
        "000 what\n",
    ],
)
def test_replies_out_of_step_give_the_connection_up_and_the_envelope_back(replies: str) -> None:
    dialogue = begun()
    dialogue.outgoing()
    with pytest.raises(ProtocolError):
        say(dialogue, replies)
    (outcome,) = dialogue.abandon("out of step")
    assert outcome.kind == "returned"


def test_nonsense_after_the_dot_is_no_verdict() -> None:
    dialogue = begun()
    dialogue.outgoing()
    say(dialogue, "250 ok\n250 ok\n354 go\n")
    dialogue.dot(None)
    with pytest.raises(ProtocolError):
        say(dialogue, "354 go on\n")
    assert [o.kind for o in dialogue.abandon("out of step")] == ["uncertain"]


def test_a_reply_to_nothing_gives_an_idle_connection_up() -> None:
    with pytest.raises(ProtocolError):
        Dialogue(PIPELINING, 10).receive(Reply(250, "", "hello?"))
    with pytest.raises(LeavingError):
        Dialogue(PIPELINING, 10).receive(Reply(421, "4.4.2", "idle too long"))


def test_a_connection_carries_no_more_than_its_measure() -> None:
    dialogue = begun(limit=2)
    assert dialogue.may_overlap
    dialogue.outgoing()
    say(dialogue, "250 ok\n250 ok\n354 go\n")
    dialogue.dot(carrying(2, BILAL))
    assert dialogue.exhausted
    assert not dialogue.may_overlap
