"""A chart of stacked bars, as numbers for an SVG (pure)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: The drawing's own units: what is drawn lies in a box of these, and the page stretches it.
WIDTH, HEIGHT = 1000.0, 200.0
_GAP = 0.2


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a bar."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is the figure at the top, a round one; `blocks` in the order they are stacked."""

    most: int
    blocks: tuple[Block, ...]


def stacked(bars: Sequence[Mapping[str, int]], kinds: Sequence[str]) -> Chart:
    """Bars from left to right, each a number per kind."""
    most = rounded(max((sum(bar.values()) for bar in bars), default=0))
    step = WIDTH / max(len(bars), 1)
    blocks = []
    for number, bar in enumerate(bars):
        top = HEIGHT
        for kind in kinds:
            height = HEIGHT * bar.get(kind, 0) / most
            if height:
                top -= height
                x, width = step * (number + _GAP / 2), step * (1 - _GAP)
                blocks.append(
                    Block(kind, round(x, 2), round(top, 2), round(width, 2), round(height, 2))
                )
    return Chart(most, tuple(blocks))


def rounded(figure: int) -> int:
    """The next of 1, 2, 5, 10, 20, 50 …"""
    if figure <= 1:
        return 1
    power: int = 10 ** int(math.log10(figure))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= figure)
