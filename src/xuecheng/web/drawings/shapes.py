"""Rectangles as SVG paths, gathered by colour so that a picture has few elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Glass = Literal["green", "blue", "amber", "kapok", "clear"]


@dataclass(frozen=True, slots=True)
class Shape:
    """All of one glass: `d` of one path."""

    glass: str
    d: str


def number(value: float) -> str:
    """A coordinate with at most one decimal: 12, 12.5."""
    return f"{value:.1f}".removesuffix(".0")


def box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as path data."""
    return f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"


def by_glass(boxes: list[tuple[str, str]]) -> tuple[Shape, ...]:
    """`boxes` as (glass, path data) → one shape per glass, in order of first use."""
    gathered: dict[str, list[str]] = {}
    for glass, d in boxes:
        gathered.setdefault(glass, []).append(d)
    return tuple(Shape(glass=glass, d="".join(ds)) for glass, ds in gathered.items())


def runs(parts: list[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Amounts laid end to end: [("green", 3), ("blue", 2)] → [("green", 0, 3), ("blue", 3, 5)]; none negative."""
    found, begin = [], 0
    for glass, amount in parts:
        if amount > 0:
            found.append((glass, begin, begin + amount))
            begin += amount
    return found


def panes_of(parts: list[tuple[str, int]], *, per_pane: int, count: int) -> list[tuple[int, str, float, float]]:
    """Cut the amounts into `count` panes of `per_pane`: (pane, glass, from, to), the last two as shares of the pane."""
    pieces = []
    for glass, begin, end in runs(parts):
        first, last = begin // per_pane, min(count, -(-end // per_pane))
        for pane in range(first, last):
            low, high = max(begin, pane * per_pane), min(end, (pane + 1) * per_pane)
            pieces.append((pane, glass, (low - pane * per_pane) / per_pane, (high - pane * per_pane) / per_pane))
    return pieces
