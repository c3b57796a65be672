"""A process that has everything loaded, and forks a fresh one for each part of a case.

A new interpreter takes half a second to load the product, a fork twenty milliseconds. The zygote
has one thread, no connection to a database and no event loop, so a fork of it begins with none.
"""

import gc
import json
import os
import select
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from mailer.embedded.parent import die_with

Plan = dict[str, Any]
#: What a child is given to do what it should, in seconds.
PATIENCE = 25.0
_LONGEST = 64 * 1024


class StuckError(Exception):
    """A child did neither go on nor end."""


class Channel:
    """One end of a line of messages between the judge and a child."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def say(self, **message: Any) -> None:
        """Send a message; nothing happens when the other end is gone."""
        try:
            self._line.send(json.dumps(message).encode())
        except OSError:
            return

    def hear(self, seconds: float | None = PATIENCE) -> Plan | None:
        """The next message; None when the other end is gone."""
        ready, _, _ = select.select([self._line], [], [], seconds)
        if not ready:
            raise StuckError(f"nothing was heard for {seconds} s")
        try:
            data = self._line.recv(_LONGEST)
        except OSError:
            return None
        heard: Plan | None = json.loads(data) if data else None
        return heard

    def close(self) -> None:
        """Hang up."""
        self._line.close()


class Child:
    """A forked process, as the judge holds it."""

    def __init__(self, zygote: "Zygote", pid: int, channel: Channel, role: str) -> None:
        self.pid, self.role = pid, role
        self.told: Plan = {}
        self.status: int | None = None
        self._zygote, self._channel = zygote, channel

    @property
    def killed(self) -> bool:
        """Whether it died by SIGKILL."""
        return self.status is not None and os.waitstatus_to_exitcode(self.status) == -signal.SIGKILL

    def until(self, *words: str, seconds: float = PATIENCE) -> str:
        """Wait for a message that has one of these keys: the key, or "" when it has ended.

        All that it says is kept in `told`.
        """
        end = time.monotonic() + seconds
        while self.status is None:
            try:
                heard = self._channel.hear(max(0.0, end - time.monotonic()))
            except StuckError:
                raise StuckError(f"the {self.role} is stuck: {self.told}") from None
            if heard is None:
                self._reap()
                break
            self.told |= heard
            if found := heard.keys() & set(words):
                return str(found.pop())
        return ""

    def within(self, seconds: float, *words: str) -> bool:
        """Whether it says one of these, or ends, in so many seconds."""
        try:
            self.until(*words, seconds=seconds)
        except StuckError:
            return False
        return True

    def runs(self) -> bool:
        """Whether it runs, or would if a processor were free."""
        return self._state() == "R"

    def processor_time(self) -> int:
        """What it has had of a processor, in hundredths of a second."""
        return sum(map(int, self._stat()[11:13]))

    def stands_still(self) -> None:
        """Wait until it has really stopped."""
        end = time.monotonic() + PATIENCE
        while self._state() != "T":
            if time.monotonic() > end:
                raise StuckError(f"the {self.role} does not stand still")
            time.sleep(0.0005)

    def go(self) -> None:
        """Let it go on, from where it stands still."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it by -9."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.until()

    def tell_where(self) -> None:
        """Let it write into its log where each of its threads is."""
        if self.status is None:
            os.kill(self.pid, signal.SIGUSR1)
            time.sleep(0.1)

    def say(self, **message: Any) -> None:
        """Tell it something."""
        self._channel.say(**message)

    def _reap(self) -> None:
        self.status = self._zygote.wait(self.pid)
        self._channel.close()

    def _state(self) -> str:
        return self._stat()[0]

    def _stat(self) -> list[str]:
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as told:  # noqa: PTH123 - no file
            return told.read().rpartition(")")[2].split()


class Actor(Protocol):
    """What a zygote and its children are."""

    def prepare(self) -> None:
        """In the zygote, once: whatever all children need."""

    def play(self, plan: Plan, channel: Channel) -> None:
        """A child's whole life."""


class Zygote:
    """Forked from a process that has one thread and no connection."""

    def __init__(self, actor: Actor) -> None:
        self._line, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            self._line.close()
            die_with(os.getppid(), signal.SIGKILL)()
            try:
                actor.prepare()
                _serve(theirs, actor)
            finally:
                os._exit(0)
        theirs.close()

    def fork(self, plan: Plan) -> Child:
        """A fresh process that plays `plan`."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        socket.send_fds(self._line, [json.dumps(plan).encode() + b"\n"], [theirs.fileno()])
        theirs.close()
        return Child(self, int(self._answer()), Channel(ours), plan["role"])

    def wait(self, pid: int) -> int:
        """The wait status of a child that has ended or is about to."""
        self._line.sendall(b"%d\n" % pid)
        return int(self._answer())

    def end(self) -> None:
        """No further child is wanted."""
        self._line.close()
        os.waitpid(self.pid, 0)

    def _answer(self) -> bytes:
        answer = self._line.recv(100)
        if not answer:
            raise RuntimeError("the zygote has died")
        return answer


def _serve(line: socket.socket, actor: Actor) -> None:
    gc.collect()
    gc.freeze()
    while True:
        data, fds, _, _ = socket.recv_fds(line, _LONGEST, 1)
        if not data:
            return
        if not fds:
            _, status = os.waitpid(int(data), 0)
            line.sendall(b"%d" % status)
            continue
        pid = os.fork()
        if pid == 0:
            line.close()
            _live(json.loads(data), socket.socket(fileno=fds[0]), actor)
        os.close(fds[0])
        line.sendall(b"%d" % pid)


def _live(plan: Plan, line: socket.socket, actor: Actor) -> None:
    """A child's whole life; it never returns."""
    code = 1
    try:
        die_with(os.getppid(), signal.SIGKILL)()
        actor.play(plan, Channel(line))
        code = 0
    finally:
        os._exit(code)


@contextmanager
def zygote(actor: Actor) -> Iterator[Zygote]:
    """One for as long as it is needed."""
    made = Zygote(actor)
    try:
        yield made
    finally:
        made.end()
