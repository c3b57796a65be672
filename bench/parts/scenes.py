"""Who sends what through which line: the scenes of `bench.send`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.delay import Delay
from bench.parts.figures import YARDSTICK
from bench.parts.ground import Ground, Sheet
from bench.parts.rivals import MassMail, Ours, Rival, SmtpSource
from bench.parts.run import Run
from bench.parts.worker import Worker
from bench.sink import Sink

CONNECTIONS = 10
#: Django sends some hundred a second: so many mails tell its pace as well.
_MASS_MAILS = 1000
#: Mails a connection at a distance: some seconds' worth, at four round trips a mail and at one.
_FAR_MAILS, _FAR_MAILS_OF_OURS = 40, 100

Turns = list[tuple[Rival, int]]
ByConnections = dict[int, dict[str, list[Run]]]


@dataclass(frozen=True, slots=True)
class Play:
    """How a benchmark was asked for, and whom to tell of each run."""

    ground: Ground
    rounds: int
    messages: int
    django: bool
    tell: Callable[[str], None]

    def rounds_of(self, turns: Turns, sheet: Sheet) -> dict[str, list[Run]]:
        """Each rival in turn, its own number of mails each time, round after round."""
        runs: dict[str, list[Run]] = {rival.name: [] for rival, _ in turns}
        for number in range(1, self.rounds + 1):
            for rival, messages in turns:
                run = rival.run(sheet, messages)
                runs[rival.name].append(run)
                self.tell(
                    f"  round {number}: {rival.name:<24} {messages:7,} mails, {run.rate:9,.1f}/s"
                )
        return runs


def near(play: Play, sheet: Sheet) -> dict[str, list[Run]]:
    """On loopback."""
    with Sink() as sink, _ours(play, sink, sheet, sink.port, CONNECTIONS, play.messages) as ours:
        turns = _source(sink, CONNECTIONS, play.messages)
        if play.django:
            turns.append((MassMail(sink, play.ground.folder), min(_MASS_MAILS, play.messages)))
        return play.rounds_of([*turns, (ours, play.messages)], sheet)


def far(play: Play, sheet: Sheet, milliseconds: int) -> tuple[float, ByConnections]:
    """Through a proxy; the round trip that was measured, and the runs by connections."""
    found = {}
    with Sink() as sink, Delay(sink.port, milliseconds) as proxy:
        for connections in (1, CONNECTIONS):
            mails = connections * _FAR_MAILS_OF_OURS
            with _ours(play, sink, sheet, proxy.port, connections, mails) as ours:
                turns = _source(sink, connections, connections * _FAR_MAILS, proxy.port)
                if play.django and connections == 1:
                    rival = MassMail(sink, play.ground.folder, proxy.port)
                    turns.append((rival, _FAR_MAILS))
                turns.append((ours, mails))
                found[connections] = play.rounds_of(turns, sheet)
    return proxy.round_trip, found


def secure(play: Play, sheet: Sheet, certificate: Path) -> dict[str, list[Run]]:
    """STARTTLS and AUTH for who can; smtp-source cannot, and sends in clear to another sink."""
    login, trust = ("bench", "secret"), {"SSL_CERT_FILE": str(certificate)}
    with (
        Sink() as clear,
        Sink(certificate=certificate) as sink,
        _ours(
            play, sink, sheet, sink.port, CONNECTIONS, play.messages, ":".join(login), trust
        ) as ours,
    ):
        turns = _source(clear, CONNECTIONS, play.messages, name=f"{YARDSTICK}, in clear")
        if play.django:
            rival = MassMail(sink, play.ground.folder, login=login, environment=trust)
            turns.append((rival, min(_MASS_MAILS, play.messages)))
        return play.rounds_of([*turns, (ours, play.messages)], sheet)


def _source(
    sink: Sink, sessions: int, messages: int, port: int = 0, name: str = YARDSTICK
) -> Turns:
    if SmtpSource.program() is None:
        return []
    return [(SmtpSource(sink, sessions, port, name), messages)]


@contextmanager
def _ours(
    play: Play,
    sink: Sink,
    sheet: Sheet,
    port: int,
    connections: int,
    messages: int,
    login: str = "",
    trust: dict[str, str] | None = None,
) -> Iterator[Ours]:
    """Our worker, which has sent one mailing of this size before any clock starts."""
    who, tls = (f"{login}@", "starttls") if login else ("", "none")
    relay = f"smtp://{who}localhost:{port}?tls={tls}"
    with Worker(relay, connections, play.ground.folder, trust) as worker:
        ours = Ours(sink, play.ground, worker, connections)
        ours.run(sheet, messages)
        yield ours
