"""A table, for a terminal or for Markdown (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A line of heads and lines of cells; the first column is of names, the others of figures."""

    head: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        """As `docs/performance.md` keeps it."""
        rule = ["---", *("--:" for _ in self.head[1:])]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in (self.head, rule, *self.rows))

    def plain(self) -> str:
        """In columns."""
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        return "\n".join(
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
            )
            for cells in (self.head, *self.rows)
        )
