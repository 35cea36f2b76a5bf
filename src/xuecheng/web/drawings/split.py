"""A whole as one bar of 100 units, cut by counts; a part that exists is always seen."""

from __future__ import annotations

from dataclasses import dataclass

_GAP, _LEAST = 40, 80  # hundredths of a unit


@dataclass(frozen=True, slots=True)
class Slice:
    """From `x`, `width` long, in units of a bar of 100."""

    kind: str
    x: str
    width: str


def split(parts: list[tuple[str, int]]) -> tuple[Slice, ...]:
    """Cut the bar for `parts` as (kind, count); nothing for a whole of nothing."""
    shown = [(kind, count) for kind, count in parts if count > 0]
    whole = sum(count for _kind, count in shown)
    if not whole:
        return ()
    room = 10_000 - _GAP * (len(shown) - 1) - _LEAST * len(shown)
    slices, x = [], 0
    for kind, count in shown:
        width = _LEAST + room * count // whole
        slices.append(Slice(kind=kind, x=_units(x), width=_units(width)))
        x += width + _GAP
    return tuple(slices)


def _units(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
