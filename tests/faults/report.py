"""What a reader can check: every case with what the relay's log and the database said (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_HEAD = """\
# The fault suite's report

{summary}

Each line below is one case. Its name tells where the worker was killed (or, with `lives`, stood
still) and what else went wrong; `./run faults --only DATABASE/NAME` plays it again. *Passed* says
whether its crash points were really reached; a series ends with the case whose point the mailing
no longer reached, and that one is judged too. *The relay's log* counts the mails it took and the
connections it saw. *States* are those of all twelve deliveries at the end. *Uncertain* is how many
there are, and how many there may be. See `docs/faults.md`.
"""
_COLUMNS = (
    "| case | passed | the relay's log | states | uncertain | verdict |\n|---|---|---|---|---|---|"
)

Told = Mapping[str, Any]


@dataclass
class Group:
    """The cases of one title on one database."""

    vendor: str
    title: str
    played: list[Told] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> list[Told]:
        """The cases in which something did not hold."""
        return [one for one in self.played if one["wrong"]]

    @property
    def hits(self) -> int:
        """The cases whose crash points were reached."""
        return sum(1 for one in self.played if one["hit"])

    @property
    def seconds(self) -> float:
        """How long they took."""
        return sum(float(one["seconds"]) for one in self.played)

    def line(self) -> str:
        """The group in one line, for a console."""
        bad = f"{len(self.wrong)} wrong" if self.wrong else "all held"
        out = f", {len(self.left_out)} left out" if self.left_out else ""
        head = f"{self.vendor:11}{self.title:45}"
        return f"{head}{len(self.played):5} cases  {self.seconds:6.1f} s  {bad}{out}"


def told(one: Told) -> str:
    """A case that went wrong, for a console."""
    reasons = "\n".join(f"    {why}" for why in one["wrong"])
    return f"  WRONG {one['case']}\n{reasons}"


def markdown(groups: Iterable[Group], notes: Iterable[str]) -> str:
    """The whole report."""
    groups = list(groups)
    parts = [_HEAD.format(summary="\n".join(f"- {note}" for note in notes)), _table(groups)]
    for group in groups:
        parts.append(f"\n## {group.vendor}: {group.title}\n")
        parts += [f"- left out: `{name}`: {why}" for name, why in group.left_out.items()]
        if group.played:
            parts += [_COLUMNS, *map(_row, group.played)]
        parts += [_said(one) for one in group.wrong if one["log"]]
    return "\n".join(parts) + "\n"


def _table(groups: list[Group]) -> str:
    rows = [
        f"| {one.vendor} | {one.title} | {len(one.played)} | {one.hits} | {len(one.wrong)} |"
        f" {len(one.left_out)} | {one.seconds:.0f} s |"
        for one in groups
    ]
    head = "| database | group | cases | crash point reached | wrong | left out | time |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows])


def _said(one: Told) -> str:
    return f"\nWhat the processes of `{one['case']}` said:\n\n```\n{one['log']}\n```"


def _row(one: Told) -> str:
    states = ", ".join(f"{count} {name}" for name, count in one["states"].items())
    log = f"{one['accepted']} mails, {one['connections']} connections"
    unsure = f"{one['unsure']} of {one['allowed']}"
    verdict = "; ".join(one["wrong"]).replace("|", "¦") or "held"
    hit = "yes" if one["hit"] else "no"
    return f"| `{one['case']}` | {hit} | {log} | {states} | {unsure} | {verdict} |"
