"""Bars from zero, three grid lines, labelled directly; drawn in two widths, since a shrunk drawing shrinks its type."""

from __future__ import annotations

from dataclasses import dataclass

WIDE, NARROW = 560, 311


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: what stands under it (two lines), what stands over it, and its parts as (glass, amount)."""

    label: str
    text: str
    parts: tuple[tuple[str, int], ...]
    second: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A coloured part of a bar."""

    glass: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A bar as drawn."""

    middle: float
    text: str
    text_y: float
    label: str
    second: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A grid line with its number."""

    y: float
    label_y: float
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """Everything the template prints."""

    width: int
    height: int
    left: int
    label_x: int
    base: int
    label_y: int
    second_y: int
    lines: tuple[Line, ...]
    target_y: float | None
    target_label_y: float | None
    columns: tuple[Column, ...]


def bar_chart(bars: list[Bar], *, width: int = WIDE, target: int | None = None, unit: int = 100) -> BarChart:
    """Draw `bars` on `width`; amounts are in parts of `unit` (hundredths of a credit; 1 for plain counts)."""
    wide = width >= WIDE
    left, base, top = (44, 278, 34) if wide else (34, 248, 34)
    highest = max([sum(amount for _glass, amount in bar.parts) for bar in bars] + [target or 0, unit])
    step = _step(highest, unit)
    scale = (base - top) / max(step * 3, highest)
    slot = (width - left) / max(1, len(bars))
    bar_width = min(44.0, slot * 0.76)
    return BarChart(
        width=width,
        height=base + 52,
        left=left,
        label_x=left - 10,
        base=base,
        label_y=base + 22,
        second_y=base + 42,
        lines=tuple(_line(step * times, base=base, scale=scale, unit=unit) for times in (1, 2, 3)),
        target_y=None if target is None else round(base - target * scale, 1),
        target_label_y=None if target is None else round(base - target * scale - 8, 1),
        columns=tuple(
            _column(bar, middle=left + slot * (index + 0.5), width=bar_width, base=base, scale=scale)
            for index, bar in enumerate(bars)
        ),
    )


def _line(amount: int, *, base: int, scale: float, unit: int) -> Line:
    y = round(base - amount * scale, 1)
    return Line(y=y, label_y=round(y + 5, 1), text=f"{amount // unit:,}")


def _column(bar: Bar, *, middle: float, width: float, base: int, scale: float) -> Column:
    pieces, below = [], 0
    for glass, amount in bar.parts:
        if amount > 0:
            y = base - (below + amount) * scale
            pieces.append(
                Piece(
                    glass=glass,
                    x=round(middle - width / 2, 1),
                    y=round(y, 1),
                    width=round(width, 1),
                    height=round(amount * scale, 1),
                )
            )
            below += amount
    return Column(
        middle=round(middle, 1),
        text=bar.text,
        text_y=round(base - below * scale - 8, 1),
        label=bar.label,
        second=bar.second,
        pieces=tuple(pieces),
    )


def _step(highest: int, unit: int) -> int:
    """The least round step of which three reach `highest`."""
    size = 1
    while True:
        for digit in (1, 2, 5):
            if digit * size * unit * 3 >= highest:
                return digit * size * unit
        size *= 10
