"""A window that fills from the sill: one pane for one unit reached, the broken rest as part of a pane."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

from .shapes import Shape, box, by_glass, panes_of

MOST_PANES = 60
_LEFT, _TOP, _WIDTH, _HEIGHT = 6, 18, 120, 132


@dataclass(frozen=True, slots=True)
class Panes:
    """`fills` under `grid`; a pane stands for `per_pane` of the amount, of which `tenfold` says whether it is ten."""

    count: int
    per_pane: int
    tenfold: bool
    fills: tuple[Shape, ...]
    grid: str


def panes(parts: list[tuple[str, int]], *, goal: int, unit: int = 100) -> Panes:
    """Draw `parts` as (glass, amount) in a window for `goal`; a pane is one `unit`, or ten where 60 would not do."""
    tenfold = goal > MOST_PANES * unit
    per_pane = unit * 10 if tenfold else unit
    count = min(MOST_PANES, max(1, -(-goal // per_pane)))
    columns = max(2, isqrt(count))
    rows = -(-count // columns)
    width, height = _WIDTH / columns, _HEIGHT / rows

    def corner(pane: int) -> tuple[float, float]:
        return _LEFT + pane % columns * width, _TOP + _HEIGHT - (pane // columns + 1) * height

    boxes = []
    for pane, glass, low, high in panes_of(parts, per_pane=per_pane, count=count):
        x, y = corner(pane)
        boxes.append((glass, box(x, y + height * (1 - high), width, height * (high - low))))
    grid = "".join(box(*corner(pane), width, height) for pane in range(count))
    return Panes(count=count, per_pane=per_pane, tenfold=tenfold, fills=by_glass(boxes), grid=grid)
