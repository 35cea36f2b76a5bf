"""One bay of the arcade: panes of light behind the arch, three to a row."""

from __future__ import annotations

from .shapes import Shape, box, by_glass, panes_of

MOST_PANES = 21  # seven rows reach the crown of the arch
_WIDTH, _HEIGHT, _STEP_X, _STEP_Y, _LEFT, _SILL = 14.2, 9.3, 15.4, 10.3, 7.5, 127.4


def bay(parts: list[tuple[str, int]], *, per_pane: int) -> tuple[Shape, ...]:
    """The lit panes for `parts` as (glass, amount); the wall is drawn over what would pass the arch."""
    boxes = []
    for pane, glass, low, high in panes_of(parts, per_pane=per_pane, count=MOST_PANES):
        x, top = _LEFT + pane % 3 * _STEP_X, _SILL - _HEIGHT - pane // 3 * _STEP_Y
        boxes.append((glass, box(x, top + _HEIGHT * (1 - high), _WIDTH, _HEIGHT * (high - low))))
    return by_glass(boxes)
